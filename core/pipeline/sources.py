"""Vectors and relations that people bring for the items of a data set: kept beside its versions, matched by id."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import ENTITY, RELATION, load_catalogue, places, read_relations, schema
from core.errors import LanguageError
from core.language import ItemVectors, brought, kept, related
from core.phrases import say
from core.pipeline.gate import needs
from core.pipeline.results import fingerprint
from core.settings import EDITOR
from core.workspace import NAME, DataSet, Workspace

RELATIONS = "relations"
"""What the vectors of relations are called."""
RESERVED = {RELATIONS, "words"}
FOLDER = "vectors-"
"""What the folder of a source that was brought begins with."""


@dataclass(frozen=True)
class Matched:
    """What a file says of the items of a data set."""

    name: str
    """Of the source."""
    rows: int
    """Ids in the file, or links."""
    matched: int
    """Those whose item there is in the data set."""
    by_number: int
    """Of these, ids that are written otherwise: 0013442 for 13442."""
    left_out: int
    """Rows without id or vector, or with an id that came before."""
    items: int
    """Items of the data set that the source knows."""
    without: int
    """Items of the data set that it does not know."""

    def said(self) -> str:
        """In one line."""
        return say("language.matched", name=self.name, rows=self.rows, matched=self.matched, by_number=self.by_number,
                   unknown=self.rows - self.matched, left_out=self.left_out, without=self.without)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Beside:
    """What was read of files that were brought beside a log, before that was imported."""

    vectors: dict[str, brought.Brought]
    """By the name of their source."""
    links: pd.DataFrame | None
    """item_id, relation, entity."""

    def keep(self, workspace: Workspace, data_set: DataSet) -> list[Matched]:
        """Keep all of it for this data set and all versions to come, in place of what had the same name.

        Raises `LanguageError` where something is of no item of the data set.
        """
        told = []
        for name, found in self.vectors.items():
            matched = _matched(name, [str(each) for each in found.ids], data_set)
            with workspace.writing(data_set.language / f"{FOLDER}{name}") as folder:
                found.save(folder)
            told.append(replace(matched, left_out=found.left_out))
        if self.links is not None:
            told.append(_matched(RELATIONS, list(self.links[schema.ITEM]), data_set))
            with workspace.writing(data_set.language / f"{RELATIONS}.parquet") as target:
                self.links.to_parquet(target, index=False)
        return told


@needs(EDITOR)
def read_sources(vectors: Sequence[Path], relations: Path | None = None) -> Beside:
    """Vectors, a source by the name of each file, and relations; raises `LanguageError` and `EventsError`."""
    found = {}
    for path in vectors:
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", path.stem).strip("-")
        if not NAME.fullmatch(name) or name in RESERVED or name in found:
            raise LanguageError(say("errors.source_name", file=path.name))
        found[name] = brought.read_vectors(path)
    return Beside(found, read_relations(relations) if relations else None)


def sources(data_set: DataSet) -> tuple[ItemVectors, ...]:
    """What was brought for a data set, in the order of names, then relations; each in the order of its items."""
    folders = sorted(path for path in data_set.language.glob(f"{FOLDER}*") if path.is_dir())
    links = _relations(data_set)
    if not folders and links is None:
        return ()
    items = load_catalogue(data_set).items
    found = [_of_folder(folder, items) for folder in folders]
    return (*found, *([] if links is None else [_of_links(links, items)]))


def keep_known(workspace: Workspace, data_set: DataSet) -> None:
    """Forget what was brought of items that the data set has no more."""
    items = load_catalogue(data_set).items
    for folder in sorted(path for path in data_set.language.glob(f"{FOLDER}*") if path.is_dir()):
        with workspace.writing(folder) as path:
            found = brought.load(folder)
            found.only(places(found.ids, items)[0] >= 0).save(path)
    links = _relations(data_set)
    if links is not None:
        with workspace.writing(data_set.language / f"{RELATIONS}.parquet") as path:
            links[places(links[schema.ITEM], items)[0] >= 0].to_parquet(path, index=False)


def _relations(data_set: DataSet) -> pd.DataFrame | None:
    path = data_set.language / f"{RELATIONS}.parquet"
    return pd.read_parquet(path) if path.exists() else None


def _matched(name: str, ids: Sequence[str], data_set: DataSet) -> Matched:
    """How many ids were matched; raises `LanguageError` where none was."""
    items = load_catalogue(data_set).items
    place, by_number = places(ids, items)
    known = np.unique(place[place >= 0])
    if not len(known):
        said = say("errors.none_matched", name=name, data_set=data_set.name, found=ids[0], some=str(items[0]))
        raise LanguageError(said)
    return Matched(name, len(place), int((place >= 0).sum()), by_number, 0, len(known), len(items) - len(known))


def _of_folder(folder: Path, items: NDArray[np.object_]) -> ItemVectors:
    found = brought.load(folder)
    place, _ = places(found.ids, items)
    values = np.zeros((len(items), found.values.shape[1]), dtype=np.float32)
    there = np.flatnonzero(place >= 0)[::-1]  # of two ids of one item the first counts
    values[place[there]] = found.values[there]
    known = np.zeros(len(items), dtype=bool)
    known[place[there]] = True
    mark = str(kept.about(folder).get("fingerprint", ""))
    return ItemVectors(folder.name.removeprefix(FOLDER), values, known, mark)


def _of_links(links: pd.DataFrame, items: NDArray[np.object_]) -> ItemVectors:
    place, _ = places(links[schema.ITEM], items)
    there = place >= 0
    relations, entities = (links[name].to_numpy(dtype=object)[there] for name in (RELATION, ENTITY))
    values = related(place[there], relations, entities, len(items))
    mark = fingerprint(int(pd.util.hash_pandas_object(links, index=False).sum()))
    return ItemVectors(RELATIONS, values, np.asarray(values.any(1)), mark)
