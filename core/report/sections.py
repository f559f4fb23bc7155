"""The parts of a report in their order: what is sure, who, when and from what to what, how lists serve them."""

import math
from collections.abc import Mapping
from typing import Any, Final

from core.data import export, schema
from core.drift import RECURRING, STATUSES, Card, cohorts
from core.drift import population as populations
from core.report import commands, marked, pictures, sentences
from core.report.blocks import (
    ACCENT,
    CALM,
    DRIFT,
    GRID,
    Around,
    Bar,
    Block,
    Commands,
    Paper,
    People,
    Person,
    Picture,
    Section,
    Swatch,
    Table,
    Text,
    Title,
)  # fmt: skip
from core.report.gathering import Facts
from core.report.origins import believe, computed, lead
from core.report.words import Words

STRIP: Final = dict(zip(STATUSES, (DRIFT, ACCENT, CALM, GRID), strict=True))
"""Colours of the strip, as on the overview."""
FLOWS, MOVERS = 15, 6
"""Rows of flows, and categories that rose and that fell, at most."""


def paper(facts: Facts, words: Words) -> Paper:
    """The whole report."""
    categories = facts.log.catalogue.categories
    colors = {name: f"k{place}" for place, name in enumerate(categories[:20])}
    return Paper(
        words.say("findings.title", name=facts.data_set.name),
        lead(facts, words),
        (_sure(facts, words), _who(facts, words, colors), _movement(facts, words, colors), _lists(facts, words),
         believe(facts, words), computed(facts, words)),
        words.language,
        categories[:20],
        facts.log.catalogue.colors,
    )  # fmt: skip


def _sure(facts: Facts, words: Words) -> Section:
    found, accept, say = facts.found.summary, facts.asked.naming.accept, words.say
    blocks: list[Block] = [Text(sentences.first(found, say), strong=True)]
    if facts.narrowed:
        everyone = int(facts.everyone["named"].sum())
        told = sentences.of_some(found, say, accept, by_verdict=facts.picked_by_verdict)
        blocks += [Text(" ".join(told)), Text(say("findings.selection", named=everyone), quiet=True)]
    else:
        blocks.append(Text(" ".join(sentences.rest(found, say, accept))))
    if not found.named and found.tested:
        blocks.append(Text(sentences.why(found, say, accept, "findings.help_accept")))
    return Section(say("findings.sure"), (*blocks, *_strip(facts, words)))


def _strip(facts: Facts, words: Words) -> tuple[Block, Block]:
    """Everybody as one bar, and its parts in numbers."""
    counts = cohorts.status_of(facts.table).value_counts()
    told = {name: int(counts.get(name, 0)) for name in STATUSES}
    users = len(facts.table)
    said = words.say("headline.strip", users=users, **told)
    rows = tuple(
        (Swatch(words.say(f"findings.{name}"), STRIP[name]), f"{count:,}", f"{count / users:.1%}")
        for name, count in told.items()
    )
    heads = tuple(words.say(f"findings.{name}") for name in ("verdict", "users", "share_of_all"))
    bar = Bar(tuple((count / users, STRIP[name]) for name, count in told.items()), said)
    return bar, Table(heads, rows, frozenset({1, 2}))


def _who(facts: Facts, words: Words, colors: dict[str, str]) -> Section:
    say, named = words.say, facts.found.summary.named
    if not facts.cards:
        return Section(say("findings.who"), (Text(say("findings.who_nobody")),))
    first = Text(say("findings.who_lead", shown=len(facts.cards), named=named))
    changes = dict(zip(facts.table[schema.USER], facts.table["changes"].map(len), strict=True))
    people = tuple(_person(card, changes[card.user], facts.asked.key, words, colors) for card in facts.cards)
    return Section(say("findings.who"), (first, People(people)))


def _person(card: Card, changes: int, key: str, words: Words, colors: dict[str, str]) -> Person:
    say = words.say
    left, found = (names[0] if names else "–" for names in (card.turn.left, card.turn.found))
    turned = say("headline.card_back" if card.kind == RECURRING else "headline.card_turn", left=left, found=found)
    turned = turned[:1].upper() + turned[1:]
    when = card.when[:10] if "T" in card.when else say("headline.position", event=card.turn.event + 1)
    sure = say(f"sure.{card.sure.replace(' ', '_')}")
    tiny = card.q < 0.001
    facts = [when, say(f"findings.{card.kind}") if card.kind else "", say("findings.size", size=card.turn.magnitude)]
    facts += [say("findings.often", count=changes)] if changes > 1 else []
    lines = (
        turned,
        " · ".join(filter(None, facts)),
        say("findings.sure_tiny" if tiny else "findings.sure_share", sure=sure, share=card.q),
    )
    bars = tuple((say(f"headline.{side}"), _mix(card, place, colors)) for place, side in ((1, "before"), (2, "after")))
    rows = tuple(
        (Swatch(name, colors.get(name, "other")), f"{before:.0%}", f"{after:.0%}")
        for name, before, after in sorted(card.mix, key=lambda cell: cell[1] - cell[2], reverse=True)
    )
    heads = (say("findings.category"), say("headline.before"), say("headline.after"))
    who = export.mask(card.user, key) if key else card.user
    return Person(who, lines, bars, Table(heads, rows, frozenset({1, 2})))


def _mix(card: Card, place: int, colors: dict[str, str]) -> Bar:
    """One mix: a part for each category of the card, the others at the end."""
    parts = [(float(cell[place]), colors.get(cell[0], "other")) for cell in card.mix]
    rest = max(0.0, 1 - sum(share for share, _ in parts))
    said = ", ".join(f"{cell[0]} {cell[place]:.0%}" for cell in card.mix)
    return Bar((*parts, (rest, GRID)), said)


def _movement(facts: Facts, words: Words, colors: dict[str, str]) -> Section:
    blocks = [
        *_when(facts, words),
        *marked.at_markers(facts, words),
        *_flows(facts, words, colors),
        *_everyone(facts, words, colors),
    ]
    return Section(words.say("findings.movement"), tuple(blocks))


def _when(facts: Facts, words: Words) -> list[Block]:
    say, shares = words.say, facts.found.shares
    title: Block = Title(say("findings.when"))
    if not facts.found.unit or shares.empty:
        return [title, Text(say("findings.no_clock"))]
    heads = tuple(say(f"findings.{name}") for name in ("period", "changed", "active", "share_of_all", "interval"))
    rows = tuple(
        (f"{row.timestamp:%Y-%m-%d}", f"{row.drifted:,}", f"{row.users:,}", f"{row.share:.1%}",
         f"{row.low:.1%}–{row.high:.1%}")
        for row in shares.itertuples()
    )  # fmt: skip
    said = say("findings.when_read")
    picture = Picture(
        pictures.over_time(shares, facts.found.unit, said, marked.moments(facts)),
        said,
        Table(heads, rows, frozenset(range(1, 5))),
    )
    worst = populations.worst_period(shares)
    most = shares[shares[schema.TIME] == worst].to_dict("records") if worst is not None else []
    told = [Text(say("findings.when_most", day=f"{row[schema.TIME]:%Y-%m-%d}", **_numbers(row))) for row in most]
    return [title, *told, picture, Text(said, quiet=True)]


def _numbers(row: Mapping[Any, Any]) -> dict[str, float]:
    return {name: row[name] for name in ("drifted", "users", "share", "low", "high")}


def _flows(facts: Facts, words: Words, colors: dict[str, str]) -> list[Block]:
    say, flows = words.say, facts.found.flows
    if flows.empty:
        return [Title(say("findings.flows")), Text(say("findings.flows_none"))]
    largest, total = int(flows["users"].max()), max(1, facts.found.summary.named)
    rows = tuple(
        (Swatch(left, colors.get(left, "other")), Swatch(found, colors.get(found, "other")), f"{users:,}",
         f"{users / total:.1%}", Bar(((users / largest, DRIFT),)))
        for left, found, users in flows.head(FLOWS)[["from_category", "to_category", "users"]].itertuples(index=False)
    )  # fmt: skip
    heads = (*(say(f"findings.{name}") for name in ("from", "to", "users", "of_named")), "")
    more = [Text(say("findings.flows_more", shown=FLOWS, all=len(flows)), quiet=True)] if len(flows) > FLOWS else []
    read = Text(say("findings.flows_read"), quiet=True)
    return [Title(say("findings.flows")), Table(heads, rows, frozenset({2, 3})), *more, read]


def _everyone(facts: Facts, words: Words, colors: dict[str, str]) -> list[Block]:
    say = words.say
    title: Block = Title(say("findings.everyone"))
    if not facts.found.unit or facts.trend.empty:
        return [title, Text(say("findings.no_clock"))]
    rose, fell = populations.moved(facts.trend, MOVERS)
    moved = [*rose.items(), *reversed(list(fell.items()))]
    if not moved:
        return [title, Text(say("findings.everyone_calm"))]
    largest = max(abs(by) for _, by in moved)
    rows = tuple(
        (Swatch(str(name), colors.get(str(name), "other")), f"{100 * by:+.1f}", Around(by / largest))
        for name, by in moved
    )
    table = Table((say("findings.category"), say("findings.points"), ""), rows, frozenset({1}))
    return [title, table, Text(say("findings.everyone_read"), quiet=True)]


def _lists(facts: Facts, words: Words) -> Section:
    say, name = words.say, facts.data_set.name
    title = say("findings.lists")
    if facts.run is None:
        return Section(title, (Text(say("findings.lists_none")), Commands((commands.train(name),))))
    if facts.lag is None:
        return Section(title, (Text(say("findings.lists_unmeasured")), Commands((commands.measure(name),))))
    if facts.lag.empty:
        return Section(title, (Text(say("findings.lists_nobody")),))
    rows = tuple(
        (words.model(row["model"]), _share(row["already"]), _share(row["followed"]),
         "–" if math.isnan(row["lag"]) else f"{row['lag']:.0f}", _share(row["old_share_10"]))
        for row in facts.lag.to_dict("records")
    )  # fmt: skip
    heads = tuple(say(f"findings.{name}") for name in ("model", "already", "followed", "lag", "old_share"))
    told = Text(sentences.keeping_up(facts.lag, say, words.model))
    return Section(
        title, (told, Table(heads, rows, frozenset(range(1, 5))), Text(say("findings.lists_read"), quiet=True))
    )


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.0%}"
