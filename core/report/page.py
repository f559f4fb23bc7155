"""A report as one HTML file that asks no host for anything; every text is escaped where it is written."""

from collections.abc import Mapping
from functools import singledispatch
from html import escape
from pathlib import Path

from core.charts import palettes, roles
from core.report import pictures
from core.report.blocks import (
    Around,
    Bar,
    Cell,
    Commands,
    Paper,
    People,
    Person,
    Picture,
    Points,
    Swatch,
    Table,
    Text,
    Title,
)

CSS = Path(__file__).with_name("report.css")
PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{css}
</style>
</head>
<body>
<main>
<header>
<h1>{title}</h1>
{lead}
</header>
{sections}
</main>
</body>
</html>
"""


def html(paper: Paper) -> str:
    """The whole file."""
    return PAGE.format(
        lang=escape(paper.language),
        title=escape(paper.title),
        css=_colors(paper.categories, paper.colors) + CSS.read_text("utf-8"),
        lead="\n".join(f'<p class="quiet">{escape(line)}</p>' for line in paper.lead),
        sections="\n".join(
            f"<section><h2>{escape(section.title)}</h2>\n{''.join(map(_block, section.blocks))}</section>"
            for section in paper.sections
        ),
    )


def _colors(categories: tuple[str, ...], chosen: tuple[tuple[str, str], ...]) -> str:
    """Custom properties for the light page and for the dark one; on paper it is light."""
    names = {name: f"k{place}" for place, name in enumerate(categories)}
    modes = palettes(categories, tuple(pair for pair in chosen if pair[0] in names))
    told = {mode: {**roles(mode), **{names[name]: color for name, color in modes[mode].items()}} for mode in modes}
    classes = "".join(f".{name}{{fill:var(--{name})}}" for name in told["light"])
    return (
        f":root{{{_properties(told['light'])}}}\n"
        f"@media screen and (prefers-color-scheme: dark){{:root{{{_properties(told['dark'])}}}}}\n{classes}\n"
    )


def _properties(colors: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{color};" for name, color in colors.items())


@singledispatch
def _block(block: object) -> str:
    """A block as HTML: a function for each kind."""
    raise TypeError(type(block))


@_block.register
def _(block: People) -> str:
    return f'<div class="people">{"".join(map(_person, block.people))}</div>\n'


@_block.register
def _(block: Text) -> str:
    kind = "strong" if block.strong else "quiet" if block.quiet else ""
    return f'<p class="{kind}">{escape(block.text)}</p>\n' if kind else f"<p>{escape(block.text)}</p>\n"


@_block.register
def _(block: Title) -> str:
    return f"<h3>{escape(block.text)}</h3>\n"


@_block.register
def _(block: Points) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in block.lines)}</ul>\n"


@_block.register
def _(block: Picture) -> str:
    return f"<figure>{block.svg}</figure>\n"


@_block.register
def _(block: Bar) -> str:
    return f"<figure>{pictures.bar(block, 18)}</figure>\n"


@_block.register
def _(block: Commands) -> str:
    return f"<pre>{escape(chr(10).join(block.lines))}</pre>\n"


def _person(person: Person) -> str:
    bars = "".join(
        f'<div class="side"><span>{escape(side)}</span>{pictures.bar(drawn)}</div>' for side, drawn in person.bars
    )
    lines = "".join(f'<p class="{"quiet" if at else ""}">{escape(line)}</p>' for at, line in enumerate(person.lines))
    return f"<article><h3>{escape(person.who)}</h3>{lines}{bars}{_table(person.mix, bare=True)}</article>"


@_block.register
def _table(table: Table, *, bare: bool = False) -> str:
    def row(tag: str, cells: tuple[Cell, ...]) -> str:
        scope = ' scope="col"' if tag == "th" else ""
        return "".join(
            f"<{tag}{scope}{_kind(place, cell, table)}>{_cell(cell)}</{tag}>" for place, cell in enumerate(cells)
        )

    head = f"<thead{' class=bare' if bare else ''}><tr>{row('th', table.heads)}</tr></thead>"
    body = "".join(f"<tr>{row('td', cells)}</tr>" for cells in table.rows)
    return f"<table>{head}<tbody>{body}</tbody></table>\n"


def _kind(place: int, cell: Cell, table: Table) -> str:
    if isinstance(cell, Bar | Around):
        return ' class="drawn"'
    return ' class="number"' if place in table.numbers else ""


def _cell(cell: Cell) -> str:
    match cell:
        case Bar():
            return pictures.bar(cell)
        case Around():
            return pictures.around(cell)
        case Swatch():
            spot = f'<rect width="10" height="10" class="{cell.color}"/>'
            return f'<svg class="spot" viewBox="0 0 10 10" aria-hidden="true">{spot}</svg>{escape(cell.text)}'
        case str():
            return escape(cell)
