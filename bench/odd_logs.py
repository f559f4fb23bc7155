"""Logs of which the truth is known, in all the dresses in which logs come; run by `python -m bench.ingest odd`.

Each log has a number, and is made from it alone: who did what when, in which visits, and then how it is written down.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.odd_columns import Column, Event, distracting, session_column
from bench.odd_layouts import LAYOUTS, Layout, written
from bench.odd_times import DAY, MINUTE, SHAPES, Shape
from bench.odd_words import ENGLISH, HEADERS, WORDS, name_of

KINDS = {"view, cart, purchase": (80, 15, 5), "impression, click": (85, 15), "play, skip, like": (70, 20, 10)}
"""Kinds of behaviour and how often each is, in percent."""
CATEGORIES = ("Garden", "Music", "Sports", "Books", "Kitchen", "Travel")
IDS: dict[str, Callable[[int, random.Random], str | int]] = {
    "small numbers": lambda place, _: place + 1,
    "large numbers": lambda place, rng: 100_000_000 + place * 7_919_317 + rng.randrange(1000),
    "17 digits": lambda place, rng: 76_561_197_960_000_000 + place * 99_991 + rng.randrange(9999),
    "padded": lambda place, _: f"{place + 1:06}",
    "letter and number": lambda place, _: f"{'ab'[place % 2]}{place + 100}",
    "uuid": lambda place, rng: (
        f"{rng.getrandbits(32):08x}-{place:04x}-4{rng.getrandbits(12):03x}-a{place % 4096:03x}-{place:012x}"
    ),
    "product code": lambda place, rng: f"B0{rng.randrange(36**3):05X}{place:03X}",
    "words": lambda place, rng: f"{rng.choice(ENGLISH.split())}-{rng.choice(ENGLISH.split())}-{place}",
    "ean": lambda place, rng: 4_000_000_000_000 + place * 10_007 + rng.randrange(10_000),
    "address": lambda place, _: f"/shop/p{place}.html",
}
USER_IDS = ("small numbers", "large numbers", "17 digits", "padded", "letter and number", "uuid", "words")
ITEM_IDS = ("small numbers", "large numbers", "padded", "letter and number", "product code", "words", "ean", "address")


@dataclass(frozen=True)
class Truth:
    """What an import must say of a log."""

    events: list[Event]
    shape: Shape
    has_kinds: bool
    session: str
    """none, true or false: whether a column tells the visits, or one only seems to."""
    titles: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    private: tuple[str, ...] = ()
    """Names of people, which are no titles of items."""
    rejected: int = 0
    duplicates: int = 0


@dataclass(frozen=True)
class OddLog:
    """A file and its truth."""

    number: int
    name: str
    content: bytes
    truth: Truth
    tags: dict[str, str]
    """What is odd about it, by concern."""


def odd_log(number: int) -> OddLog:
    """The log with this number."""
    rng = random.Random(number)  # noqa: S311 - reproducible, not secret
    layout = rng.choices(LAYOUTS, [layout.often for layout in LAYOUTS])[0]
    simple = [shape for shape in SHAPES if not (shape.headers or shape.doubt or shape.ordinal or shape.bare)]
    shape = rng.choice(SHAPES if layout.header and not layout.nested else simple)
    language = "en" if rng.random() < 0.5 else rng.choice(list(HEADERS))
    kinds = rng.choice([*KINDS, ""])
    ids = rng.choice(USER_IDS), rng.choice(ITEM_IDS)
    events = _world(rng, shape, ids, kinds)
    columns, truth, tags = _columns(rng, events, (shape, layout, language, bool(kinds)))
    clean = layout.nested or shape.ordinal or rng.random() < 0.7
    columns, rejected, duplicates = (columns, 0, 0) if clean else _dirt(rng, columns)
    tags |= {"language": language, "time": shape.name, "user ids": ids[0], "item ids": ids[1], "kinds": kinds or "none"}
    name, content, dress = written(rng, layout, columns, language)
    dirty = {"dirt": "rows without a user or time, duplicates" if rejected else "none"}
    truth = Truth(**{**vars(truth), "rejected": rejected, "duplicates": duplicates})
    return OddLog(number, name, content, truth, tags | dress | dirty)


def _world(rng: random.Random, shape: Shape, ids: tuple[str, str], kinds: str) -> list[Event]:
    """Visits of people over months: minutes between the events of a visit, days between visits."""
    users = [IDS[ids[0]](place, rng) for place in range(rng.randint(12, 25))]
    items = [IDS[ids[1]](place, rng) for place in range(rng.randint(30, 70))]
    popular = [1 / (place + 3) for place in range(len(items))]
    words, often = (kinds.split(", "), KINDS[kinds]) if kinds else ([""], (1,))
    start = (12_784 + rng.randrange(6_000)) * DAY  # 2005 and later
    days = rng.randint(150, 500)
    events: list[Event] = []
    visit = 0
    for user in users:
        seen, place = set(), 0
        for day in sorted(rng.sample(range(days), rng.randint(4, 8))):
            visit += 1
            time = start + day * DAY + rng.randrange(6 * 60, 22 * 60) * MINUTE + rng.randrange(MINUTE)
            for pause in [0, *(rng.randint(61, 500) for _ in range(rng.randint(1, 4)))]:
                time += pause * 1_000_003
                item = rng.choices(items, popular)[0]
                key = (item, time // shape.step)
                if key not in seen:
                    seen.add(key)
                    events.append(Event(user, item, time, visit, place, rng.choices(words, often)[0]))
                    place += 1
    return sorted(events, key=lambda event: event.time) if rng.random() < 0.7 else events


def _columns(
    rng: random.Random, events: list[Event], plan: tuple[Shape, Layout, str, bool]
) -> tuple[list[Column], Truth, dict[str, str]]:
    """The columns of a log in a random order, and what they mean."""
    shape, layout, language, has_kinds = plan
    named = {role: name_of(language, role, rng.random()) for role in ("user", "item", "event", "title", "category")}
    columns = [
        Column("user", named["user"], [event.user for event in events]),
        Column("item", named["item"], [event.item for event in events]),
        *_times(rng, events, shape, language),
    ]
    if has_kinds:
        columns.append(Column("event", named["event"], [event.kind for event in events]))
    if not layout.header:
        return columns, Truth(events, shape, has_kinds, "none"), {"session": "none"}
    session, mode, true = session_column(rng, events, language)
    distraction, private = distracting(rng, events, {column.name for column in columns})
    about, titles, categories = _about_items(rng, events, language, layout, named)
    columns = _unlike([*columns, *session, *about, *distraction])
    rng.shuffle(columns)
    truth = Truth(events, shape, has_kinds, true, titles, categories, private)
    return columns, truth, {"session": mode, **{f"with {column.role}": "yes" for column in distraction}}


def _times(rng: random.Random, events: list[Event], shape: Shape, language: str) -> list[Column]:
    """The column of times, or two."""
    first = min(event.time for event in events) if shape.relative else 0
    cells = [shape.write(event.place if shape.ordinal else event.time - first, rng) for event in events]
    names = shape.headers or (name_of(language, "time", rng.random()),)
    return [Column("time", name, list(column)) for name, column in zip(names, zip(*cells, strict=True), strict=True)]


def _about_items(
    rng: random.Random, events: list[Event], language: str, layout: Layout, named: dict[str, str]
) -> tuple[list[Column], dict[str, str], dict[str, str]]:
    """Columns that tell about items: a title, a category, a price."""
    items = list(dict.fromkeys(event.item for event in events))
    titles = {item: _title(rng, language, layout, place) for place, item in enumerate(items)}
    categories = {item: rng.choice(CATEGORIES) for item in items}
    columns, told = [], (rng.random() < 0.4, rng.random() < 0.5)
    if told[0]:
        columns.append(Column("title", named["title"], [titles[event.item] for event in events]))
    if told[1]:
        columns.append(Column("category", named["category"], [categories[event.item] for event in events]))
    return (
        columns,
        {str(item): title for item, title in titles.items()} if told[0] else {},
        {str(item): category for item, category in categories.items()} if told[1] else {},
    )


def _title(rng: random.Random, language: str, layout: Layout, place: int) -> str:
    words = WORDS.get(language, ENGLISH).split()
    odd = rng.choice(["", "", "", *layout.inside])
    return f"{rng.choice(words)} {rng.choice(words)}{odd} {place}"


def _unlike(columns: list[Column]) -> list[Column]:
    """The columns with names of their own: the first of a name stays."""
    first: dict[str, Column] = {}
    for column in columns:
        first.setdefault(column.name.lower(), column)
    return list(first.values())


def _dirt(rng: random.Random, columns: list[Column]) -> tuple[list[Column], int, int]:
    """A few rows without a user or time, and a few that stand there twice; how many of each."""
    rows = list(zip(*(column.cells for column in columns), strict=True))
    broken, again = rng.randint(1, 4), rng.randint(1, 4)
    empty = [place for place, column in enumerate(columns) if column.role in ("user", "time")]
    for _ in range(broken):
        row = list(rng.choice(rows))
        row[rng.choice(empty)] = ""
        rows.insert(rng.randrange(len(rows)), tuple(row))
    whole = [place for place, row in enumerate(rows) if all(row[column] != "" for column in empty)]
    for place in sorted(rng.sample(whole, again), reverse=True):
        rows.insert(place, rows[place])
    cells = zip(*rows, strict=True)
    return (
        [Column(column.role, column.name, list(new)) for column, new in zip(columns, cells, strict=True)],
        broken,
        again,
    )
