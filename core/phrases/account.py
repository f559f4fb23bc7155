"""What an import decided: which file and column is what and why, how times were read, what parts sessions."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "decided.by_name": "{column} is the column {name}, by its name",
    "decided.by_values": "{column} is the column {name}, by its values",
    "decided.by_told": "{column} is the column {name}, as told",
    "decided.row_order": "{column} is the order of the rows, as told",
    "decided.about_items": "tells about items: {names}",
    "decided.about_users": "tells about users: {names}",
    "decided.event_texts": "texts on events that are part of what their items say: {names}",
    "decided.span": "events from {first} to {last} (UTC)",
    "decided.times": "how times were read: {how}",
    "decided.sessions_column": "sessions are those of the column {name}",
    "decided.sessions_pauses": "a pause of more than {minutes:g} minutes starts a new session",
    "decided.sessions_visits": "each event counts as a session of its own: the log has no clock",
    "dropped.log": "{file} is the log: each row has a user in {user} and an item in {item}",
    "dropped.part": "{file} is another part of the log: it has the same columns as {log}",
    "dropped.items": "{file} tells about the items: it has one row for each {key}",
    "dropped.users": "{file} tells about the users: it has one row for each {key}",
    "dropped.other_log": "{file} has events of its own, but other columns: say which file is the log",
    "dropped.second_items": "{file} tells about items too, as {first} does: say which of them is meant",
    "dropped.second_users": "{file} tells about users too, as {first} does: say which of them is meant",
    "dropped.nothing": "{file} has neither events nor one row for each item or user: say what it is, or leave it out",
    "dropped.unread": "{file} cannot be read: {why}",
    "decided.quoted_lines": "{lines:,} lines stand inside of quoted cells",
}
"""English by code, with room for values."""
