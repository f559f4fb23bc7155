"""What a report is made of, before it becomes a file: plain text and values, nothing escaped yet."""

from dataclasses import dataclass

DRIFT, ACCENT, CALM, GRID = "drift", "accent", "calm", "grid"
"""Colours by what they are for, as in charts; a category's is `k` and its place among the categories, or `other`."""


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    strong: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Title:
    """The head of what follows, below that of its section."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Swatch:
    """A cell that begins with a spot of colour."""

    text: str
    color: str


@dataclass(frozen=True)
class Bar:
    """A bar of parts beside each other: shares of its length with their colours; what it says in words."""

    parts: tuple[tuple[float, str], ...]
    said: str = ""


@dataclass(frozen=True)
class Around:
    """A bar to the right or left of a middle, -1 to 1."""

    value: float


Cell = str | Swatch | Bar | Around


@dataclass(frozen=True)
class Table:
    """Rows below heads; columns of numbers stand to the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    """Places of columns that hold numbers."""


@dataclass(frozen=True)
class Picture:
    """A drawing with what it says in words; files without drawings have the table instead."""

    svg: str
    said: str
    table: Table


@dataclass(frozen=True)
class Person:
    """One person: who, in a sentence what changed, the mix before and after, and the categories of both."""

    who: str
    lines: tuple[str, ...]
    bars: tuple[tuple[str, Bar], ...]
    mix: Table


@dataclass(frozen=True)
class People:
    """People side by side."""

    people: tuple[Person, ...]


@dataclass(frozen=True)
class Commands:
    """Lines for a terminal."""

    lines: tuple[str, ...]


Block = Text | Title | Points | Table | Picture | People | Bar | Commands


@dataclass(frozen=True)
class Section:
    """A part of a report."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Paper:
    """A whole report."""

    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    language: str
    categories: tuple[str, ...]
    """In the catalogue's order: what colours follow from."""
    colors: tuple[tuple[str, str], ...] = ()
    """Those that somebody gave a colour."""
