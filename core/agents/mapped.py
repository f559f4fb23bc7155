"""The map of items and states: flows between its regions, its points, what is near an item, who went whose way."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from core import pipeline
from core.agents.answers import Answer, Page
from core.agents.desk import Desk
from core.agents.words import MAPPED, MEANS
from core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Told = Literal["flows", "points", "nearest_items", "same_way"]
ALIKE = 100
"""Users of the same way that can be asked for."""
SAID: Final[Mapping[str, str]] = {
    "flows": "Net flows of sampled users between regions, in each step of time and over all of it, sure ones first.",
    "points": "Items and sampled states of users, where they lie and in which region.",
    "nearest_items": "Items nearest to the item in the full space, nearest first.",
    "same_way": "Users whose states went nearest to the way of the user, in the full space, nearest first.",
}
"""What each table holds."""
OWN: Final[Mapping[str, str]] = {
    "kind": "item, or the state of a user after an event",
    "trustworthiness": "share of neighbours on the map that are neighbours in truth, of each way to draw it",
    "net": "who moved one way less who moved back, over who stood in either region and had events in the step",
    "sure": "beyond chance at 5 % over all pairs of regions and steps together",
    "movers": "users who moved either way",
    "stood": "users who stood in either region",
    "distance": "in the full space: 0 is the same",
}
"""What columns mean here."""


def atlas(
    desk: Desk,
    data_set: str,
    part: Told = "flows",
    of: str | None = None,
    offset: int = 0,
    limit: int = 50,
) -> dict[str, Any]:
    """The map: net flows between its regions, its points, the items nearest to one, the users who went one's way."""
    command = desk.command("atlas", data_set, "--out", "points.parquet")
    desk.kept(pipeline.atlas(desk.workspace, data_set), command)
    desk.kept(pipeline.terrain(desk.workspace, data_set), command)
    found = pipeline.around_map(desk.workspace, data_set)
    rows, same = _rows(desk, found, part, of)
    answer = Answer(
        said=SAID[part],
        figures={"drawn": found.atlas.method, "trustworthiness": dict(found.atlas.tried)},
        rows=rows,
        same_by=desk.command("atlas", data_set, *same),
        not_claimed=MAPPED,
        means={**MEANS, **OWN},
    )
    return desk.give(answer, Page(offset, limit), of=(data_set, "atlas"))


def _rows(desk: Desk, found: "pipeline.AroundMap", part: Told, of: str | None) -> "tuple[pd.DataFrame, list[str]]":
    """A table, and what makes the command line write it."""
    if part == "flows":
        return found.flows(), ["--flows", "flows.csv"]
    if part == "points":
        return found.points(), ["--out", "points.parquet"]
    if of is None:
        raise InputError(f"{part} needs an id: of={'an item' if part == 'nearest_items' else 'a user'}.")
    if part == "nearest_items":
        return found.near(of), ["--item", of]
    who = desk.user(found.name, of)
    return found.same_way(who, ALIKE), ["--user", desk.named(who), "-k", str(ALIKE)]
