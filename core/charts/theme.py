"""Colours, fonts and formats of every chart: one look, light and dark.

The category colours were tuned so that no two of them fall together under protanopia, deuteranopia or tritanopia: the
least distance in OKLab is .078 among the first ten, .067 among all twenty (Okabe and Ito's seven: .076). A category's
colour follows from its place in the catalogue, so it is the same in every chart and under every filter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

import plotly.graph_objects as go

from core.charts import markers

LIGHT: Final = (
    "#0a85c1", "#f29e05", "#107e4c", "#bc4e92", "#63b8e8", "#ca3b0c", "#5b3a9e", "#c48305", "#733c28", "#c797a7",
    "#2c0d4b", "#f77a6b", "#0d5b5b", "#d8c89a", "#8a7af7", "#5bd8d8", "#4b0d0d", "#7a4bc8", "#2c3c6b", "#0d0d7a",
)  # fmt: skip
DARK: Final = (
    "#5ab4ef", "#f7a10c", "#76ad84", "#d251a2", "#93d6fa", "#cd872c", "#967ada", "#d4d97a", "#a47458", "#fab1bd",
    "#5b6be8", "#86c967", "#c8f7e8", "#9a2c8a", "#f7f74b", "#b91c2c", "#c094c3", "#0d6b3c", "#7d5f6a", "#6b4bb9",
)  # fmt: skip
OTHER: Final = "other"
"""Name under which categories beyond the palette are drawn together."""
FONT: Final = '"Source Sans", "Source Sans Pro", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif'

Role = Literal["ink", "muted", "grid", "ground", "accent", "drift", "calm", "other"]
ROLES: Final[Mapping[bool, Mapping[Role, str]]] = {
    False: {
        "ink": "#0b141a",
        "muted": "#5d6b72",
        "grid": "#e2e7e6",
        "ground": "#fcfcfa",
        "accent": "#0b6f86",
        "drift": "#c2410c",
        "calm": "#8fa3ab",
        "other": "#9aa5a9",
    },
    True: {
        "ink": "#e4ecee",
        "muted": "#a3b1b8",
        "grid": "#26343c",
        "ground": "#10181d",
        "accent": "#6fcbe0",
        "drift": "#ff9a62",
        "calm": "#64767f",
        "other": "#7c8a91",
    },
}
"""What a colour is for -> the colour, light and dark."""


MONTHS: Final = "%b %Y"
DATES: Final = ((("M12", None), "%Y"), (("M1", "M12"), MONTHS), ((None, "M1"), "%b %-d, %Y"))
"""How dates stand on an axis, by what lies between two ticks; languages that write them otherwise have words for it."""


@dataclass(frozen=True)
class Look:
    """What all charts of a page share: the categories in the catalogue's order, light or dark, and the language."""

    categories: tuple[str, ...] = ()
    """Most events first, as in `Catalogue.categories`."""
    dark: bool = False
    colors: tuple[tuple[str, str], ...] = ()
    """Categories that somebody gave a colour, which it then has in light and dark."""
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    """Translations of the English words in charts; what is missing stays English."""
    marks: tuple[markers.Marked, ...] = ()
    """What happened on the owner's side, for every time axis."""

    @property
    def palette(self) -> tuple[str, ...]:
        """The colours that categories may have."""
        return DARK if self.dark else LIGHT

    @property
    def named(self) -> tuple[str, ...]:
        """Categories that have a colour of their own."""
        first, chosen = self.categories[: len(self.palette)], dict(self.colors)
        return (*first, *(name for name in self.categories[len(first) :] if name in chosen))

    def color(self, role: Role) -> str:
        """A colour by what it is for."""
        return ROLES[self.dark][role]

    def category(self, name: str | None) -> str:
        """The colour of a category; grey beyond the palette and for items without one.

        >>> Look(("jazz", "folk")).category("folk") == LIGHT[1]
        True
        """
        return self._colors().get(name or "", self.color("other"))

    def say(self, text: str) -> str:
        """An English word of a chart in the reader's language."""
        return self.words.get(text, text)

    def _colors(self) -> dict[str, str]:
        return dict(zip(self.named, self.palette, strict=False)) | dict(self.colors)


def palettes(categories: tuple[str, ...], colors: tuple[tuple[str, str], ...] = ()) -> dict[str, dict[str, str]]:
    """Colour of each category that has one, for `light` and for `dark`: what the player is told."""
    looks = {"light": Look(categories, colors=colors), "dark": Look(categories, dark=True, colors=colors)}
    return {mode: {name: look.category(name) for name in look.named} for mode, look in looks.items()}


def roles(mode: str) -> dict[str, str]:
    """Colours by what they are for, for a page that is `light` or `dark`."""
    return {str(name): color for name, color in ROLES[mode == "dark"].items()}


def finish(figure: go.Figure, look: Look, height: int, *, title: str = "") -> go.Figure:
    """Give a figure the look of all others."""
    figure.update_layout(template=template(look.dark), height=height, title_text=title)
    if look.words.get(MONTHS) and any(_on_a_clock(trace) for trace in figure.data):
        figure.update_xaxes(tickformatstops=[{"dtickrange": span, "value": look.say(form)} for span, form in DATES])
    if look.marks and any(_on_a_clock(trace) for trace in figure.data):
        markers.draw(figure, look.marks, look.color("muted"), translucent(look.color("accent"), 0.1))
    if not title:
        figure.update_layout(margin_t=28)
    return figure


def _on_a_clock(trace: Any) -> bool:
    """Whether a trace has times along the horizontal axis."""
    x = getattr(trace, "x", None)
    return x is not None and getattr(getattr(x, "dtype", None), "kind", "") == "M"


@lru_cache(2)
def template(dark: bool) -> go.layout.Template:
    """Fonts, grid, hover labels and formats of numbers and dates; figures take a copy."""
    colors = ROLES[dark]
    axis = {
        "gridcolor": colors["grid"],
        "linecolor": colors["grid"],
        "zeroline": False,
        "automargin": True,
        "ticklabelstandoff": 4,
        "title": {"font": {"size": 13, "color": colors["muted"]}, "standoff": 8},
        "tickfont": {"size": 12, "color": colors["muted"]},
    }
    layout = go.Layout(
        font={"family": FONT, "size": 13, "color": colors["ink"]},
        title={"font": {"size": 15}, "x": 0, "xanchor": "left"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        colorway=list(DARK if dark else LIGHT),
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "font": {"size": 12}},
        hoverlabel={
            "bgcolor": colors["ground"],
            "bordercolor": colors["grid"],
            "font": {"family": FONT, "size": 13, "color": colors["ink"]},
            "align": "left",
        },
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": colors["muted"], "activecolor": colors["accent"]},
        separators=".,",
        xaxis=axis | {"tickformatstops": date_formats()},
        yaxis=axis,
    )
    return go.layout.Template(layout=layout)


def date_formats() -> list[dict[str, object]]:
    """Dates as short as the zoom allows, the same in every language; they apply to date axes only."""
    day = 86_400_000
    return [
        {"dtickrange": [None, 60_000], "value": "%H:%M:%S"},
        {"dtickrange": [60_000, day], "value": "%m-%d %H:%M"},
        {"dtickrange": [day, "M1"], "value": "%m-%d"},
        {"dtickrange": ["M1", "M12"], "value": "%Y-%m"},
        {"dtickrange": ["M12", None], "value": "%Y"},
    ]


def translucent(color: str, opacity: float) -> str:
    """A colour of six hex digits that lets through what lies behind.

    >>> translucent("#0a85c1", 0.5)
    'rgba(10,133,193,0.5)'
    """
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def shortened(text: str, length: int = 28) -> str:
    """A label that fits, cut with an ellipsis; markup that plotly would read is taken as text.

    >>> shortened("a<b>", 10)
    'a&lt;b&gt;'
    """
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return escaped(cut)


def escaped(text: str) -> str:
    """Text that plotly draws as it is: it reads <b>, <a href> and entities as markup otherwise."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
