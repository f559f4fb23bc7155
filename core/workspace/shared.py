"""Data of a workspace on a path that other machines see, while its database stays on a disk of this one.

`data` and `staging` are links then, so a workspace knows where its data lies, whatever the variable says later. Where
the variable holds an address, versions lie there as objects (`far`).
"""

import contextlib
import os
import secrets
from pathlib import Path

from core.errors import WorkspaceError
from core.phrases import say
from core.workspace import far, objects

VARIABLE = "MEANDER_DATA"
LINKS = ("data", "staging")
"""What is made is moved from the one to the other, so both lie on one disk."""


def settled(root: Path) -> None:
    """Let the data of a workspace that has none yet lie where the variable says; raises `WorkspaceError`.

    Each workspace gets a folder of its own there.
    """
    for link in (root / name for name in LINKS):
        if link.is_symlink() and not link.exists():
            raise WorkspaceError(say("errors.data_away", folder=str(root), found=str(link.resolve())))
    place = os.environ.get(VARIABLE, "").strip()
    if objects.is_address(place):
        far.settled(root, place)
    elif place:
        _lie_at(root, place)


def _lie_at(root: Path, place: str) -> None:
    home = Path(place).absolute()
    if known := far.home(root):
        raise far.elsewhere(root, str(home), objects.plain(known))
    for name in LINKS:
        with contextlib.suppress(OSError):  # there is none, it holds something, or it is a link
            (root / name).rmdir()
    _linked(root / LINKS[0], home / f"{root.name.lstrip('.')}-{secrets.token_hex(4)}" / LINKS[0])
    mine = (root / LINKS[0]).resolve().parent  # whoever else opens this workspace may have been first
    _linked(root / LINKS[1], mine / LINKS[1])
    if mine == root.resolve() or not all((root / name).resolve().is_relative_to(home.resolve()) for name in LINKS):
        raise far.elsewhere(root, str(home), str(mine))


def _linked(link: Path, target: Path) -> None:
    """A link where there is nothing yet, to a folder that is there."""
    if not link.exists():
        target.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            link.symlink_to(target)
