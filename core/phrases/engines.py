"""What is said of engines of others, and of what they share with this machine."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "errors.data_away": "The data of {folder} lies in {found}, which is not there now. Mount it.",
    "errors.data_elsewhere": "MEANDER_DATA is {place}, but the data of {folder} lies in {found} already. Leave the "
    "variable out, or choose a new --workspace.",
    "errors.data_no_path": "MEANDER_DATA is {place}, which is no path: versions are moved to their place whole, and "
    "object stores cannot do that. Mount it, and name the folder that all machines see.",
    "errors.engine_add": "{engine} makes a data set anew and adds to none. Import without --engine, or without --add.",
    "errors.engine_address": "{engine!r} is no address of an engine. Expected sc://HOST:PORT.",
    "errors.engine_away": "{engine} does not answer: {why}",
    "errors.engine_blind": "What {engine} writes to {folder} is not seen here. Put the workspace on a path that its "
    "workers and this machine see under the same name.",
    "errors.engine_client": "No client of {engine} is here. Install what requirements-scale.txt lists: pip install "
    "pyspark-client==4.2.0",
    "errors.engine_failed": "{engine} failed: {why}. Nothing was written.",
    "errors.engine_kind": "{file} is {found}, which an engine of others does not read. It reads Parquet, UTF-8 CSV and "
    "table:NAME; import it without --engine, or save it so.",
    "errors.engine_order": "The order of the rows is all that is known of the time, and blocks that are read apart "
    "have none. Import without --engine.",
    "errors.engine_quotes": "{lines:,} lines of {file} have an unpaired quote: cells may go on over several lines, "
    "which only a local import puts together. Import without --engine, or save the log as Parquet.",
    "errors.engine_times": "Times in column {column} are read one way in one part of the log and otherwise in another. "
    "Say how with --set data.date_order=.. or data.time_unit=..",
    "errors.not_in_order": "The events of {data_set} do not lie by user. Import it again, or test it without --engine.",
}
