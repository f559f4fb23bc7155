"""What can be asked, in the order in which it is listed, and what each parameter means."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from core.agents import about, asking, everyone, lists, mapped, measured, people, records

Question = Callable[..., dict[str, Any]]
QUESTIONS: Final[tuple[Question, ...]] = (
    about.data_sets,
    about.about,
    about.headline,
    people.who_drifted,
    people.drift_table,
    people.user,
    people.history,
    people.evidence,
    everyone.report_table,
    everyone.trends,
    mapped.atlas,
    lists.recommend,
    lists.recommend_for_words,
    lists.explain,
    lists.what_if,
    lists.what_holds_it,
    asking.search_items,
    asking.search_users,
    measured.planted,
    measured.quality,
    records.models,
    records.states,
    records.notes,
    records.cohorts,
    records.streamed,
    records.audit,
)
"""Each takes the desk, and what its tool takes; its docstring is what an agent reads."""
PARAMETERS: Final[Mapping[str, str]] = {
    "data_set": "name, as data_sets gives it",
    "user": "user id as the log has it, or a pseudonym where ids are hidden",
    "accept": "share of false alarms among those who are named, .01 to .2",
    "filters": "which users: status, kind, direction, from_category, to_category, since, until, min_events, "
    "id_contains, attribute (COLUMN=VALUE), cohort (a name that cohorts gives); lists mean any of their entries",
    "offset": "first row, from 0: next_offset of the answer before",
    "limit": "rows at most",
    "k": "rows at most; of search_users in each of the three parts",
    "view": "all: the test over whole histories; live: what a watcher would have said event by event; model: in the "
    "eyes of the trained model",
    "words": "what to look for, in any language",
    "at": "from events up to then: ISO 8601; empty is the end of the log",
    "asked": "at, model (blend, attention or a baseline), seen, held_out, someone_new, categories, new_only, "
    "diversity and calibration (0 to 1)",
    "reasons": "items from the first that get a reason, 10 at most",
    "item": "item id; without, the first of the list",
    "method": "integrated-gradients, leave-one-out, shapley, ...",
    "changed": "remove: places; add: pairs of item and place (null: at the end); move: pairs of places; from 0",
    "run": "id of a run",
    "table": "which table, by name",
    "part": "flows, points, nearest_items (of an item) or same_way (of a user)",
    "of": "item id for nearest_items; user id, or a pseudonym where ids are hidden, for same_way",
    "protocol": "temporal: learn before a date, test after another; leave-one-out: each user's last event; empty is "
    "temporal where the log has a clock",
}
"""What each parameter means."""
