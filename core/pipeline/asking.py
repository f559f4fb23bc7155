"""A list for somebody of whom only words are known: "someone who likes ..."."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data import schema
from core.errors import LanguageError, UnknownRunError
from core.language import encoder_of
from core.phrases import say
from core.pipeline.gate import needs
from core.pipeline.importing import load
from core.pipeline.rankers import model
from core.pipeline.words import language_settings, spoken
from core.progress import Progress, silent
from core.settings import NONE, VIEWER, RecommendSettings
from core.workspace import DataSet, Run, Workspace

if TYPE_CHECKING:
    from core.language import Encoder, ItemVectors
    from core.model import Meaning


@needs(VIEWER)
def recommend_for_words(
    workspace: Workspace,
    name: str,
    words: str,
    settings: RecommendSettings | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """A ranked list by what items say, and by what the newest run expects after it: user_id, rank, item_id, score.

    `user_id` holds the words. Without a run items are ranked by what they say alone. Raises `LanguageError` where words
    are not read, or these cannot be, and where no item says anything.
    """
    from core.model import alike, expected, top_items

    data_set = workspace.data_set(name)
    encoder, found = _readers(workspace, data_set, words, progress)
    run = _newest(workspace, name)
    meaning = _meaning(run, found)
    said = meaning.whitening.apply_to(np.asarray(encoder.encode([words], query=True), dtype=np.float32))[0]
    log = load(workspace, name)
    scores = alike(said, meaning)
    if run:
        scores = scores + expected(model(workspace, name, run.id, log), said, meaning, log)
    items, values = (best[0] for best in top_items(scores[None], (settings or RecommendSettings()).k))
    names = log.catalogue.items[items]
    listed = {schema.USER: words, "rank": np.arange(1, len(items) + 1), schema.ITEM: names, "score": values}
    return pd.DataFrame(listed)


def _readers(
    workspace: Workspace, data_set: DataSet, words: str, progress: Progress
) -> tuple["Encoder", "ItemVectors"]:
    """Who reads these words, and what items say to the same reader."""
    chosen = language_settings(data_set)
    if chosen.model == NONE:
        raise LanguageError(say("errors.words_off", data_set=data_set.name))
    encoder = encoder_of(chosen.model)
    if not words.strip() or not encoder.readable([words])[0]:
        raise LanguageError(say("errors.unreadable_words", words=words[:80], model=encoder.name))
    found = spoken(workspace, data_set, progress=progress).vectors
    if found is None:
        raise LanguageError(say("errors.silent_items", data_set=data_set.name))
    return encoder, found


def _newest(workspace: Workspace, name: str) -> Run | None:
    """The newest finished run of the current version, if there is one."""
    try:
        run = workspace.run(name, None)
    except UnknownRunError:
        return None
    return run if run.version == workspace.data_set(name).version else None


def _meaning(run: Run | None, found: "ItemVectors") -> "Meaning":
    """What items say by the centre and axes of the run, else by those of today's items."""
    from core.model import kept_meanings, meanings_of

    known = kept_meanings(run.folder) if run else ()
    same = next((each for each in known if each.fingerprint == found.fingerprint), None)
    made = () if same else meanings_of([found])
    if not same and not made:
        raise LanguageError(say("errors.same_words"))
    return same or made[0]
