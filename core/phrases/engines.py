"""What is said of engines of others, and of what they share with this machine."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "errors.data_away": "The data of {folder} lies in {found}, which is not there now. Mount it.",
    "errors.data_elsewhere": "MEANDER_DATA is {place}, but the data of {folder} lies in {found} already. Leave the "
    "variable out, or choose a new --workspace.",
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
    "errors.store_away": "{address} cannot be used: {why}. See that the store can be reached, that the bucket is "
    "there, and that the environment holds keys that may read and write it.",
    "errors.store_changed": "{address} is not what was put there: it was changed or damaged since. Import the log "
    "again, or restore a backup.",
    "errors.store_left": "What was to go of {data_set} is gone here, but not yet at {address} ({why}). It goes with "
    "the next import or deletion, once the store can be used.",
    "errors.store_lost": "{address} is not there any more. Import the log again, or restore a backup.",
    "errors.store_secret": "MEANDER_DATA holds a key, and addresses are kept and shown. Leave it out "
    "({scheme}://BUCKET/...), and put it into the environment, as the store's own programs want it.",
    "errors.not_in_order": "The events of {data_set} do not lie by user. Import it again, or test it without --engine.",
}
