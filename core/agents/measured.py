"""Whether it can be believed: planted changes, the truth where it is known, and the quality of models."""

from typing import Any, Literal

from core import pipeline
from core.agents.answers import Answer, Page
from core.agents.desk import Desk
from core.agents.words import CHANGES, QUALITY
from core.errors import InputError
from core.pipeline import AFTER_DATE, BOTH, LEAKAGE, LEARNED
from core.report import sentences, words
from core.settings import LAST_EVENT, TEMPORAL, EvaluationSettings, NamingSettings

Protocol = Literal["", "temporal", "leave-one-out"]


def planted(desk: Desk, data_set: str, accept: float = 0.05) -> dict[str, Any]:
    """What the drift test finds of changes planted in this log's own histories, and how often it cries wolf."""
    naming, say = NamingSettings(accept), words.Words("en").say
    same = desk.command("plant", data_set, "--accept", f"{accept:g}", "--more")
    tried = desk.kept(pipeline.planted(desk.workspace, data_set), desk.command("plant", data_set))
    figures = pipeline.proof(tried, naming)
    known = None
    if pipeline.truth(desk.workspace, data_set) is not None:
        known = pipeline.agreement(desk.workspace, data_set, desk.judged(data_set, naming)[0], naming)
    truth = [say("believe.planted_known", changed=known.changed, named=known.named, real=known.real)] if known else []
    answer = Answer(
        said=" ".join([*sentences.planted(figures, say), *truth]),
        figures=figures,
        beware=[say("believe.how")],
        same_by=same,
        not_claimed=CHANGES,
    )
    return desk.give(answer)


def quality(
    desk: Desk, data_set: str, table: str = "models", protocol: Protocol = "", offset: int = 0, limit: int = 50
) -> dict[str, Any]:
    """One kept table on the quality of models and lists, with intervals; says which command makes one that is not kept.

    Tables of both protocols: models, length, popularity, ahead (differences on the same users). After a date alone:
    kinds, age, changes, beside, calibration, reliability. By each user's last event: cold, lists, chances; how soon
    lists follow who changed (lag, lags, pace), aging, advice, and which explanations can be believed (faithfulness).
    """
    chosen = protocol or (LAST_EVENT if desk.workspace.data_set(data_set).summary.get("ordinal") else TEMPORAL)
    if table in AFTER_DATE and chosen == LAST_EVENT:
        raise InputError(f"The table {table!r} belongs to the protocol {TEMPORAL}. Choose from {', '.join(BOTH)}.")
    if table not in BOTH and table not in AFTER_DATE:
        return _of_lists(desk, data_set, table, Page(offset, limit))
    same = desk.command("evaluate", data_set, "--protocol", chosen, "--table", table)
    if chosen == TEMPORAL:
        result = pipeline.temporal(desk.workspace, data_set, "all", None, EvaluationSettings(), 1)
        found = desk.kept(result, same)
        rows, beware = AFTER_DATE[table](found) if table in AFTER_DATE else BOTH[table](found.quality), []
        learned = bool(found.about["learned_validation"].iloc[0])
    else:
        ranks = desk.kept(pipeline.ranks(desk.workspace, data_set), same)
        rows, beware = BOTH[table](pipeline.Quality.of(ranks)), [LEAKAGE]
        learned = pipeline.learned_validation(desk.workspace, data_set)
    beware += [LEARNED] if learned else []
    said = f"{table}, by the protocol {chosen}: {len(rows)} rows."
    answer = Answer(said=said, rows=rows, beware=beware, same_by=same, not_claimed=QUALITY)
    return desk.give(answer, Page(offset, limit))


def _of_lists(desk: Desk, data_set: str, table: str, page: Page) -> dict[str, Any]:
    """A table that stands on each user's last event, or on replayed lists."""
    same = desk.command("evaluate", data_set, "--table", table)
    desk.kept(pipeline.measured(desk.workspace, data_set, table), same)
    rows = pipeline.quality_table(desk.workspace, data_set, "all", table)
    answer = Answer(said=f"{table}: {len(rows)} rows.", rows=rows, same_by=same, not_claimed=QUALITY)
    return desk.give(answer, page)
