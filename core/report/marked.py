"""What happened on the owner's side, in a report: each marker, and whether more changed around it than elsewhere."""

import pandas as pd

from core.report import sentences
from core.report.blocks import Block, Points, Text, Title
from core.report.gathering import Facts
from core.report.words import Words
from core.workspace import Marker


def moments(facts: Facts) -> list[pd.Timestamp]:
    """When each marker began."""
    return [pd.Timestamp(marker.start, unit="us") for marker in facts.markers]


def at_markers(facts: Facts, words: Words) -> list[Block]:
    """A sentence for each marker, and how many moved with what was on offer; nothing where there is neither."""
    moved = sentences.moved(facts.table, words.say)
    if not facts.markers:
        return [Text(moved)] if moved else []
    rows = {} if facts.around is None else {row["marker"]: row for row in facts.around.to_dict("records")}
    lines = [
        sentences.at_marker(rows[place], named(marker, words, hidden=bool(facts.asked.key)), words.say)
        if place in rows
        else words.say("markers.outside", name=named(marker, words, hidden=bool(facts.asked.key)))
        for place, marker in enumerate(facts.markers)
    ]
    numbered = tuple(f"{number}. {line}" for number, line in enumerate(lines, 1))
    told: list[Block] = [
        Title(words.say("markers.title")),
        Points(numbered),
        Text(words.say("markers.read"), quiet=True),
    ]
    return [*told, Text(moved)] if moved else told


def named(marker: Marker, words: Words, *, hidden: bool) -> str:
    """What a marker was and when; a note on single users may name them."""
    days = (f"{pd.Timestamp(end, unit='us'):%Y-%m-%d}" for end in (marker.start, marker.end))
    text = f"{words.say(f'markers.{marker.kind}')} {' – '.join(dict.fromkeys(days))}"
    note = "" if hidden and marker.users else marker.note
    whom = words.say("markers.of_category", category=marker.category) if marker.category else ""
    whom = words.say("markers.of_users", users=len(marker.users)) if marker.users else whom
    return ", ".join(filter(None, (f"{text}: {note}" if note else text, whom)))
