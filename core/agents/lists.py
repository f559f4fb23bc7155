"""Lists: what is recommended to whom, why, and what would be otherwise."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from core import pipeline
from core.agents.answers import Answer, Page
from core.agents.desk import Desk
from core.agents.words import LISTS
from core.data import schema
from core.lists import why_empty
from core.settings import ListSettings, RecommendSettings

if TYPE_CHECKING:
    from core.explain import Edits
    from core.pipeline import Explanation

REASONS, MOST = 3, 10
"""Items of a list that reasons are given for unless asked otherwise, and at most."""
NEW = "someone-new"
"""Stands for somebody whom the log does not know."""


@dataclass(frozen=True)
class Asked:
    """Whose moment, by which model, and what a list may hold."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}
    at: str = ""
    """From events up to then: ISO 8601; empty is the end of the log."""
    model: str = pipeline.BLEND
    seen: bool = False
    """Also what the user has had."""
    held_out: bool = False
    """From the history less its last event."""
    someone_new: bool = False
    """A user whom the log does not know gets the list for someone new."""
    categories: tuple[str, ...] = ()
    """Only items of these."""
    new_only: bool = False
    diversity: float = 0.0
    calibration: float = 0.0

    @property
    def shapes(self) -> bool:
        """Whether it asks for more than the plain list."""
        return bool(self.categories or self.new_only or self.diversity or self.calibration)


@dataclass(frozen=True)
class Changed:
    """What is changed in a history; places count from 0."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}
    remove: tuple[int, ...] = ()
    add: tuple[tuple[str, int | None], ...] = ()
    """Items, each with the event that it comes before; none is the end."""
    move: tuple[tuple[int, int], ...] = ()

    @property
    def edits(self) -> "Edits":
        """As the engine takes them."""
        from core.explain import END, Edits

        added = tuple((item, END if place is None else place) for item, place in self.add)
        return Edits(removed=self.remove, moved=self.move, added=added)


def _query(desk: Desk, data_set: str, user: str | None, asked: Asked) -> pipeline.Query:
    at = pipeline.moment(desk.workspace.data_set(data_set), asked.at) if asked.at else None
    return pipeline.Query(user, at, "test" if asked.held_out else None, asked.model)


def _whose(desk: Desk, data_set: str, user: str, asked: Asked) -> str:
    """The user, or somebody new where that is asked for."""
    if not asked.someone_new:
        return desk.user(data_set, user)
    return NEW if desk.who.hidden or user not in desk.log(data_set).user_position else desk.user(data_set, user)


def recommend(
    desk: Desk, data_set: str, user: str, k: int = 10, asked: Asked | None = None, reasons: int = REASONS
) -> dict[str, Any]:
    """One user's list with titles and categories, and for the first few items the reason in a sentence."""
    asked = asked or Asked()
    who = _whose(desk, data_set, user, asked)
    same = _same(desk, data_set, who, k, asked)
    desk.can_list(data_set, same)
    query = _query(desk, data_set, who, asked)
    listed = _listed(desk, data_set, who, (k, asked, query))
    log, names = desk.log(data_set), pipeline.category_names(desk.workspace, data_set)
    place = np.array([log.find_item(item) for item in listed[schema.ITEM]], dtype=np.int64)
    told = {schema.TITLE: log.catalogue.titles[place], schema.CATEGORY: log.catalogue.main_category(place)}
    rows = names.in_rows(listed.drop(columns=schema.USER, errors="ignore").assign(**told))
    rows["reason"] = _reasons(desk, data_set, query, rows[schema.ITEM].head(min(reasons, MOST)).tolist(), len(rows))
    basis = pipeline.basis(desk.workspace, data_set, who, query)
    empty = [why_empty(hide_seen=not asked.seen)] if rows.empty else []
    answer = Answer(
        said=f"{len(rows)} items by {asked.model}, from {basis.events:,} events of the user.",
        figures=desk.sureness(data_set, who),
        rows=rows,
        beware=[*map(str, _shown(desk, basis.remarks)), *map(str, empty)],
        same_by=same,
        not_claimed=LISTS,
    )
    return desk.give(answer, of=(data_set, "lists"))


def _shown(desk: Desk, remarks: list[Any]) -> list[Any]:
    """Remarks without those that name users who may have been meant, where ids are hidden."""
    return [line for line in remarks if not (desk.who.hidden and line.code == "basis.near")]


def _listed(desk: Desk, data_set: str, user: str, how: tuple[int, Asked, pipeline.Query]) -> pd.DataFrame:
    k, asked, query = how
    if not asked.shapes:
        return pipeline.recommend(desk.workspace, data_set, query, RecommendSettings(k=k, hide_seen=not asked.seen))
    settings = ListSettings(
        k=k, hide_seen=not asked.seen, categories=asked.categories, new_only=asked.new_only,
        diversity=asked.diversity, calibration=asked.calibration,
    )  # fmt: skip
    return pipeline.shaped_list(desk.workspace, data_set, user, settings, query)


def _same(desk: Desk, data_set: str, user: str, k: int, asked: Asked) -> str:
    """The command that gives the same list."""
    more = ["--at", asked.at] if asked.at else []
    more += ["--model", asked.model] if asked.model != pipeline.BLEND else []
    more += ["--seen"] if asked.seen else []
    more += ["--someone-new"] if asked.someone_new else []
    more += ["--split", "test"] if asked.held_out and not asked.shapes else []
    more += [part for name in asked.categories for part in ("--category", name)]
    more += ["--new"] if asked.new_only else []
    more += ["--diversity", f"{asked.diversity:g}"] if asked.diversity else []
    more += ["--calibration", f"{asked.calibration:g}"] if asked.calibration else []
    return desk.command("list" if asked.shapes else "recommend", data_set, "--user", desk.named(user), "-k", k, *more)


def _reasons(desk: Desk, data_set: str, query: pipeline.Query, items: list[str], rows: int) -> list[str | None]:
    """A sentence for the first items; none for the others, for models that cannot be asked, and for someone new."""
    known = query.user in desk.log(data_set).user_position
    asked = items if query.model in (pipeline.BLEND, pipeline.ATTENTION) and known and not query.split else []
    told = [pipeline.explain(desk.workspace, data_set, str(query.user), item, query).answer for item in asked]
    return told + [None] * (rows - len(told))


def recommend_for_words(desk: Desk, data_set: str, words: str, k: int = 10) -> dict[str, Any]:
    """A list for somebody of whom only words are known: what they like."""
    same = desk.command("recommend", data_set, "--text", words, "-k", k)
    desk.can_list(data_set, same)
    listed = pipeline.recommend_for_words(desk.workspace, data_set, words, RecommendSettings(k=k))
    log = desk.log(data_set)
    titles = [log.catalogue.titles[log.find_item(item)] for item in listed[schema.ITEM]]
    rows = listed.drop(columns=schema.USER, errors="ignore").assign(title=titles)
    said = f"{len(rows)} items for these words."
    return desk.give(Answer(said=said, rows=rows, same_by=same, not_claimed=LISTS), of=(data_set, "list for words"))


def explain(
    desk: Desk, data_set: str, user: str, item: str | None = None, at: str = "", method: str | None = None
) -> dict[str, Any]:
    """Why an item (else the first) is in a user's list: the answer, past events with effects, what of it speaks."""
    who, asked = desk.user(data_set, user), Asked(at=at)
    more = [part for name, value in (("--item", item), ("--at", at), ("--method", method)) if value
            for part in (name, value)]  # fmt: skip
    same = desk.command("explain", data_set, "--user", desk.named(who), *more)
    desk.can_list(data_set, same)
    found = pipeline.explain(desk.workspace, data_set, who, item, _query(desk, data_set, None, asked), method)
    figures = {name: getattr(found, name) for name in ("item", "title", "rank", "score", "method")}
    figures |= {"because": found.reasons.events, "share_of_reasons": found.reasons.share}
    figures |= {"attributes": found.surrogate.parts.to_dict("records")}
    figures |= {"attributes_r2": found.surrogate.fidelity}
    answer = Answer(
        said=found.answer,
        figures=figures,
        rows=found.events.sort_values("effect", ascending=False, kind="stable"),
        beware=_belief(desk, data_set, found),
        same_by=same,
        not_claimed=LISTS,
    )
    return desk.give(answer, Page(0, 20))


def _belief(desk: Desk, data_set: str, found: "Explanation") -> list[str]:
    """Whether the way of explaining has passed its test on this log, and the simple model beside it."""
    tested = pipeline.believable(desk.workspace, data_set).get(found.method)
    told = {True: [], False: [f"Explanations by {found.method} have not passed their test on this log."]}
    untested = [f"Explanations by {found.method} were not tested on this log: evaluate --table faithfulness does it."]
    simple = [] if found.surrogate.believable else ["The simple model of attributes fits too badly to be believed."]
    return [*(untested if tested is None else told[tested]), *simple]


def what_if(
    desk: Desk, data_set: str, user: str, changed: Changed | None = None, k: int = 10, at: str = ""
) -> dict[str, Any]:
    """A user's list with another history beside the one without: events left out, put in, or moved. Nothing is kept."""
    changed, who = changed or Changed(), desk.user(data_set, user)
    same = _same_edits(desk, data_set, who, changed, at)
    desk.can_list(data_set, same)
    query = _query(desk, data_set, None, Asked(at=at))
    rows = pipeline.what_if(desk.workspace, data_set, who, changed.edits, query, RecommendSettings(k=k))
    came, left = (int((rows["change"] == change).sum()) for change in ("new", "left"))
    said = f"{came} items come in and {left} go."
    return desk.give(Answer(said=said, rows=rows, same_by=same, not_claimed=LISTS))


def _same_edits(desk: Desk, data_set: str, user: str, changed: Changed, at: str) -> str:
    more = ["--remove", ",".join(map(str, changed.remove))] if changed.remove else []
    more += [f"--add={item}" + ("" if place is None else f"@{place}") for item, place in changed.add]
    more += [f"--move={place}:{target}" for place, target in changed.move]
    more += ["--at", at] if at else []
    return desk.command("whatif", data_set, "--user", desk.named(user), *more)


def what_holds_it(desk: Desk, data_set: str, user: str, at: str = "") -> dict[str, Any]:
    """The fewest past events without which another item would come first in a user's list."""
    who = desk.user(data_set, user)
    same = desk.command("whatif", data_set, "--user", desk.named(who), "--smallest", *(["--at", at] if at else []))
    desk.can_list(data_set, same)
    found = pipeline.counterfactual(desk.workspace, data_set, who, _query(desk, data_set, None, Asked(at=at)))
    figures = {"item": found.item, "events": found.events, "instead": found.instead}
    said = (
        f"Without the events at {', '.join(map(str, found.events))}, {found.instead} comes first, not {found.item}."
        if found.events
        else f"{found.item} comes first, and no small set of events was found that holds it up."
    )
    return desk.give(Answer(said=said, figures=figures, same_by=same, not_claimed=LISTS))
