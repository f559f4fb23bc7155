"""What happened on the owner's side, as the player draws it on its time axes."""

from typing import TYPE_CHECKING

from core import pipeline
from pages import _computed as computed
from pages import _session as session

if TYPE_CHECKING:
    from core.player import Happened


def happened(selection: session.Selection, *users: str, masks: str = "") -> "tuple[Happened, ...]":
    """Markers that concern any of some users; with `masks` as files may tell of them."""
    if not selection.marks:
        return ()
    log = computed.plain_interests(selection.whole)
    return pipeline.happened(session.workspace(), str(selection.data_set), log, users, masks)
