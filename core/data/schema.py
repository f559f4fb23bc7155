"""The names of columns: the only place where they are written as text."""

from typing import Final

USER: Final = "user_id"
ITEM: Final = "item_id"
TIME: Final = "timestamp"
EVENT: Final = "event"
RATING: Final = "rating"
WEIGHT: Final = "weight"
SESSION: Final = "session_id"
TITLE: Final = "title"
CATEGORY: Final = "category"
TEXT: Final = "text"

TEXT_COLUMNS: Final = (USER, ITEM, TIME, TEXT)
"""Columns of `texts.parquet`, in order: what was said of items on their events."""

EVENT_ID: Final = "event_id"
"""What a log that is followed may call an event by, so that it is known again."""

REQUIRED: Final = (USER, ITEM, TIME)
OPTIONAL: Final = (EVENT, RATING, WEIGHT, SESSION)
EVENT_COLUMNS: Final = REQUIRED + OPTIONAL
"""Canonical columns of `events.parquet`, in order; optional ones are there only if the log has them."""
ITEM_COLUMNS: Final = (ITEM, TITLE, CATEGORY)
"""Canonical columns of `items.parquet`; any further column is an attribute of the item."""

ROW_ORDER: Final = "#"
"""In place of a column for the time: the order of the rows is all that is known of it."""
FILE_STEP: Final = 1 << 40
"""Lines of the next file of a log are numbered from the next multiple of this."""
CONSTANT: Final = "@"
"""Before a value that stands in place of a column: `user_id=@me` in the log of one person."""
CATEGORY_SEPARATOR: Final = "|"
"""Separates the categories of an item that has several."""
LIST_SEPARATOR: Final = ";"
"""Separates the entries of a list in a CSV cell that Meander writes."""

EVENT_INDEX: Final = "event_index"
"""0-based place of an event in its user's time order."""

DRIFT_COLUMNS: Final = (
    USER,
    "n_events",
    "status",
    "score",
    "p_value",
    "q_value",
    "drifted",
    "change_events",
    "change_times",
    "kind",
    "direction",
    "magnitude",
    "from_categories",
    "to_categories",
)
"""Columns of the drift table, a row per user, in the order of the CSV."""
CURVE_COLUMNS: Final = ("epoch", "train_loss", "validation_hr@10", "validation_ndcg@10", "seconds")
"""Columns of the learning curve of a run, a row per epoch."""
RECOMMENDATION_COLUMNS: Final = (USER, "rank", ITEM, "score")


def is_constant(column: str, name: str) -> bool:
    """Whether a value is named in place of a column; items and times are never the same in all rows."""
    return column in EVENT_COLUMNS and column not in (ITEM, TIME) and name.startswith(CONSTANT) and name != CONSTANT
