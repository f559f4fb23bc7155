"""One time at a time, for versions that know how their times were read and for older ones."""

import pytest

from core.data.clock import Clock

OLD = {"first": "2024-01-01T00:00:00", "ordinal": False, "time_notes": []}
MOMENT = 1709131638000000


def test_as_it_was_kept():
    """What the recipe holds decides."""
    clock = Clock.of({"recipe": {"times": {"unit": "days", "numbers": True}}})
    assert clock.read("19781") == 19781 * 86_400_000_000
    assert Clock.of({"recipe": {"times": {"ordinal": True, "numbers": True}}}).read("17") == 17
    compact = Clock.of({"recipe": {"times": {"digits": ["%Y%m%d"], "numbers": True}}})
    assert compact.read("20240228") == Clock.of(OLD).read("2024-02-28")


@pytest.mark.parametrize(
    "text", ["1709131638", "1709131638000", "2024-02-28 14:47:18", "2024-02-28T15:47:18+01:00", "28 Feb 2024 14:47:18"]
)
def test_versions_without_a_reading(text):
    """Made before it was kept: sizes of numbers, ISO and dates that read one way only."""
    assert Clock.of(OLD).read(text) == MOMENT


def test_what_old_versions_know():
    """The order of day and month that they were told, and that they have no clock."""
    recipe = {"settings": {"date_order": "day"}}
    assert Clock.of(OLD | {"recipe": recipe}).read("3/4/2024 10:00") == Clock.of(OLD).read("4/3/2024 10:00")
    assert Clock.of({"ordinal": True}).read("17") == 17


@pytest.mark.parametrize(
    ("text", "reason"),
    [("yesterday", "not a time"), ("1_709_131_638", "not a time"), ("nan", "not a time"), ("-1", "impossible"),
     ("0", "impossible"), ("9999-01-01", "impossible"), ("2024-13-01", "not a time"), ("45350", "impossible"),
     ("2024-02-28 14:47:18 IST", "unknown time zone: IST")],
)  # fmt: skip
def test_what_is_no_time_is_refused(text, reason):
    """With the reason of an import; day numbers too, where nothing says that they are any."""
    with pytest.raises(ValueError, match=reason):
        Clock.of(OLD).read(text)


def test_a_new_way_of_writing():
    """A shape that the import did not meet is read where nothing about it is to be decided, else it is no time."""
    clock = Clock.of({"recipe": {"times": {"formats": [], "day_first": None}}})
    assert clock.read("Feb 28, 2024 14:47:18") == MOMENT
    with pytest.raises(ValueError, match="not a time"):
        clock.read("2/3/2024")
