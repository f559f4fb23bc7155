"""All that a report tells, gathered from what is kept: the same tables and figures that the pages show."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core import pipeline
from core.data import schema
from core.errors import InputError, UnknownRunError
from core.phrases import say
from core.progress import Progress, silent
from core.settings import DriftSettings, NamingSettings
from core.workspace import DataSet, Marker, Run, Workspace

if TYPE_CHECKING:
    import pandas as pd

    from core.data import Sequences
    from core.drift import Agreement, Card, Cohort, Population

PEOPLE = 12
"""People who are told of one by one."""


@dataclass(frozen=True)
class Asked:
    """What a report is to be about."""

    naming: NamingSettings = field(default_factory=NamingSettings)
    cohort: "Cohort | None" = None
    """Which users; None, or one that does not narrow, is everybody."""
    within: "Cohort | None" = None
    """A cohort that was saved, which `cohort` narrows further."""
    name: str = ""
    """Of that cohort."""
    people: int = PEOPLE
    """The surest who are told of one by one, at most."""
    run: str | None = None
    """The trained model whose lists are told of; None is the newest."""
    key: str = ""
    """What masks user ids; empty where they are shown."""

    @property
    def narrows(self) -> bool:
        """Whether it is to be about some users only."""
        from core.drift import Cohort

        return self.within is not None or (self.cohort is not None and self.cohort != Cohort())


@dataclass(frozen=True, eq=False)
class Facts:
    """What a report tells of some users, and what is known of all."""

    data_set: DataSet
    asked: Asked
    everyone: "pd.DataFrame"
    """The drift table of all users, judged and as pictures draw it."""
    table: "pd.DataFrame"
    """Its rows of the users whom the report is about, the surest first."""
    log: "Sequences"
    """The log as pictures draw it."""
    found: "Population"
    """These users as a whole."""
    cards: "list[Card]"
    """The surest of those who are named."""
    trend: "pd.Series[Any]"
    """What rose and fell for everyone, by category."""
    doubts: tuple[str, ...]
    account: dict[str, Any]
    """What the import came to."""
    proof: dict[str, Any] | None
    """What is found of planted changes; None where none were planted."""
    agreement: "Agreement | None"
    """Who is named beside the truth; None where that is not known."""
    lag: "pd.DataFrame | None"
    """How soon lists follow, a row per model; None where it was not measured."""
    run: Run | None
    """The trained model whose lists these are."""
    markers: tuple[Marker, ...] = ()
    """What happened on the owner's side, the earliest first."""
    around: "pd.DataFrame | None" = None
    """What changed at these: `core.drift.why_then.around` of everybody."""

    @property
    def narrowed(self) -> bool:
        """Whether the report is not about everybody."""
        return len(self.table) < len(self.everyone)

    @property
    def picked_by_verdict(self) -> bool:
        """Whether the users were picked by what the test says of them, so that nothing can be reckoned from them."""
        return any(cohort.by_verdict for cohort in (self.asked.cohort, self.asked.within) if cohort is not None)


def judged(
    workspace: Workspace, name: str, naming: NamingSettings, progress: Progress = silent
) -> "tuple[pd.DataFrame, Sequences]":
    """The drift table as the overview reads it, made first where it is not kept, and the log that pictures draw."""
    from core.drift import for_charts, sureness, turns

    settings = DriftSettings()
    pipeline.drift_doubts(workspace, name, settings).get(progress)
    names = pipeline.category_names(workspace, name)
    table = names.in_table(pipeline.drift(workspace, name, settings).get(progress))
    log = names.on(for_charts(pipeline.load(workspace, name), settings.seed))
    return turns.drawn(sureness.judged(table, naming), log), log


def gather(
    workspace: Workspace, name: str, asked: Asked, known: "tuple[pd.DataFrame, Sequences]", progress: Progress = silent
) -> Facts:
    """Everything that is told; `known` as `judged` gives it. Raises `InputError` where no user fits the cohort."""
    from core.drift import NAMED, cards, cohorts
    from core.drift import population as populations

    progress(0.9, say("steps.telling"))
    everyone, log = known
    data_set, table = workspace.data_set(name), cohorts.surest(everyone)
    narrows = asked.narrows
    if narrows:
        changes, attributes = populations.changes(everyone, log), cohorts.attributes(log)
        for cohort in filter(None, (asked.within, asked.cohort)):
            table = cohorts.choose(table, cohort, changes, attributes)
        if table.empty:
            raise InputError(say("errors.nobody_fits", data_set=name))
    found = populations.look_at(table if narrows else everyone, log)
    doubts, planted = pipeline.drift_doubts(workspace, name), pipeline.planted(workspace, name)
    return Facts(
        data_set, asked, everyone, table, log, found, cards(table[table[NAMED]].head(asked.people), log),
        populations.movers(found.categories),
        (*(doubts.get() if doubts.ready else ()), *pipeline.merged_categories(workspace, name)),
        pipeline.account(workspace, data_set),
        pipeline.proof(planted.get(), asked.naming) if planted.ready else None,
        pipeline.agreement(workspace, name, everyone, asked.naming), *_served(workspace, name, asked, table),
        *_marked(workspace, name, everyone, log),
    )  # fmt: skip


def _marked(
    workspace: Workspace, name: str, everyone: "pd.DataFrame", log: "Sequences"
) -> "tuple[tuple[Marker, ...], pd.DataFrame | None]":
    """The markers of a data set, and what changed at them."""
    from core.drift import why_then

    markers, names = tuple(pipeline.markers(workspace, name)), pipeline.category_names(workspace, name)
    if not markers:
        return (), None
    own = pipeline.load(workspace, name) if names.shown else log
    around = why_then.around(everyone, log, pipeline.marks(workspace, name, markers, own))
    return tuple(replace(marker, category=names.name(marker.category)) for marker in markers), around


def _served(
    workspace: Workspace, name: str, asked: Asked, table: "pd.DataFrame"
) -> "tuple[pd.DataFrame | None, Run | None]":
    """How soon the lists of these users follow, where that was measured, and the run that it is of."""
    from core.explain import lag

    try:
        run, made = workspace.run(name, asked.run), pipeline.measured(workspace, name, "lag", run=asked.run)
    except UnknownRunError:
        return None, None
    if not made.ready:
        return None, run
    lags = made.get().named(asked.naming).lags
    return lag.summary(lags[lags[schema.USER].isin(table[schema.USER])]), run


def tables(facts: Facts) -> "dict[str, pd.DataFrame]":
    """The tables that a report is made of, by the names that the command line has for them; ids as they are."""
    import pandas as pd

    from core.drift import flowing, turns

    starts = [pd.Timestamp(marker.start, unit="us") for marker in facts.markers] if facts.found.unit else []
    found, trend = facts.found, facts.trend
    columns = [*schema.DRIFT_COLUMNS, "named", "sure", turns.TESTED_FROM, turns.TESTED_TO]
    return {
        "people": facts.table[columns],
        "shares": found.shares,
        "flows": flowing.flows(facts.table, facts.log, min(starts, default=None)),
        "trend": trend.rename("points").mul(100).rename_axis(schema.CATEGORY).reset_index(),
        "categories": found.categories,
        "together": found.together,
    }


TABLES = ("people", "shares", "flows", "trend", "categories", "together")
"""Names of `tables`."""
