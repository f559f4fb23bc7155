"""What is said of a log: why rows are rejected, how times were read, what to beware of."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    # why a row was rejected
    "reasons.no_user": "user_id is missing",
    "reasons.no_item": "item_id is missing",
    "reasons.empty_time": "timestamp is missing",
    "reasons.no_time": "timestamp is not a time",
    "reasons.impossible_time": "timestamp is impossible",
    "reasons.long_row": "row is longer than {characters:,} characters",
    "reasons.many_cells": "row has more than {cells} cells",
    "reasons.header_again": "row repeats the header",
    "reasons.not_json": "not a JSON object",
    "reasons.encoding": "row is not UTF-8",
    "reasons.kind": "event is of a kind that is left out",
    "reasons.old": "event is older than {days} days",
    "reasons.fast": "user has more than {most} events in an hour",
    "reasons.few_of_user": "user has fewer than {least} events",
    "reasons.few_of_item": "item has fewer than {least} events",
    # how times were read
    "times.dates": "dates as 20240228",
    "times.moments": "times as 20240228144718",
    "times.positions": "positions in a history, not times",
    "times.days": "day numbers",
    "times.small": "small numbers, taken as seconds since 1970",
    "times.day_told": "day first, as told",
    "times.month_told": "month first, as told",
    "times.day_assumed": "day first, assumed: every date can be read both ways",
    "times.month_assumed": "month first, assumed: every date can be read both ways",
    "times.day_seen": "day first: {dates:,} dates read only so",
    "times.month_seen": "month first: {dates:,} dates read only so",
    # what was done so that each event is a row
    "decided.unrolled": "lists were unrolled, a row for each element: {lists} came to {rows:,} rows",
    "decided.title_is_item": "no column names the items: their title {column} does",
    "decided.session_is_user": "no column names the users: each session in {column} counts as one",
    "decided.lost": "{cells:,} of {all:,} cells of {column} are no numbers and became empty",
    "decided.unmeasured": "{cells:,} values of {column} are below 0, which says that nobody measured, and became empty",
    "decided.impressions": "{share:.0%} of the rows are of the kind {kind}, which comes in blocks as what people were "
    "shown does: it is left out of their interest, unless data.leave_out_kinds is none",
    # what to beware of in a data set
    "cautions.no_clock": "The log has an order but no clock: dates, gaps and sessions are not shown, and each event "
    "counts as a session of its own.",
    "cautions.one_day": "All events fall on one day: there is no time in which interests could drift.",
    "cautions.no_categories": "No categories: interests are groups of items that the same people have. An items file "
    "with a category column would name them better.",
    "cautions.one_category": "Only one category: a change of interest between categories cannot be seen.",
    "cautions.uncategorised": "{share:.0%} of the events are of items without a category; drift tests leave them out.",
    "cautions.tied": "{share:.0%} of the events have the same time as the event before; the order of the file decides "
    "between them.",
    "cautions.few_sessions": "Most users have few sessions: drift is tested between sessions, so expect many users "
    "with the status insufficient.",
    "cautions.short": "Half of the users have at most {events:.0f} events: short histories tell little about a change.",
    "cautions.one_user": "Only one user: there is no population to learn from or to compare with.",
    "cautions.one_item": "Only one item: there is nothing to choose between.",
}
"""English by code, with room for values."""
