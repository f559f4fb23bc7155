"""What pages show, computed once by what is selected: its version and run are part of that, so nothing grows stale."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import pipeline
from core.data import LogFiles
from core.workspace import DataSet
from pages import _marks as marks
from pages import _session as session

if TYPE_CHECKING:
    import pandas as pd

    from core.charts import Look
    from core.data import CategoryNames, Sequences
    from core.drift import Agreement, Card, Population, Watcher
    from core.settings import ImportSettings, NamingSettings


@session.cached(4)
def sequences(selection: session.Selection) -> "Sequences":
    """The events of the data set; never change them."""
    return pipeline.load(session.workspace(), str(selection.data_set))


def interests(selection: session.Selection) -> "Sequences":
    """The events with the interests that the drift table names, groups of items where the log has no categories.

    For charts only, never for models; of a cohort its own events. Never change it.
    """
    return _interests(selection) if selection.cohort is None else _interests_of(selection, session.naming())


@session.cached(4)
def _interests(selection: session.Selection) -> "Sequences":
    return category_names(selection).on(plain_interests(selection))


@session.cached(4)
def plain_interests(selection: session.Selection) -> "Sequences":
    """As `interests`, of everybody, before anybody gave categories other names."""
    from core.drift import for_charts
    from core.settings import DriftSettings

    return for_charts(sequences(selection), DriftSettings().seed)


def own_categories(selection: session.Selection) -> tuple[str, ...]:
    """What the log, or the groups of its items, call categories."""
    return plain_interests(selection.whole).catalogue.categories


def category_names(selection: session.Selection) -> "CategoryNames":
    """What categories are called wherever something is shown of them."""
    return pipeline.category_names(session.workspace(), str(selection.data_set))


def look(selection: session.Selection) -> "Look":
    """How charts of a data set look to this reader."""
    shown = interests(selection.whole).catalogue
    return replace(session.look(shown.categories, shown.colors), marks=marks.drawn(marks.found(selection)))


@session.cached(4)
def _interests_of(selection: session.Selection, naming: "NamingSettings") -> "Sequences":
    from core.drift import cohorts

    return cohorts.events_of(_judged(selection, naming), _interests(selection.whole))


@session.cached(4)
def model(selection: session.Selection) -> Any:
    """The trained model of the selected run; raises `UnknownRunError`."""
    return pipeline.model(session.workspace(), str(selection.data_set), selection.run, sequences(selection))


def listing(selection: session.Selection) -> Any:
    """The ranker whose lists all pages show: the blend of the selected run; tells chances once they were measured."""
    return _listing(selection, chances(selection).ready)


@session.cached(4)
def _listing(selection: session.Selection, likely: bool) -> Any:
    found = ranker(selection, pipeline.BLEND)
    found.chances = chances(selection).get().chances if likely else None
    return found


@session.cached(32)
def chances(selection: session.Selection) -> "pipeline.Result[pipeline.ListChances]":
    """What makes scores of the selected run's lists chances, as it is kept, or not yet; raises `UnknownRunError`."""
    return pipeline.list_chances(session.workspace(), str(selection.data_set), selection.run)


@session.cached(8)
def ranker(selection: session.Selection, name: str) -> Any:
    """A model or baseline by name, fitted on the whole log."""
    run = session.workspace().run(str(selection.data_set), selection.run)
    log = sequences(selection)
    return pipeline.ranker(session.workspace(), run, name, log, log, model(selection))


@session.cached(16)
def until_step(selection: session.Selection, user: str, step: int) -> "Sequences":
    """The log of one user alone, who is number 0 in it, up to an event; empty for whom the log does not know."""
    from core.data import newcomer, prefixes

    log = sequences(selection)
    if user not in log.user_position:
        return newcomer(log, user)
    return prefixes(log, log.find_user(user), [step + 1])


@session.cached(32)
def drift_result(selection: session.Selection) -> "pipeline.Result[pd.DataFrame]":
    """The drift table as it is kept, or not yet."""
    return pipeline.drift(session.workspace(), str(selection.data_set))


@session.cached(8)
def drift_doubts(selection: session.Selection) -> tuple[str, ...]:
    """What to beware of in the sessions that the drift table stands on, which was found as it was made."""
    found = pipeline.drift_doubts(session.workspace(), str(selection.data_set))
    return found.get() if found.ready else ()


def drift(selection: session.Selection) -> "pd.DataFrame":
    """The drift table with who is named at what the reader accepts, and what pictures show; never change it."""
    return _judged(selection, session.naming())


@session.cached(8)
def _judged(selection: session.Selection, naming: "NamingSettings") -> "pd.DataFrame":
    from core.drift import sureness, turns

    if selection.cohort is not None:
        return _judged_of(selection, selection.cohort.name, _judged(selection.whole, naming))
    table = category_names(selection).in_table(drift_result(selection).get())
    return turns.drawn(sureness.judged(table, naming), interests(selection))


def _judged_of(selection: session.Selection, cohort: str, everyone: "pd.DataFrame") -> "pd.DataFrame":
    """The rows of a cohort, in the order of the log; verdicts stay those that were made among everybody."""
    workspace, name = session.workspace(), str(selection.data_set)
    found = pipeline.cohort_users(workspace, name, cohort, everyone, interests(selection.whole))
    return everyone[everyone["user_id"].isin(found["user_id"])].reset_index(drop=True)


@session.cached(8)
def proof(selection: session.Selection, naming: "NamingSettings") -> dict[str, Any]:
    """What the test finds of changes planted in the log, in figures; they must have been planted."""
    return pipeline.proof(planted_result(selection).get(), naming)


def planted_result(selection: session.Selection) -> "pipeline.Result[pd.DataFrame]":
    """What the test says of changes planted in the log, as it is kept, or not yet."""
    return pipeline.planted(session.workspace(), str(selection.data_set))


def agreement(selection: session.Selection) -> "Agreement | None":
    """Who is named beside who really changed; None where that is not known."""
    return _agreement(selection, session.naming())


@session.cached(8)
def _agreement(selection: session.Selection, naming: "NamingSettings") -> "Agreement | None":
    table = _judged(selection, naming)
    return pipeline.agreement(session.workspace(), str(selection.data_set), table, naming)


def live(selection: session.Selection) -> "pd.DataFrame | None":
    """What a live watcher would have said, a row per user, if that was computed before; never change it."""
    return _live(selection) if pipeline.live_drift(session.workspace(), str(selection.data_set)).ready else None


@session.cached(8)
def _live(selection: session.Selection) -> "pd.DataFrame":
    return pipeline.live_drift(session.workspace(), str(selection.data_set)).get()


def watcher(selection: session.Selection) -> "Watcher | None":
    """Who looks at users as events arrive, if that was learned before."""
    return _watcher(selection) if pipeline.watcher(session.workspace(), str(selection.data_set)).ready else None


@session.cached(4)
def _watcher(selection: session.Selection) -> "Watcher":
    return pipeline.watcher(session.workspace(), str(selection.data_set), sequences=sequences(selection)).get()


def population(selection: session.Selection) -> "Population":
    """The data set as a whole; never change it."""
    return _population(selection, session.naming())


@session.cached(8)
def _population(selection: session.Selection, naming: "NamingSettings") -> "Population":
    from core.drift import population as populations

    return populations.look_at(_judged(selection, naming), interests(selection))


@session.cached(8)
def trend(selection: session.Selection) -> Any:
    """What rose and fell for everyone, whoever is looked at, by category; never change it."""
    from core.drift import population as populations

    return populations.movers(population(selection.whole).categories)


def cards(selection: session.Selection) -> "list[Card]":
    """The most telling of those who are named."""
    return _cards(selection, session.naming())


@session.cached(8)
def _cards(selection: session.Selection, naming: "NamingSettings") -> "list[Card]":
    from core.drift import cards as made
    from core.drift import cohorts

    return made(cohorts.telling(_judged(selection, naming)), interests(selection))


@session.cached(8)
def visits(selection: session.Selection) -> Any:
    """Visits of each user, by number."""
    from core.drift import headline

    return headline.visits(interests(selection))


def share_by_group(selection: session.Selection, attribute: str) -> "pd.DataFrame":
    """Share of users who are named over time by a user attribute, or by the category found if it is empty."""
    return _share_by_group(selection, session.naming(), attribute)


@session.cached(32)
def _share_by_group(selection: session.Selection, naming: "NamingSettings", attribute: str) -> "pd.DataFrame":
    from core.drift import population as populations

    table, log = _judged(selection, naming), interests(selection)
    if not attribute:
        return populations.share_by_target(table, log)
    return populations.share_by_attribute(table, log, attribute)


@session.cached(8, copied=True)
def preview(path: str) -> Any:
    """The first rows of an uploaded file as understood; raises `EventsError`."""
    from core.data import readers

    return readers.preview(Path(path))


@session.cached(8, copied=True)
def told_apart(paths: tuple[str, ...]) -> Any:
    """Which of some uploaded files is the log, the items, the users, and why."""
    from core.data import told_apart as told

    return told([Path(path) for path in paths])


@session.cached(8, copied=True)
def check(columns: tuple[tuple[str, str], ...], paths: tuple[tuple[str, str], ...], settings: "ImportSettings") -> Any:
    """What an import of these files would keep and reject; raises `EventsError`."""
    from core.data import checking

    events, *more = (Path(path) for slot, path in paths if slot == "events")
    others = {slot: Path(path) for slot, path in paths if slot != "events"}
    files = LogFiles(events, others.get("items"), others.get("users"), dict(columns), tuple(more))
    return checking.check(files, settings)


@session.cached(8, keys={DataSet: lambda found: (found.folder, found.id)})
def profile(found: DataSet) -> Any:
    """What a version of a data set is like."""
    from core.data import profile as profiles

    with session.workspace().staging() as scratch:
        return profiles.profile(found, scratch)


@session.cached(32)
def measured(selection: session.Selection, table: str) -> "pipeline.Result[Any]":
    """What a table of quality stands on, kept or not yet; raises `UnknownRunError` if it needs a run."""
    return pipeline.measured(session.workspace(), str(selection.data_set), table, run=selection.run)


def believable(selection: session.Selection) -> dict[str, bool]:
    """Whether each method of explaining has passed its test on the selected run; empty where it was not made."""
    ready = selection.run and measured(selection, "faithfulness").ready
    return _believable(selection) if ready else {}


@session.cached(8)
def _believable(selection: session.Selection) -> dict[str, bool]:
    return pipeline.believable(session.workspace(), str(selection.data_set), selection.run)
