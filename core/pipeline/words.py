"""What the items of a data set say, as vectors: read by its language model once, and kept beside its versions."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import locks
from core.data import load_catalogue, load_event_texts
from core.errors import LanguageError, SettingsError
from core.language import (
    Encoder,
    ItemVectors,
    Named,
    Pieces,
    Sayings,
    encode,
    encoder_of,
    kept,
    known_fingerprint,
    sayings,
    words,
)
from core.phrases import say
from core.pipeline.gate import needs
from core.pipeline.results import changed, fingerprint, lock_of
from core.pipeline.sources import keep_known, sources
from core.progress import Progress, silent
from core.settings import EDITOR, NONE, VIEWER, LanguageSettings, Settings, from_dict
from core.workspace import DataSet, Workspace

SOURCE = "words"
"""What the vectors of what items say are called."""


@dataclass(frozen=True, eq=False)
class Spoken:
    """What the items of a data set say, and what came of reading it."""

    vectors: ItemVectors | None
    """None where no item says anything that was read."""
    encoder: Encoder | None
    """Who reads; None where words are not read, or cannot be any more."""
    columns: tuple[str, ...] = ()
    """Columns of the items that were read."""
    texts: int = 0
    """Different texts."""
    encoded: int = 0
    """Texts that were read by this call; the others were kept."""
    remarks: tuple[str, ...] = ()
    """What was not read, and why."""


@needs(VIEWER)
def item_vectors(
    workspace: Workspace, data_set: DataSet, settings: LanguageSettings | None = None, progress: Progress = silent
) -> tuple[ItemVectors, ...]:
    """All that is known of the items of a version in vectors, a source each, in the order of their integer ids.

    Words, what was brought (see `core.pipeline.sources`), and relations; each as far as it is there. Without texts on
    events: what was said on those that a model is judged by would give them away.
    """
    found = spoken(workspace, data_set, _without_events(language_settings(data_set, settings)), progress)
    return (*([found.vectors] if found.vectors else []), *sources(data_set))


def _without_events(settings: LanguageSettings) -> LanguageSettings:
    return replace(settings, event_texts=NONE)


@needs(VIEWER)
def language_settings(data_set: DataSet, given: LanguageSettings | None = None) -> LanguageSettings:
    """How words are read: as was chosen for the data set, but for what is `given` otherwise than by default."""
    chosen = _chosen(data_set)
    return replace(chosen, **changed(given)) if given else chosen


@needs(EDITOR)
def choose_language(workspace: Workspace, data_set: DataSet, settings: LanguageSettings) -> None:
    """From now on, words of this data set are read so, in all its versions; raises `LanguageError`."""
    check_language(settings)
    with workspace.writing(_choice(data_set)) as path:
        path.write_text(json.dumps(asdict(settings)), encoding="utf-8")


@needs(EDITOR)
def check_language(settings: LanguageSettings) -> None:
    """Raise `LanguageError` where a language model is named by path that cannot be used."""
    if settings.model not in (LanguageSettings().model, NONE):
        encoder_of(settings.model)


@needs(VIEWER)
def spoken(
    workspace: Workspace, data_set: DataSet, settings: LanguageSettings | None = None, progress: Progress = silent
) -> Spoken:
    """Read what items say, as far as it was not read before in this workspace.

    Without the language model what was kept is all there is, and that is said. Raises `LanguageError` where a column
    is named that there is not.
    """
    chosen = language_settings(data_set, settings)
    if chosen.model == NONE:
        return Spoken(None, None)
    said, reader = said_of(data_set, chosen), reader_of(workspace, data_set, chosen)
    return reader.told(said, list(dict.fromkeys(text for text in said.texts if text)), progress)


def named(
    workspace: Workspace, data_set: DataSet, settings: LanguageSettings | None = None, progress: Progress = silent
) -> Named | None:
    """Categories and tags of the items as vectors, read as far as they were not before; None without any."""
    chosen = language_settings(data_set, settings)
    if chosen.model == NONE:
        return None
    return reader_of(workspace, data_set, chosen).named(said_of(data_set, chosen).pieces(chosen.most), progress)


def reader_of(workspace: Workspace, data_set: DataSet, settings: LanguageSettings) -> "Reader":
    """Who reads words of a data set."""
    return Reader(workspace, data_set, settings, *_opened(settings.model))


@needs(EDITOR)
def read_more(workspace: Workspace, data_set: DataSet, progress: Progress = silent) -> Spoken | None:
    """Read what items say that came with a new version; None where nothing was read of the ones before."""
    return spoken(workspace, data_set, progress=progress) if any(data_set.language.glob(f"{SOURCE}-*/")) else None


def said_of(data_set: DataSet, settings: LanguageSettings) -> Sayings:
    """What the items of a version say, in the order of their integer ids; raises `LanguageError`."""
    return sayings(load_catalogue(data_set), settings, load_event_texts(data_set))


def keep_only(workspace: Workspace, data_set: DataSet) -> None:
    """Forget what items said, and what was brought of items, that are in no version any more."""
    keep_known(workspace, data_set)
    wanted = kept.hashes(_all_texts(data_set))
    for folder in sorted(data_set.language.glob(f"{SOURCE}-*")):
        if folder.is_dir():
            about = kept.about(folder)
            with workspace.writing(folder) as path:
                kept.read(folder).only(wanted).save(path, about)


def only_said(data_set: DataSet) -> None:
    """Leave of what was read nothing that its items no longer say, in a folder of a data set that is in the making."""
    wanted = kept.hashes(_all_texts(data_set))
    for folder in sorted(data_set.language.glob(f"{SOURCE}-*")):
        if folder.is_dir():
            fewer = folder.with_name(f"next-{folder.name}")
            kept.read(folder).only(wanted).save(fewer, kept.about(folder))
            shutil.rmtree(folder)
            fewer.rename(folder)


def _all_texts(data_set: DataSet) -> list[str]:
    chosen = _chosen(data_set)
    said, without = (said_of(data_set, each) for each in (chosen, _without_events(chosen)))
    return [text for text in dict.fromkeys([*said.texts, *without.texts, *said.pieces(chosen.most).texts]) if text]


def _choice(data_set: DataSet) -> Path:
    return data_set.language / "settings.json"


def _chosen(data_set: DataSet) -> LanguageSettings:
    try:
        return from_dict({"language": json.loads(_choice(data_set).read_text(encoding="utf-8"))}).language
    except (OSError, ValueError, SettingsError):
        return Settings().language


def _opened(model: str) -> tuple[Encoder | None, str]:
    """The encoder, or why there is none."""
    try:
        return encoder_of(model), ""
    except LanguageError as error:
        return None, error.said


@dataclass(frozen=True, eq=False)
class Reader:
    """Reads texts for one data set, with one model; see `reader_of`."""

    workspace: Workspace
    data_set: DataSet
    settings: LanguageSettings
    encoder: Encoder | None
    why: str
    """Why there is no encoder, else empty."""

    def told(self, said: Sayings, texts: list[str], progress: Progress) -> Spoken:
        """Vectors of the first of some texts, and of the items that say them."""
        read = texts[: self.settings.most]
        keys = kept.hashes(read)
        found, encoded = self._kept(read, keys, progress) if self.folder else (kept.nothing(0), 0)
        vectors = _vectors(said, found.only(keys), self.fingerprint)
        remarks = self._remarks(said, texts, found, vectors)
        return Spoken(
            vectors if vectors.known.any() else None, self.encoder, said.columns, len(texts), encoded, remarks
        )

    def named(self, pieces: Pieces, progress: Progress) -> Named | None:
        """Vectors of categories and tags, with the items that have them."""
        keys, mark = kept.hashes(pieces.texts), self.mark
        if not mark or not len(keys):
            return None
        found, _ = self._kept(pieces.texts, keys, progress)
        return Named.of(_values(found, keys, found.has(keys)), pieces.item, pieces.piece)

    @property
    def fingerprint(self) -> str:
        """Of the source that its vectors are: model, columns, characters."""
        return fingerprint(self.mark, self.settings.columns, self.settings.characters)

    @property
    def folder(self) -> Path | None:
        """Where vectors are kept; None where it is not known whose they are."""
        return self.data_set.language / f"{SOURCE}-{self.mark}" if self.mark else None

    def keep(self, texts: Sequence[str], vectors: NDArray[np.float16]) -> kept.Kept:
        """Keep vectors of texts, (n, d), beside those that are there; all of them are returned."""
        folder, keys = self.folder, kept.hashes(texts)
        assert folder, "who has read something is known"
        with locks.waited(lock_of(folder), lambda: None), self.workspace.writing(folder) as path:
            kept.read(folder).with_more(keys, vectors).save(path, self._about)
        return kept.read(folder)

    @property
    def _about(self) -> dict[str, str]:
        return {"model": self.settings.model, "name": self.encoder.name if self.encoder else ""}

    @cached_property
    def mark(self) -> str | None:
        """The encoder's fingerprint, also of one that is gone; None where it is not known."""
        if self.encoder:
            return self.encoder.fingerprint
        folders = self.data_set.language.glob(f"{SOURCE}-*/")
        before = [path for path in folders if kept.about(path).get("model") == self.settings.model]
        newest = max(before, key=lambda path: path.stat().st_mtime, default=None)
        return known_fingerprint(self.settings.model) or (newest.name.removeprefix(f"{SOURCE}-") if newest else None)

    def _kept(self, texts: Sequence[str], keys: kept.Hashes, progress: Progress) -> tuple[kept.Kept, int]:
        """What is kept of some texts once those that are new have been read, and how many were."""
        folder = self.folder
        assert folder, "nothing is kept of nobody"
        found = kept.read(folder)
        if self.encoder is None or found.has(keys).all():
            return found, 0
        turn = locks.waited(lock_of(folder), lambda: progress(0.0, say("steps.made_elsewhere")))
        with turn, self.workspace.writing(folder) as path:
            found = self._from_others(kept.read(folder), folder, keys)
            new = [place for place, there in enumerate(found.has(keys)) if not there]
            more = encode(self.encoder, [texts[place] for place in new], progress)
            found.with_more(keys[new], more).save(path, self._about)
        return kept.read(folder), len(new)

    def _from_others(self, found: kept.Kept, folder: Path, keys: kept.Hashes) -> kept.Kept:
        """With what other data sets of the workspace have of these texts, read by the same model."""
        for other in self.workspace.languages():
            if other != folder.parent and (other / folder.name).is_dir():
                theirs = kept.read(other / folder.name).only(keys)
                found = found.with_more(theirs.keys, theirs.vectors)
        return found

    def _remarks(self, said: Sayings, texts: list[str], found: kept.Kept, vectors: ItemVectors) -> tuple[str, ...]:
        remarks, most = list[str](), self.settings.most
        if said.cut:
            remarks.append(say("language.cut", items=said.cut, most=self.settings.characters))
        if len(texts) > most:
            remarks.append(say("language.left", texts=len(texts) - most, most=most))
        if self.why:
            known = int(vectors.known.sum())
            new = int((said.texts != "").sum()) - known
            remarks.append(say("language.gone", why=self.why, items=known, new=new) if known else self.why)
        elif unread := found.unread(texts[:most]):
            model = self._about["name"]
            remarks.append(say("language.unreadable", texts=len(unread), words=words(unread), model=model))
        return tuple(remarks)


def _vectors(said: Sayings, found: kept.Kept, mark: str) -> ItemVectors:
    """A vector of each item whose text is there."""
    keys = kept.hashes(said.texts)
    there = found.has(keys) & (said.texts != "").astype(bool)
    values = _values(found, keys, there)
    return ItemVectors(SOURCE, values, there & values.any(1), mark)


def _values(found: kept.Kept, keys: kept.Hashes, there: NDArray[np.bool_]) -> NDArray[np.float32]:
    """The vectors of those texts that are there, zero for others, (len(keys), d)."""
    values = np.zeros((len(keys), found.vectors.shape[1]), dtype=np.float32)
    values[there] = found.vectors[found.rows(keys[there])]
    return values
