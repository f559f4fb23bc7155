"""A report as Markdown: every text is escaped where it is written, so that nothing in it is read as a sign."""

import re
from functools import singledispatch

from core.report.blocks import (
    Around,
    Bar,
    Cell,
    Commands,
    Paper,
    People,
    Person,
    Picture,
    Points,
    Swatch,
    Table,
    Text,
    Title,
)  # fmt: skip

SIGNS = re.compile(r"([\\`*_\[\]{}<>#|~$&!@])|(?<=\w)(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)
FIRST = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=:])")


def markdown(paper: Paper) -> str:
    """The whole file."""
    parts = [f"# {escaped(paper.title)}", *(escaped(line) for line in paper.lead)]
    for section in paper.sections:
        parts.append(f"## {escaped(section.title)}")
        parts += [text for block in section.blocks if (text := _block(block))]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    r"""Text as it is, on one line.

    >>> escaped("a*b <i> http://x")
    'a\\*b \\<i\\> http\\://x'
    >>> escaped("1. - x")
    '1\\. - x'
    """
    line = SIGNS.sub(lambda match: f"\\{match[0]}", " ".join(text.split()))
    return FIRST.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", line)


@singledispatch
def _block(block: object) -> str:
    """A block as Markdown: a function for each kind."""
    raise TypeError(type(block))


@_block.register
def _(block: Text) -> str:
    return f"**{escaped(block.text)}**" if block.strong else escaped(block.text)


@_block.register
def _(block: Title) -> str:
    return f"### {escaped(block.text)}"


@_block.register
def _(block: Points) -> str:
    return "\n".join(f"- {escaped(line)}" for line in block.lines)


@_block.register
def _(block: Picture) -> str:
    return _table(block.table)


@_block.register
def _(block: Bar) -> str:
    return escaped(block.said)


@_block.register
def _(block: Commands) -> str:
    return "\n".join(("```", *(line.replace("`", "'") for line in block.lines), "```"))


@_block.register
def _(block: People) -> str:
    return "\n\n".join(map(_person, block.people))


def _person(block: Person) -> str:
    lines = "  \n".join(escaped(line) for line in block.lines)
    return f"### {escaped(block.who)}\n\n{lines}\n\n{_table(block.mix)}"


@_block.register
def _table(table: Table) -> str:
    kept = [place for place in range(len(table.heads)) if not _drawn(table, place)]
    rows = [[escaped(table.heads[place]) for place in kept]]
    rows.append(["--:" if place in table.numbers else "---" for place in kept])
    rows += [[_cell(row[place]) for place in kept] for row in table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _drawn(table: Table, place: int) -> bool:
    """Whether a column holds bars, which say nothing that is not in another one."""
    return bool(table.rows) and isinstance(table.rows[0][place], Bar | Around)


def _cell(cell: Cell) -> str:
    return escaped(cell.text if isinstance(cell, Swatch) else str(cell))
