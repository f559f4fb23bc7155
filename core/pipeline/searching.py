"""Ask in words: items by what they say, users by what they are after now, turned to, or turned from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data import Catalogue, Sequences, load_catalogue, schema
from core.errors import InputError
from core.language import Index, Terms, best, centred, relevance
from core.phrases import say
from core.pipeline.gate import needs
from core.pipeline.results import Form, Result
from core.pipeline.words import language_settings, named, said_of, spoken
from core.progress import Progress, part, silent
from core.settings import VIEWER, LanguageSettings, NamingSettings
from core.workspace import DataSet, Workspace

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOUND = (schema.ITEM, "score", schema.TITLE)
"""Columns of the items that are found."""


@needs(VIEWER)
def search_terms(workspace: Workspace, data_set: DataSet, settings: LanguageSettings | None = None) -> Result[Terms]:
    """Words of all items, counted once; that they are ready says that what items say was read as well."""
    chosen = language_settings(data_set, settings)

    def counted(progress: Progress) -> Terms:
        spoken(workspace, data_set, settings, part(progress, 0.0, 0.7))
        named(workspace, data_set, settings, part(progress, 0.7, 0.9))
        return Terms.of(list(said_of(data_set, chosen).texts))

    form = Form("", lambda terms, folder: terms.save(folder), Terms.load)
    return Result(workspace, data_set, "search", (chosen,), counted, form, {})


@dataclass(frozen=True, eq=False)
class Search:
    """What a data set can be asked in words."""

    catalogue: Catalogue
    index: Index
    remarks: tuple[str, ...]
    """What was not read of the items, and why."""

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        data_set: DataSet,
        settings: LanguageSettings | None = None,
        progress: Progress = silent,
    ) -> "Search":
        """Of the current version, once what its items say was read; raises `InputError` where they say nothing."""
        terms = search_terms(workspace, data_set, settings).get(progress)
        found = spoken(workspace, data_set, settings)
        if found.vectors is None and not terms.place:
            raise InputError(say("errors.silent_items", data_set=data_set.name))
        vectors = centred(found.vectors) if found.vectors else None
        index = Index(vectors, found.encoder, terms, named(workspace, data_set, settings))
        return cls(load_catalogue(data_set), index, found.remarks)

    def items(self, question: str, k: int = 20) -> pd.DataFrame:
        """The k items that answer a question best, `FOUND`; raises `InputError` for an empty one."""
        scores = self._scores(question)
        places = best(scores, k)
        columns = (self.catalogue.items[places], scores[places].astype(np.float64), self.catalogue.titles[places])
        return pd.DataFrame(dict(zip(FOUND, columns, strict=True)))

    def users(
        self,
        question: str,
        log: Sequences,
        table: pd.DataFrame,
        k: int = 20,
        naming: NamingSettings | None = None,
    ) -> pd.DataFrame:
        """Users who are after it now, turned to it, or from it: see `core.drift.overview.seekers.seekers`."""
        from core.drift import seekers

        return seekers(log, table, relevance(self._scores(question)), k, naming or NamingSettings())

    def unread(self, question: str) -> str:
        """What to beware of in the answer to a question, empty where it was read."""
        encoder = self.index.encoder
        known = encoder is None or self.index.reads(question)
        return say("language.unread_question", model=encoder.name) if encoder and not known else ""

    def _scores(self, question: str) -> "NDArray[np.float32]":
        if not question.strip():
            raise InputError(say("errors.empty_question"))
        return self.index.scores(question)
