"""Where workers of an engine and this machine leave files for each other: a folder that both see, or an address."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import WorkspaceError
from core.workspace import objects

ENDING = ".parquet"


@contextlib.contextmanager
def draft(place: str, name: str) -> Iterator[Path]:
    """A path to write to; the file then appears in a folder or at an address, whole, also if that is done twice."""
    if objects.is_address(place):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            yield path
            objects.put(path, objects.below(place, name))
        return
    target = Path(place, name)
    temporary = target.with_suffix(f".{os.getpid()}.part")
    yield temporary
    temporary.replace(target)


def read(place: str, name: str) -> bytes:
    """A small file in a folder or at an address; raises `FileNotFoundError`, or `WorkspaceError` for an object."""
    return objects.read(objects.below(place, name)) if objects.is_address(place) else Path(place, name).read_bytes()


@dataclass(frozen=True)
class Meeting:
    """Such a place; at an address there is a folder here beside it, for what was brought."""

    folder: Path
    address: str = ""

    def there(self, name: str = "") -> str:
        """What workers call a file or folder."""
        if self.address:
            return objects.below(self.address, name) if name else self.address
        return str(self.folder / name)

    def told(self, name: str) -> str:
        """What the engine calls it, which finds its own way to an address."""
        return objects.plain(self.there(name)) if self.address else self.there(name)

    def names(self, name: str = "") -> list[str]:
        """Names of the tables in a folder so far."""
        if self.address:
            return [each for each in objects.names(self.there(name)) if each.endswith(ENDING)]
        return [path.name for path in (self.folder / name).glob(f"*{ENDING}")]

    def put(self, name: str) -> None:
        """Let workers see a file that lies here."""
        if self.address:
            objects.put(self.folder / name, self.there(name))

    def brought(self, name: str) -> Path:
        """A table here."""
        path = self.folder / name
        if self.address and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            objects.fetch(self.there(name), path)
        return path

    def all_brought(self, name: str) -> Path:
        """Tables of a folder here, as a pattern."""
        for each in self.names(name):
            self.brought(f"{name}/{each}")
        return self.folder / name / f"*{ENDING}"

    def close(self) -> None:
        """Remove what lies at the address; a folder goes with what it is in."""
        if self.address:
            with contextlib.suppress(WorkspaceError):  # it is found again as what a kill leaves
                objects.remove(self.address)
