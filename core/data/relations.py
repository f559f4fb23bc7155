"""What items have to do with others: a file of item, relation and entity, as of a knowledge graph."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.data import schema
from core.data.dialects import plain
from core.data.engine import open_engine
from core.data.readers import open_file
from core.errors import EventsError
from core.phrases import say

RELATION, ENTITY = "relation", "entity"
NAMES = {
    schema.ITEM: ("itemid", "item", "head", "subject"),
    RELATION: ("relation", "predicate", "property"),
    ENTITY: ("entity", "entityid", "tail", "object", "value"),
}
"""How the columns of such files are called, as `dialects.plain` writes them."""


def read_relations(path: Path) -> pd.DataFrame:
    """Rows of item_id, relation and entity as text, each once, whatever dialect they are in; raises `EventsError`.

    A file of two columns has one relation, which is what its second column is called.
    """
    with open_engine() as engine:
        file = open_file(path, engine, "relations")
        columns = _columns(path, file.names)
        texts = {column: file.text(name, key=column == schema.ITEM) for column, name in columns.items()}
        rows: pd.DataFrame = file.table.select(**texts).execute()
    if RELATION not in rows:
        rows[RELATION] = columns[ENTITY]
    rows = rows.dropna().drop_duplicates()
    if not len(rows):
        raise EventsError(say("errors.no_relations", file=path.name))
    return rows[[schema.ITEM, RELATION, ENTITY]].reset_index(drop=True)


def _columns(path: Path, names: Sequence[str]) -> dict[str, str]:
    """Which column is what: by name, else by order."""
    found = {column: name for column, known in NAMES.items() for name in names if plain(name) in known}
    if schema.ITEM in found and ENTITY in found:
        return found
    if len(names) == 2:
        return {schema.ITEM: names[0], ENTITY: names[1]}
    if len(names) == 3:
        return dict(zip((schema.ITEM, RELATION, ENTITY), names, strict=True))
    raise EventsError(say("errors.which_relations", file=path.name, found=", ".join(names)))
