"""The key of a workspace's pseudonyms."""

import contextlib
import os
import secrets
from pathlib import Path


def kept(root: Path) -> str:
    """The key that lies in `root`, made when first wished; of several who wish at once, one makes it."""
    path = root / "secret.key"
    with contextlib.suppress(FileExistsError):
        draft = root / f"secret-{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")
