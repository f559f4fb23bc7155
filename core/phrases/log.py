"""What is said of a log: why rows are rejected, how times were read, what to beware of."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    # why a row was rejected
    "reasons.no_user": "user_id is missing",
    "reasons.no_item": "item_id is missing",
    "reasons.empty_time": "timestamp is missing",
    "reasons.no_time": "timestamp is not a time",
    "reasons.no_zone": "timestamp has an unknown time zone: {zone}",
    "reasons.impossible_time": "timestamp is impossible",
    "reasons.long_row": "row is longer than {characters:,} characters",
    "reasons.many_cells": "row has more than {cells} cells",
    "reasons.header_again": "row repeats the header",
    "reasons.total": "row holds a total, not an event",
    "reasons.not_json": "not a JSON object",
    "reasons.encoding": "row is not UTF-8",
    "reasons.kind": "event is of a kind that is left out",
    "reasons.forgotten": "user was forgotten",
    "reasons.old": "event is older than {days} days",
    "reasons.fast": "user has more than {most} events in an hour",
    "reasons.few_of_user": "user has fewer than {least} events",
    "reasons.few_of_item": "item has fewer than {least} events",
    # how times were read
    "times.dates": "dates as 20240228",
    "times.moments": "times as 20240228144718",
    "times.as_number": "times as {example}",
    "times.seconds": "seconds since 1970",
    "times.milliseconds": "milliseconds since 1970",
    "times.microseconds": "microseconds since 1970",
    "times.nanoseconds": "nanoseconds since 1970",
    "times.minutes": "minutes since 1970",
    "times.hours": "hours since 1970",
    "times.spreadsheet": "day numbers of a spreadsheet",
    "times.ticks": ".NET ticks since year 1 (data.time_unit=nanoseconds would take them otherwise)",
    "times.filetime": "Windows file times since 1601 (data.time_unit=nanoseconds would take them otherwise)",
    "times.webkit": "microseconds since 1601, as Chrome counts",
    "times.cocoa": "seconds since 2001, as Apple counts (data.time_unit=seconds counts from 1970)",
    "times.years": "years",
    "times.positions": "positions in a history, not times",
    "times.days": "day numbers",
    "times.small": "small numbers, taken as seconds since 1970",
    "times.day_told": "day first, as told",
    "times.month_told": "month first, as told",
    "times.year_told": "year first, as told",
    "times.year_seen": "year first: of the three numbers of a date the first varies least",
    "times.since_start": "a visit's start and milliseconds since then",
    "times.relative": "milliseconds since a moment that is not told: order and pauses are right, the year is not",
    "times.day_varies": "day first: the first number of a date varies most",
    "times.month_varies": "month first: the second number of a date varies most",
    "times.day_assumed": "day first, assumed: every date can be read both ways",
    "times.month_assumed": "month first, assumed: every date can be read both ways",
    "times.day_seen": "day first: {dates:,} dates read only so",
    "times.month_seen": "month first: {dates:,} dates read only so",
    # what an import decided and its owner should know
    "remarks.session_partly": "{column} is not taken for the session: only {percent} % of the events have one.",
    "remarks.session_line": "{column} is not taken for the session: {percent} % of neighbouring events of a user have "
    "different ones, as ids of lines have.",
    "remarks.session_split": "{column} is not taken for the session: it parts {percent} % of the neighbouring events "
    "without a pause between them, and pieces of one visit are alike.",
    "remarks.session_person": "{column} is not taken for the session: {percent} % of the users with several visits "
    "have a single one, as of a device.",
    "remarks.session_again": "{column} is not taken for the session: {percent} % of the events are of one that comes "
    "back after another.",
    "remarks.session_returns": "{column} is not taken for the session: {percent} % of the events are of one that lasts "
    "or comes back for more than a week.",
    "remarks.of_user": "{column} tells about users, not about items: it is not taken for the {role} of items.",
    "remarks.of_row": "{column} differs between the events of one item: it is not taken for the {role} of items.",
    "remarks.hidden": "Left out, since users have pseudonyms and these columns may tell who they are: {columns}.",
    "remarks.rounded": "Ids in {column} are rounded, as {some} (a spreadsheet, or a column of floats, kept only the "
    "first digits): different ones may have become one. Export them as text.",
    "remarks.rounded_times": "Times in {column} are rounded, as {some} (a spreadsheet kept only the first digits): "
    "events may have moved. Export them as text.",
    "remarks.words": "Ids in {column} as {some} can mean that there is none; other ids are words too, so they count.",
    "remarks.nobody": "The largest user is called {user} and has {percent} % of the events: perhaps it means that "
    "nobody was known.",
    "remarks.twins": "{count} ids in {column} differ from another one only by case, width, accents or characters "
    "that are not seen, as {some}: they count as different.",
    "remarks.items_once": "Every item has one event: {column} may name the row, not the item.",
    # what to beware of in the units of the drift test
    "doubts.alike": "{percent} % of the sessions follow another one without a pause and are a little like it: somewhat "
    "more steady users than asked for may be called drifted.",
    "doubts.one_unit": "{percent} % of the users have a single session: without sessions to compare nothing can be "
    "said of them.",
    "doubts.merged": "Shown as one: {names}. Who is named, how surely and by how much was computed on the log's own "
    "categories.",
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
    "cautions.one_hour": "All events fall within one hour: perhaps the times count something else than was taken "
    "(the setting data.time_unit says what).",
    "cautions.future": "{rows:,} events lie in the future, the last on {day} (rows {lines}): clocks that were wrong, "
    "or times that count something else than was taken (the setting data.time_unit says what).",
    "cautions.early": "{rows:,} events lie before 1995, the first on {day} (rows {lines}): clocks that were wrong, or "
    "times that count something else than was taken (the setting data.time_unit says what).",
    "cautions.stretched": "{rows:,} events lie so far from all others that they would stretch the time axis tenfold "
    "(rows {lines}): charts leave them out, and what is recent is counted up to {day}.",
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
