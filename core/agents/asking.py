"""Asked in words: items by what they mean, and users by what they are after."""

from typing import TYPE_CHECKING, Any

from core import pipeline
from core.agents.answers import Answer
from core.agents.desk import SMALL_CATALOGUE, Desk
from core.agents.people import cautions
from core.agents.words import CHANGES, FOUND
from core.errors import InputError
from core.phrases import say
from core.settings import NamingSettings

if TYPE_CHECKING:
    import pandas as pd


def search_items(desk: Desk, data_set: str, words: str, k: int = 20) -> dict[str, Any]:
    """Items by what they mean, in any of sixteen languages: item_id, score, title."""
    found, remarks = _search(desk, data_set, words, k)
    rows = found.items(words, k)
    same = desk.command("search", data_set, words, "-k", k)
    answer = Answer(said=f"The {len(rows)} nearest items.", rows=rows, beware=remarks, same_by=same, not_claimed=FOUND)
    return desk.give(answer)


def search_users(desk: Desk, data_set: str, words: str, k: int = 20, accept: float = 0.05) -> dict[str, Any]:
    """Users who are after something now, who turned to it, and who turned from it, with moments, p and q."""
    naming = NamingSettings(accept)
    found, remarks = _search(desk, data_set, words, k)
    facts = desk.facts(data_set, naming)
    table = pipeline.drift(desk.workspace, data_set).get()
    rows: pd.DataFrame = found.users(words, desk.log(data_set), table, k, naming)
    counts = rows["how"].value_counts()
    answer = Answer(
        said=", ".join(f"{int(counts.get(how, 0))} {told}" for how, told in _HOWS.items()) + ".",
        rows=rows,
        beware=[*remarks, *cautions(facts, narrows=False)],
        same_by=desk.command("search", data_set, words, "--users", "-k", k),
        not_claimed=(*FOUND, *CHANGES),
    )
    return desk.give(answer, of=(data_set, "search users"))


_HOWS = {"now": "are after it now", "to": "turned to it", "from": "turned from it"}


def _search(desk: Desk, data_set: str, words: str, k: int) -> "tuple[pipeline.Search, list[str]]":
    """What can be asked, and what to beware of."""
    if k < 1:
        raise InputError(say("errors.least_k", found=k))
    found = desk.workspace.data_set(data_set)
    small = int(found.summary["items"]) <= SMALL_CATALOGUE
    desk.kept(pipeline.search_terms(desk.workspace, found), desk.command("search", data_set, words), at_once=small)
    search = desk.search(data_set)
    return search, [*map(str, search.remarks), *filter(None, [str(search.unread(words))])]
