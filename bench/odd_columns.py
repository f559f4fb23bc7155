"""Columns that lead astray: sessions that are none, days of sign-up, row numbers; for `python -m bench.ingest odd`."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.odd_words import name_of

PEOPLE = "Anna Bert Chloe David Elena Farid Greta Hugo Irina Jonas Kim Laura Mehmet Nora Omar Paula Quentin Rosa"
FAMILIES = "Adler Brook Castro Dvorak Engel Fischer Gomez Huang Ito Jansen Kowalski Lopez Meyer Novak Olsen Price"


@dataclass(frozen=True)
class Event:
    """One row: who, what, when, in which visit, at which place of the history, and what was done."""

    user: str | int
    item: str | int
    time: int
    visit: int
    place: int
    kind: str


@dataclass(frozen=True)
class Column:
    """One column of a log."""

    role: str
    """What it holds in truth."""
    name: str
    cells: list[Any]


def session_column(rng: random.Random, events: Sequence[Event], language: str) -> tuple[list[Column], str, str]:
    """A column that tells visits, or only seems to, or none; what it is, and whether it is true."""
    mode = rng.choice(["none", "none", "none", *SESSIONS])
    if mode == "none":
        return [], mode, "none"
    make, true = SESSIONS[mode]
    column = Column("session", name_of(language, "session", rng.random()), make(rng, events))
    return [column], mode, "true" if true else "false"


def distracting(rng: random.Random, events: Sequence[Event], taken: set[str]) -> tuple[list[Column], tuple[str, ...]]:
    """Columns that have nothing to do with what is asked; and the names of people in them."""
    columns: list[Column] = []
    private: tuple[str, ...] = ()
    for role, (names, make) in DISTRACTIONS.items():
        free = [name for name in names if name.lower() not in {used.lower() for used in taken}]
        if free and rng.random() < 0.15:
            columns.append(Column(role, rng.choice(free), make(rng, events)))
            taken |= {columns[-1].name}
            if role == "user names":
                private = tuple(sorted(set(columns[-1].cells)))
    return columns, private


def _visit_numbers(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    start = rng.choice([1, 500_000, 20_230_000])
    return [start + event.visit for event in events]


def _visit_texts(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    names = {event.visit: f"{rng.getrandbits(48):012x}" for event in events}
    return [names[event.visit] for event in events]


def _per_row(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    start = rng.choice([1, 700_000])
    return [start + place for place in range(len(events))]


def _texts_per_row(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    return [f"T{rng.getrandbits(40):010X}{place:03}" for place in range(len(events))]


def _per_user(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    names = {event.user: f"{rng.getrandbits(40):010x}" for event in events}
    return [names[event.user] for event in events]


def _two_devices(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    """A phone and a laptop, in turn over the whole history."""
    names = {(event.user, turn): f"{rng.getrandbits(32):08x}-{turn}" for event in events for turn in (0, 1)}
    return [names[event.user, event.visit % 2] for event in events]


def _few(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    """An order number where something was bought, which is seldom."""
    return [f"O{event.visit:06}" if rng.random() < 0.08 else "" for event in events]


SESSIONS: dict[str, tuple[Callable[[random.Random, Sequence[Event]], list[Any]], bool]] = {
    "numbers of visits": (_visit_numbers, True),
    "texts of visits": (_visit_texts, True),
    "number of each row": (_per_row, False),
    "transaction of each row": (_texts_per_row, False),
    "device of each user": (_per_user, False),
    "two devices of each user": (_two_devices, False),
    "few rows filled": (_few, False),
}
"""How a session column is filled, and whether it tells visits."""


def _sign_up(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    days = {event.user: date(2003, 1, 1) + timedelta(days=rng.randrange(600)) for event in events}
    return [days[event.user].isoformat() for event in events]


def _user_names(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    names = {event.user: f"{rng.choice(PEOPLE.split())} {rng.choice(FAMILIES.split())}" for event in events}
    return [names[event.user] for event in events]


def _exported(_: random.Random, events: Sequence[Event]) -> list[Any]:
    return [datetime(2025, 3, 1, 6, 30, tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S")] * len(events)


def _empty(_: random.Random, events: Sequence[Event]) -> list[Any]:
    return [""] * len(events)


def _addresses(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    return [f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}" for _ in events]


def _prices(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    prices = {event.item: rng.randrange(99, 20_000) / 100 for event in events}
    return [prices[event.item] for event in events]


def _ages(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    ages = {event.user: rng.randint(18, 80) for event in events}
    return [ages[event.user] for event in events]


def _constant(_: random.Random, events: Sequence[Event]) -> list[Any]:
    return ["main"] * len(events)


def _amounts(rng: random.Random, events: Sequence[Event]) -> list[Any]:
    return [rng.choice([1, 1, 1, 2, 3]) for _ in events]


DISTRACTIONS: dict[str, tuple[tuple[str, ...], Callable[[random.Random, Sequence[Event]], list[Any]]]] = {
    "sign-up day": (("created_at", "registered", "joined", "date", "signup_date"), _sign_up),
    "row number": (("id", "index", "Unnamed: 0", "row"), _per_row),
    "row text": (("event_id", "uuid", "message_id", "_id"), _texts_per_row),
    "empty column": (("user_id", "item_id", "timestamp", "event_type", "rating", "session_id", "title"), _empty),
    "user names": (("name", "user_name", "customer_name", "full_name"), _user_names),
    "day of export": (("exported_at", "updated_at", "load_time"), _exported),
    "addresses": (("ip", "ip_address"), _addresses),
    "prices": (("price", "unit_price"), _prices),
    "ages": (("age",), _ages),
    "constant": (("site", "source", "app"), _constant),
    "amounts": (("quantity", "qty"), _amounts),
}
"""By what it holds: the names under which such a column comes, and its cells."""
