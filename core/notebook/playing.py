"""One user's history, played in a notebook: as a widget whose step Python hears and sets, or as a page."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from core import pipeline
from core.errors import InputError
from core.notebook.face import Log, drift
from core.progress import Progress, silent
from core.settings import AtlasSettings, DriftSettings

if TYPE_CHECKING:
    from core.notebook.player_widget import PlayerWidget
    from core.player import PlayerPayload

MISSING = (
    "The widget needs the package anywidget, which is not installed. Install it: pip install -r requirements-doors.txt "
    "(or pip install 'meander[doors]'); play(log, user) shows the same without it."
)


@dataclass(frozen=True)
class Played:
    """A user's history, played in the notebook or as a file. Stability: `html` and `save` are kept."""

    html: str
    """One page that plays without a server and asks no host for anything."""
    steps: int
    """Events of the history."""

    def save(self, path: str | Path) -> Path:
        """Write the page."""
        Path(path).write_text(self.html, encoding="utf-8")
        return Path(path)

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{escape(self.html)}" style="width: 100%; height: 860px; border: 0"></iframe>'


def play(log: Log, user: str, progress: Progress = silent) -> Played:
    """A user's history as the dashboard replays it: timeline, way over the map, attention and lists at each step.

    Needs a trained run; changes are marked. Raises `UnknownRunError`, `UnknownUserError`. Stability: kept.

    >>> played = play(log, user)
    >>> played.steps == (log.events["user_id"] == user).sum(), played.html.startswith("<!doctype html>")
    (np.True_, True)
    """
    from core.player import standalone

    sequences = log.sequences
    page = standalone(_payload(log, user, "en", progress), step=0, title=f"{log.name}: {user}")
    return Played(page, int(sequences.lengths[sequences.find_user(user)]))


def widget(log: Log, user: str, *, step: int = 0, language: str = "en", progress: Progress = silent) -> "PlayerWidget":
    """The player as a widget of Jupyter or marimo: `.step` is where its playhead rests, and moves it when it is set.

    Needs a trained run and the package anywidget. Raises `UnknownRunError`, `UnknownUserError`, and `InputError`
    without the package. Stability: `step` is kept.

    >>> widget(log, user, step=3).step
    3
    """
    try:
        from core.notebook.player_widget import PlayerWidget
    except ModuleNotFoundError as error:
        raise InputError(MISSING) from error
    return PlayerWidget.of(_payload(log, user, language, progress), step)


def _payload(log: Log, user: str, language: str, progress: Progress) -> "PlayerPayload":
    from core.charts import palettes
    from core.drift import for_charts, sureness, turns
    from core.player import PlayerPayload, assets
    from core.player import user as playing

    workspace, name, sequences = log.workspace, log.name, log.sequences
    number = sequences.find_user(user)
    plain = for_charts(sequences, DriftSettings().seed)
    shown = pipeline.category_names(workspace, name).on(plain)
    (row,) = turns.drawn(drift(log, progress=progress).iloc[[number]], shown).to_dict("records")
    told = row["changes"] if row["sure"] != sureness.NO_SIGN else ()
    trained = pipeline.model(workspace, name, None, sequences)
    ground = playing.ground_of(pipeline.atlas(workspace, name, AtlasSettings(method="pca")).get(progress))
    listing = pipeline.blend(workspace, workspace.run(name), trained, sequences, sequences)
    block = playing.playback(trained, shown, number, ground, told, listing)
    backdrop = playing.backdrop(ground, shown.catalogue)
    colours = palettes(shown.catalogue.categories, shown.catalogue.colors)
    happened = pipeline.happened(workspace, name, plain, [user])
    return PlayerPayload(block, backdrop, colours, assets.words(language), markers=happened)
