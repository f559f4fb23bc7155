"""Which cell is what: by header, recipe, command, or guess."""

import pytest

from core.errors import EventsError
from core.stream.engine import Rules
from core.stream.layout import Layout, event_id

RECIPE = {"recipe": {"columns": {"user_id": "who", "item_id": "what", "timestamp": "when"}}}


def test_by_the_header():
    """Also an id of events, and what tells of items."""
    layout = Layout.of("event_id,user_id,item_id,timestamp,brand\n", "log.csv", {})
    row = layout.read('7, ann ,"a,b",2024-01-01,NULL')
    assert row == {"event_id": "7", "user_id": "ann", "item_id": "a,b", "timestamp": "2024-01-01"}
    assert layout.read("7,ann,x,1,acme")["brand"] == "acme"


def test_as_the_data_set_was_imported():
    """Names that no guess would find; what the command says wins."""
    text = "who;what;when;then\n1;2;3;4\n"
    assert Layout.of(text, "log.csv", RECIPE).read("1;2;3;4") == {"user_id": "1", "item_id": "2", "timestamp": "3"}
    told = Layout.of(text, "log.csv", RECIPE, {"timestamp": "then"})
    assert told.read("1;2;3;4")["timestamp"] == "4"


def test_json_lines():
    """A record is an object; what is none is refused."""
    layout = Layout.of('{"user_id": "a", "item_id": 5, "timestamp": 1709131638}\n', "log.jsonl", {})
    assert layout.read('{"timestamp": 2, "item_id": 6, "user_id": "b"}')["item_id"] == "6"
    for wrong in ("[1, 2]", "{"):
        with pytest.raises(ValueError, match="not a JSON object"):
            layout.read(wrong)


def test_too_many_cells_are_refused_and_missing_ones_are_missing():
    """As in an import."""
    layout = Layout.of("user_id,item_id,timestamp\n", "log.csv", {})
    with pytest.raises(ValueError, match="more than 3 cells"):
        layout.read("a,b,c,d")
    assert layout.read("a,b") == {"user_id": "a", "item_id": "b"}


def test_a_log_without_what_is_needed():
    """One line says what was found and what to do."""
    with pytest.raises(EventsError, match=r"Missing column\(s\) timestamp. Found in log.csv: user_id, item_id, x"):
        Layout.of("user_id,item_id,x\na,b,c\n", "log.csv", {})
    with pytest.raises(EventsError, match="No column 'z' for timestamp"):
        Layout.of("user_id,item_id,x\na,b,c\n", "log.csv", {}, {"timestamp": "z"})


def test_kept_and_found_again():
    """As text; a later file may have its columns in another order, or no header."""
    layout = Layout.of("user_id,item_id,timestamp\n", "log.csv", {})
    assert Layout.from_text(layout.text()) == layout
    assert layout.again("timestamp,user_id,item_id").read("1,a,b") == layout.read("a,b,1")
    assert layout.again("a,b,1") is None


def test_events_are_known_again():
    """By their own id if they have one, else by user, item, time and kind."""
    row = {"user_id": "a", "item_id": "b"}
    assert event_id(row, 5) == event_id(dict(row), 5)
    assert len({event_id(row, 5), event_id(row, 6), event_id(row | {"event": "view"}, 5)}) == 3
    assert event_id(row | {"event_id": "1"}, 5) == event_id({"event_id": "1"}, 6)


def test_one_person_and_names_of_rows():
    """A value in place of a column stands in each event; R's row names move nothing, in the next file either."""
    recipe = {"recipe": {"columns": {"user_id": "@me", "item_id": "what", "timestamp": "when"}}}
    layout = Layout.of('"what","when"\n"1","a","5"\n"2","b","6"\n', "log.csv", recipe)
    assert layout.read('"3","c","7"') == {"user_id": "me", "item_id": "c", "timestamp": "7"}
    again = layout.again('"when","what"')
    assert again is not None
    assert again.read('"1","8","d"') == {"user_id": "me", "item_id": "d", "timestamp": "8"}
    told = Layout.of("what,when\n", "log.csv", recipe, {"user_id": "@you"})
    assert Layout.from_text(told.text()).read("a,5")["user_id"] == "you"


def test_kinds_and_numbers_as_the_import_had_them():
    """A kind that was left out is refused with the same reason, and what nobody measured weighs as usual."""
    summary = {"ordinal": True, "recipe": {"settings": {"leave_out_kinds": "shown"}, "unmeasured": ["weight"]}}
    rules = Rules.of(summary, ["weight"], 1.0, "")
    row = {"user_id": "u", "item_id": "a", "timestamp": "5", "event": "click", "weight": "-1"}
    event, _ = rules.event(row)
    assert (event.event, event.weight, rules.weight(event)) == ("click", None, 1.0)
    with pytest.raises(ValueError, match="event is of a kind that is left out"):
        rules.event(row | {"event": "shown"})


def test_records_that_hold_lists_of_events_become_rows():
    """As an import unrolls them: an event for each element; what is no object stays, to be refused and counted."""
    line = '{"session": 4, "events": [{"aid": 7, "ts": 1709131638}, {"aid": 8, "ts": 1709131640}]}'
    layout = Layout.of(f"{line}\n", "log.jsonl", {}, {"user_id": "session"})
    rows = layout.unrolled([line, None, "{"])
    assert [layout.read(row)["item_id"] for row in rows[:2]] == ["7", "8"]
    assert list(rows[2:]) == [None, "{"]
    assert Layout.from_text(layout.text()) == layout


def test_a_header_of_names_that_nobody_knows_is_one_where_they_are_told():
    """The first line of words above words is no event."""
    text = "wer;was;wann\nann;tea;gestern\n"
    told = {"user_id": "wer", "item_id": "was", "timestamp": "wann"}
    assert Layout.of(text, "log.csv", {}, told).dialect.header
