"""In which eyes a log is watched: by its categories or, where it teaches that items tell more, by groups and points."""

import numpy as np

from core.drift.evidence import FEWEST_EVENTS, CountView, Everyone, ItemView, group_items
from core.drift.live.points import POINTLESS, Points, points_of

ITEM_VIEWS = ("groups", "items")
"""Views of the whole-history test that tell more than the log's categories do."""


def followed(everyone: Everyone) -> tuple[Everyone, Points]:
    """The log with what is counted for categories, and how its events are points.

    Groups of items are counted where views of items tell more of planted changes than those of categories; points are
    looked at beside them where the log gives them any weight.
    """
    lessons = everyone.lessons
    worth = dict(zip(lessons.names, lessons.weight.tolist(), strict=True))
    of_items = {view.name: view for view in lessons.views if view.name in ITEM_VIEWS}
    best = max((worth[name] for name in of_items), default=0.0)
    # Without a clock runs of one category are sessions: with groups they would be others.
    if everyone.log.ordinal or best <= max(worth[name] for name in worth if name not in ITEM_VIEWS):
        return everyone, POINTLESS
    groups, items = of_items.get("groups"), of_items.get("items")
    points = points_of(items) if isinstance(items, ItemView) and worth["items"] > 0 else POINTLESS
    if isinstance(groups, CountView):
        return Everyone(groups.counting.log, everyone.seed, alone=True), points
    users = np.flatnonzero(everyone.log.lengths >= FEWEST_EVENTS)
    found = (
        group_items(everyone.log, users, items.vectors, items.fads, everyone.seed)
        if isinstance(items, ItemView)
        else None
    )
    return (everyone, POINTLESS) if found is None else (Everyone(found, everyone.seed, alone=True), points)
