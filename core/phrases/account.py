"""What an import decided: which column is what and why, how times were read, what parts sessions."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "decided.by_name": "{column} is the column {name}, by its name",
    "decided.by_values": "{column} is the column {name}, by its values",
    "decided.by_told": "{column} is the column {name}, as told",
    "decided.row_order": "{column} is the order of the rows, as told",
    "decided.about_items": "tells about items: {names}",
    "decided.about_users": "tells about users: {names}",
    "decided.span": "events from {first} to {last} (UTC)",
    "decided.times": "how times were read: {how}",
    "decided.sessions_column": "sessions are those of the column {name}",
    "decided.sessions_pauses": "a pause of more than {minutes:g} minutes starts a new session",
    "decided.sessions_visits": "each event counts as a session of its own: the log has no clock",
    "decided.quoted_lines": "{lines:,} lines stand inside of quoted cells",
}
"""English by code, with room for values."""
