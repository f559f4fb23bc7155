"""What the live test counts: the log's categories, or groups of items where the log teaches that these tell more.

What views of a history are worth is learned once, for the whole-history test as well: from changes planted in the
log's own histories, see `lessons`. Where items' words and who has what together tell more of a change than categories
do, items that are alike in both become groups, and the live test counts these.
"""

from dataclasses import replace

import numpy as np

from core.data import Sequences
from core.drift.evidence import CountView, Everyone, ItemView, grouped

GROUPS, ITEMS = "groups", "items"
"""Views of a history, as `evidence.views` names them, that stand on items instead of categories."""
FEWEST_EVENTS = 10
"""Events of users by whom items are grouped."""


def followed(everyone: Everyone) -> Everyone:
    """The log as the live test reads it, and what is learned of everyone in it."""
    lessons = everyone.lessons
    worth = dict(zip(lessons.names, lessons.weight.tolist(), strict=True))
    of_items = worth.get(GROUPS, 0.0) + worth.get(ITEMS, 0.0)
    groups = _groups(everyone) if of_items > sum(worth.values()) - of_items else None
    if groups is None:
        return everyone
    return Everyone(replace(everyone.log, catalogue=groups.catalogue), everyone.seed, alone=True)


def _groups(everyone: Everyone) -> Sequences | None:
    """The log with groups of items for categories: those of the other test, or made of its vectors."""
    for view in everyone.lessons.views:
        if isinstance(view, CountView) and view.name == GROUPS:
            return view.counting.log
    for view in everyone.lessons.views:
        if isinstance(view, ItemView):
            users = np.flatnonzero(everyone.log.lengths >= FEWEST_EVENTS)
            return grouped(view.log, users, view.vectors, view.fads, everyone.seed)
    return None
