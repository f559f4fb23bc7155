"""How much text a table with types comes to: a word that is kept once may stand in millions of rows."""

from pathlib import Path

from core.data.allowed import bomb, most_bytes
from core.data.engine import Engine, literal

DICTIONARIES = ("RLE_DICTIONARY", "PLAIN_DICTIONARY")


def check(engine: Engine, path: Path, name: str) -> None:
    """Raise `EventsError` for a Parquet file whose texts come to more than it may unpack to."""
    most = most_bytes(path, name)
    columns, worst = _repeated(path)
    if worst <= most:
        return
    lengths = " + ".join(f"coalesce(sum(strlen({column})), 0)" for column in columns)
    if engine.sql(f"select {lengths} from read_parquet({literal(str(path))})")[0][0] > most:
        raise bomb(path, name)


def _repeated(path: Path) -> tuple[list[str], int]:
    """Columns of texts that are kept as words and their places, as SQL names them, and bytes that these may come to."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        about, schema = file.metadata, file.schema_arrow
    columns: dict[str, None] = {}
    worst = 0
    for group in range(about.num_row_groups):
        for place in range(about.num_columns):
            column = about.row_group(group).column(place)
            if column.physical_type == "BYTE_ARRAY" and set(column.encodings) & set(DICTIONARIES):
                worst += column.num_values * max(0, column.total_uncompressed_size)
                columns[column.path_in_schema] = None
    whole = [name for name in columns if name in schema.names]
    return ['"' + name.replace('"', '""') + '"' for name in whole], worst if whole else 0
