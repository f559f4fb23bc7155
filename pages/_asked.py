"""What pages ask in words, computed once, by what is selected."""

from typing import TYPE_CHECKING, Any

from core import pipeline
from core.drift import cohorts
from pages import _computed as computed
from pages import _session as session

if TYPE_CHECKING:
    import pandas as pd

    from core.settings import NamingSettings


@session.cached(4)
def speaks(selection: session.Selection) -> bool:
    """Whether items have titles or categories, so that they can be asked in words."""
    items = computed.sequences(selection).catalogue
    return bool(items.categories) or bool((items.titles != items.items).any())


def search_terms(selection: session.Selection) -> "pipeline.Result[Any]":
    """Words of all items as they are kept, or not yet; what items say was read when they are."""
    return pipeline.search_terms(session.workspace(), session.workspace().data_set(str(selection.data_set)))


@session.cached(2)
def search(selection: session.Selection) -> pipeline.Search:
    """What can be asked in words, once `search_terms` are ready; raises `InputError` where items say nothing."""
    return pipeline.Search.of(session.workspace(), session.workspace().data_set(str(selection.data_set)))


def asked(selection: session.Selection, question: str, k: int) -> "pd.DataFrame":
    """Users who are after something now, turned to it, or from it; never change it."""
    return _asked(selection, session.naming(), question, k)


@session.cached(16)
def _asked(selection: session.Selection, naming: "NamingSettings", question: str, k: int) -> "pd.DataFrame":
    whole = selection.whole
    log, table = computed.sequences(whole), computed.drift_result(whole).get()
    if selection.cohort is not None:
        table = table[table["user_id"].isin(computed.drift(selection)["user_id"])]
        log = cohorts.events_of(table, log)
    return search(whole).users(question, log, table, k, naming)


@session.cached(16)
def for_words(selection: session.Selection, said: str, k: int) -> "pd.DataFrame":
    """The list for somebody of whom only words are known, with titles; never change it. Raises `LanguageError`."""
    from core.settings import RecommendSettings

    items = computed.sequences(selection).catalogue
    listed = pipeline.recommend_for_words(session.workspace(), str(selection.data_set), said, RecommendSettings(k=k))
    titles = dict(zip(items.items.tolist(), items.titles.tolist(), strict=True))
    return listed.assign(title=listed["item_id"].map(titles))
