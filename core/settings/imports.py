"""How a log becomes a data set."""

from dataclasses import dataclass

from core.errors import SettingsError
from core.phrases import say
from core.settings import limits

TIME_UNITS = ("auto", "seconds", "milliseconds", "microseconds", "nanoseconds", "minutes", "hours", "days",
              "spreadsheet", "ticks", "filetime", "webkit", "cocoa", "years", "order")  # fmt: skip
SESSIONS = ("auto", "column", "pauses")


@dataclass(frozen=True)
class ImportSettings:
    """How a log becomes a data set."""

    min_events: int = 5
    """Users with fewer events are left out, and counted."""
    min_item_events: int = 1
    """Items with fewer events are left out, and counted; above 1, users and items are checked in turn (k-core)."""
    most_per_hour: int = 0
    """Users with more events within one hour are no people and left out, and counted; 0: nobody is."""
    max_age_days: int = 0
    """Events longer before the last one are left out, and counted; 0: none is."""
    retention_days: int = 0
    """Events older than this, counted from today, are left out, and removed later as they grow old; 0: none is."""
    cancellations: bool = True
    """Events of negative weight become events of the kind `cancellation`."""
    normal_categories: bool = True
    """Categories that differ only by case or space become one."""
    date_order: str = "auto"
    """Whether dates as 1/2/2024 or 12-01-02 begin with the day, the month or the year: day, month, year, or auto,
    which asks the whole column."""
    time_unit: str = "auto"
    """What numbers in the time column count: seconds, milliseconds, microseconds, nanoseconds, minutes, hours, days,
    spreadsheet (days since 1899-12-30), ticks (.NET), filetime (Windows), webkit (Chrome), cocoa (Apple), years, order
    (an order without a clock), or auto, which asks the numbers and the name of the column."""
    pseudonyms: bool = False
    """User ids are replaced by keyed hashes; the key stays in the workspace."""
    leave_out_kinds: str = "auto"
    """Kinds of events that are no interest, with commas between, and are left out, and counted; none, or auto: a kind
    that makes up most rows and comes in blocks, as what people were shown does."""
    leave_out: str = ""
    """Attribute columns that are not taken in, with commas between."""
    session_gap_minutes: float = 30.0
    """A longer pause between two events of a user starts a new session."""
    sessions: str = "auto"
    """What parts sessions: column, pauses, or auto: the session column where the log bears it out, else pauses."""

    def __post_init__(self) -> None:
        """Refuse values that keep nobody, end no session or could not be followed."""
        for name in ("min_events", "min_item_events"):
            limits.at_least(f"data.{name}", getattr(self, name), 1)
        for name in ("most_per_hour", "max_age_days", "retention_days"):
            limits.at_least(f"data.{name}", getattr(self, name), 0)
        limits.above("data.session_gap_minutes", self.session_gap_minutes, 0)
        if self.date_order not in ("auto", "day", "month", "year"):
            raise SettingsError(say("errors.date_order", found=self.date_order))
        limits.choice("data.time_unit", self.time_unit, TIME_UNITS)
        limits.choice("data.sessions", self.sessions, SESSIONS)
