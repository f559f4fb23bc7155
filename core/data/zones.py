"""Names of time zones that are believed: a short list of our own, since others read BST as Bangladesh.

The American ones are those of RFC 5322, section 4.3; names that two large countries use (IST, AST) are left out, so
that rows with them are refused by name rather than read some hours off.
"""

ZONES: dict[str, str] = {
    "UTC": "+0000", "GMT": "+0000", "WET": "+0000", "WEST": "+0100", "BST": "+0100",
    "CET": "+0100", "CEST": "+0200", "MEZ": "+0100", "MESZ": "+0200", "EET": "+0200", "EEST": "+0300",
    "MSK": "+0300", "SAST": "+0200", "PKT": "+0500", "WIB": "+0700", "HKT": "+0800", "SGT": "+0800",
    "JST": "+0900", "KST": "+0900", "AWST": "+0800", "ACST": "+0930", "ACDT": "+1030", "AEST": "+1000",
    "AEDT": "+1100", "NZST": "+1200", "NZDT": "+1300", "BRT": "-0300",
    "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600",
    "PST": "-0800", "PDT": "-0700", "AKST": "-0900", "AKDT": "-0800", "HST": "-1000",
}  # fmt: skip
"""Offset from UTC, as strptime reads it, by name."""
NAMED = r":\d\d(?:[.,]\d+)?(?: ?[AaPp][Mm])? ?([A-Z]{3,5})(?: \d{4})?$"
"""Where a zone is named: behind the time of day, with or without the year behind it."""
