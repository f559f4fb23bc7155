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
    "basis.all_had": "Nothing is left to list: the user has had every item that fits, and what was had is hidden. The "
    "switch 'Also seen' of 'Other lists for this moment' shows it as well (command line: --seen).",
    "basis.none_fits": "Nothing to list: no item fits what was asked for. Ask for other categories, or for items that "
    "are not new.",
    "basis.users_without": "{users:,} of {all:,} users have no list: they have had every item, and what was had is "
    "hidden. Lists with what was had as well: --seen.",
    "person.about": "All that is held of user {user!r} in the data set {data_set!r} of Meander ({folder}): of all "
    "versions (the current one is {version}), streamed events that are in no version yet, notes, jobs that name the "
    "person, tables with a row per user, and which runs learned from them. everything.json holds the same as JSON.",
}
"""English by code, with room for values."""
