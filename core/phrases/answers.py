"""What an answer rests on."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "basis.unknown": "User {user!r} is not in the log: this is the list for someone new.",
    "basis.near": "Did you mean {users}?",
    "basis.lately": "It rests on no events of the user: these are the items with most events lately, the same for "
    "everyone new.",
    "basis.popular": "It rests on no events of the user: these are the items with most events, the same for everyone "
    "new.",
    "basis.few": "The list knows few events of the user ({events}): it rests on these, and else on what others did "
    "after such items.",
}
"""English by code, with room for values."""
