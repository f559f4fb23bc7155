"""Versions whose events lie as objects at an address, while all else of them lies here.

    ROOT/store.json                     the address below which everything of this workspace lies
    ROOT/data/NAME/vN/elsewhere.json    what of a version lies there, with hashes of its blocks; the files themselves
                                        lie beside it once they were needed, as long as there is room (`keeping`)
    ADDRESS/MADE/events.parquet ...     what was put for one version, never changed
    ADDRESS/MADE/manifest.json          the same list, put last: nobody reads what has none

MADE begins with the name of the staged folder that it was put from. What no list here names, and no process that lives
is about to put, was left by a kill or belonged to something that was deleted; it goes with the next version.
"""

import contextlib
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from core import locks
from core.errors import WorkspaceError
from core.phrases import say
from core.progress import Progress, silent
from core.workspace import disk, keeping, objects

LARGE: Final = ("events.parquet", "texts.parquet", "waiting.parquet")
"""Files of a version that have a row for an event."""
HOME, LIST, MANIFEST, TRIAL = "store.json", "elsewhere.json", "manifest.json", "meander.json"
WORDS: Final = b"{}"
"""What is put and read first, to see whether that can be."""
Database = Callable[[], AbstractContextManager[sqlite3.Connection]]


@dataclass(frozen=True)
class Listed:
    """What of a version lies at an address."""

    address: str
    files: dict[str, dict[str, Any]]
    """By name: `size` in bytes, and the SHA-256 of all `blocks`."""

    @classmethod
    def read(cls, data: bytes) -> "Listed":
        """From the text of a list."""
        return cls(**json.loads(data))

    def written(self) -> bytes:
        """As text."""
        return json.dumps(asdict(self)).encode()

    @property
    def mark(self) -> str:
        """What no other list has."""
        return hashlib.sha256(self.written()).hexdigest()

    def opened(self, name: str) -> objects.Checked:
        """A file, read where it lies."""
        told = self.files[name]
        return objects.Checked(objects.below(self.address, name), told["size"], told["blocks"])


def settled(root: Path, place: str) -> None:
    """Let versions that are made from now on lie below an address; raises `WorkspaceError`.

    A workspace gets an address of its own there once something could be put to it, and remembers it.
    """
    if (root / "data").is_symlink():
        raise elsewhere(root, place, str((root / "data").resolve()))
    if known := home(root):
        if not objects.plain(known).startswith(objects.plain(place).rstrip("/") + "/"):
            raise elsewhere(root, place, objects.plain(known))
        return
    objects.check(place)
    mine = objects.below(place, f"{root.name.lstrip('.')}-{secrets.token_hex(4)}")
    trial = objects.below(mine, TRIAL)
    objects.put_bytes(WORDS, trial)
    if objects.read(trial) != WORDS:
        raise WorkspaceError(say("errors.store_changed", address=objects.plain(trial)))
    draft = root / f".{secrets.token_hex(4)}.draft"
    draft.write_text(json.dumps({"address": mine}), encoding="utf-8")
    try:
        (root / HOME).hardlink_to(draft)
    except FileExistsError:  # whoever else opens this workspace was first
        objects.remove(mine)
    finally:
        draft.unlink()


def elsewhere(root: Path, place: str, found: str) -> WorkspaceError:
    """Why the data of a workspace cannot lie at a place."""
    return WorkspaceError(say("errors.data_elsewhere", place=objects.plain(place), folder=str(root), found=found))


def home(root: Path) -> str:
    """The address below which everything of a workspace lies; empty where that is here."""
    with contextlib.suppress(FileNotFoundError):
        return str(json.loads((root / HOME).read_text(encoding="utf-8"))["address"])
    return ""


def below_home(root: Path, staged: Path) -> str:
    """An address for what belongs to a staged folder and goes with it unless a list names it; empty where all is here.

    Raises `WorkspaceError` for a folder that is not in the making here.
    """
    place = home(root)
    token = staged.relative_to(root / "staging").parts[0]
    return objects.below(place, f"{token}-{secrets.token_hex(4)}") if place else ""


def sent(root: Path, folder: Path, progress: Progress = silent) -> None:
    """Put what is large in a staged folder to where it is to lie, and leave a list of it in the folder.

    Raises `WorkspaceError`.
    """
    names = [name for name in LARGE if (folder / name).exists()]
    address = below_home(root, folder) if home(root) else ""
    if not address or not names:
        return
    files, done = dict[str, dict[str, Any]](), 0
    whole = sum((folder / name).stat().st_size for name in names)

    def said(more: int) -> None:
        progress(1.0, say("steps.putting", place=objects.plain(address), done=(done + more) >> 20, whole=whole >> 20))

    for name in names:
        blocks = objects.put(folder / name, objects.below(address, name), said)
        files[name] = {"size": (folder / name).stat().st_size, "blocks": blocks}
        done += files[name]["size"]
    told = Listed(address, files)
    objects.put_bytes(told.written(), objects.below(address, MANIFEST))
    draft = folder / f"{LIST}.part"
    draft.write_bytes(told.written())
    draft.replace(folder / LIST)


def swept(root: Path, database: Database) -> None:
    """Remove what lies at the address of a workspace and is named by no list of it; raises `WorkspaceError`."""
    if not (place := home(root)):
        return
    found = [name for name in objects.names(place) if name != TRIAL]
    left = [name for name in found if not locks.taken(root / "staging" / f"{name.partition('-')[0]}.lock")]
    if not left:
        return
    with database() as opened:
        opened.execute("begin immediate")  # nobody moves lists meanwhile
        named = {told.address for told in map(listed, _folders(root)) if told}
    kept = {objects.plain(address).rpartition("/")[2] for address in named}
    for name in left:
        if name not in kept:
            objects.remove(objects.below(place, name))


def _folders(root: Path) -> Iterator[Path]:
    """Folders with a list, those too that a living process has in the making."""
    yield from (path.parent for path in (root / "data").glob(f"*/v*/{LIST}"))
    for staged in (root / "staging").glob("*/"):
        if locks.taken(staged.with_suffix(".lock")):
            yield from (path.parent for path in staged.rglob(LIST))


def listed(folder: Path) -> Listed | None:
    """What of a version lies at an address; None where all of it lies here."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        about = (folder / LIST).stat()
        return _listed(folder / LIST, about.st_ino, about.st_mtime_ns)
    return None


@lru_cache(maxsize=64)
def _listed(path: Path, _node: int, _changed: int) -> Listed:
    return Listed.read(path.read_bytes())


def lists_of(data_set: Path) -> list[Path]:
    """The lists of all versions of a data set."""
    return sorted(data_set.glob(f"v*/{LIST}"))


def files_of(data_set: Path) -> list[Path]:
    """Where files of all versions of a data set would lie here that lie at an address."""
    told = ((path.parent, listed(path.parent)) for path in lists_of(data_set))
    return [folder / name for folder, found in told if found for name in found.files]


def size(data_set: Path) -> int:
    """Bytes of all versions of a data set that lie at an address and not here."""
    away = (path for path in files_of(data_set) if not path.exists())
    return sum(told.files[path.name]["size"] for path in away if (told := listed(path.parent)))


def is_far(path: Path) -> bool:
    """Whether a file lies at an address: what lies here is but a copy."""
    told = listed(path.parent) if path.name in LARGE else None
    return told is not None and path.name in told.files


def at_hand(path: Path, holder: object) -> Path:
    """A file of a version, brought here if it is not; it stays while there is `holder`. Raises `WorkspaceError`."""
    if not is_far(path):
        return path
    told = listed(path.parent)
    assert told is not None
    size = int(told.files[path.name]["size"])
    while not keeping.held(path, size, holder):  # another one may need the room at once
        with locks.waited(path.with_name(f"{path.name}.lock"), lambda: None):
            if not path.exists() or path.stat().st_size != size:
                room(path.parents[2], size)
                with told.opened(path.name) as source, disk.guarded(path.parents[3]):
                    keeping.brought(source, path)
    return path


def room(data: Path, size: int = 0) -> None:
    """Let go of copies that were not used for longest until there is room for so many bytes, as far as can be."""
    keeping.make_room([path for folder in data.glob("*") for path in files_of(folder)], size)


def readable(path: Path) -> Any:
    """A file of a version to read parts of: its path if it is here, else a file whose parts are fetched."""
    told = listed(path.parent) if not path.exists() and is_far(path) else None
    return told.opened(path.name) if told else path


def source(path: Path) -> str:
    """Where others find a file of a version: a path, or an address with the mark of its list."""
    told = listed(path.parent) if is_far(path) else None
    return f"{objects.below(told.address, path.name)}#{told.mark}" if told else str(path.resolve())


def opened(source: str) -> Any:
    """What `source` names, to be read, also on another machine; raises `WorkspaceError`."""
    if not objects.is_address(source):
        return source
    address, _, mark = source.partition("#")
    place, query, told = address.partition("?")
    folder, _, name = place.rpartition("/")
    return _manifest(folder + query + told, mark).opened(name)


@lru_cache(maxsize=8)
def _manifest(address: str, mark: str) -> Listed:
    told = objects.read(where := objects.below(address, MANIFEST))
    if hashlib.sha256(told).hexdigest() != mark:
        raise WorkspaceError(say("errors.store_changed", address=objects.plain(where)))
    return Listed.read(told)


def completed(folder: Path) -> None:
    """Fetch all that lies at an address into the versions below a folder, which need no list then."""
    for path in sorted(folder.rglob(LIST)):
        if told := listed(path.parent):
            for name in told.files:
                if not (path.parent / name).exists():
                    with told.opened(name) as source:
                        keeping.copied(source, path.parent / name)
        path.unlink()
