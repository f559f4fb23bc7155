"""Edited histories, the lists that follow, and the smallest set of events that turns the list."""

import numpy as np
import pytest

from core.data.variants import history_of
from core.errors import InputError, UnknownItemError
from core.explain.attribution import scored
from core.explain.whatif import END, Edits, compare, counterfactual, edited, moves, offered
from core.lists import ranked
from core.settings import RecommendSettings
from tests.explain.fakes import Additive, log

LETTERS = np.array(list("abcde"))


def letters(history) -> str:
    return "".join(LETTERS[history.item])


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        (Edits(), "abcd"),
        (Edits(removed=(1,)), "acd"),
        (Edits(moved=((0, 4),)), "bcda"),
        (Edits(moved=((3, 0),)), "dabc"),
        (Edits(added=(("e", 0), ("e", 4))), "eabcde"),
        (Edits(added=(("e", 2), ("a", 2))), "abeacd"),
        (Edits(removed=(0,), moved=((3, 1),), added=(("e", 4),)), "dbce"),
        (Edits(removed=(0, 1, 2, 3)), ""),
        (Edits(until=3_600_000_000), "ab"),
    ],
)
def test_edits(edits, expected):
    """Events go, move and come as told; time never runs backwards."""
    found = edited(log("abcd"), 0, edits)
    assert letters(found) == expected
    assert (np.diff(found.time) >= 0).all()


def test_no_edits_change_nothing():
    """Every column stays."""
    sequences = log("abca")
    before, after = history_of(sequences, 0), edited(sequences, 0, Edits())
    for column in ("item", "time", "kind", "weight", "session"):
        assert np.array_equal(getattr(before, column), getattr(after, column))


def test_places_that_do_not_exist_are_refused():
    """The line says how far places go; an unknown item is named."""
    with pytest.raises(InputError, match=r"No event 4 in a history of 4 events\. Places run from 0 to 3\."):
        edited(log("abcd"), 0, Edits(removed=(4,)))
    with pytest.raises(UnknownItemError, match="No item 'z'"):
        edited(log("abcd"), 0, Edits(added=(("z", 0),)))


def test_list_after_no_edits_is_the_list():
    """The sandbox starts from what is recommended, rank by rank."""
    sequences = log("ab")
    found = compare(Additive(), sequences, 0, Edits())
    expected = ranked.top_k(Additive(), sequences, np.array([0]), RecommendSettings())
    assert found["item_id"].tolist() == expected["item_id"].tolist()
    assert found["rank_before"].tolist() == found["rank"].tolist()


def test_list_changes_as_the_ranker_says():
    """With an event of c item c has been had, without a its score goes: by the formula."""
    found = compare(Additive(), log("ab"), 0, Edits(removed=(0,)))
    assert found["item_id"].tolist()[0] == "a"
    assert found["rank_before"].tolist()[0] == 0
    assert compare(Additive(), log("ab"), 0, Edits(added=(("c", 2),)))["item_id"].tolist() == ["d", "e"]


def test_counterfactual_by_hand():
    """Item b stands on both events of a: without them d, which c supports a little, comes first."""
    found = counterfactual(Additive(), log("aac"), 0)
    assert (found.item, found.events, found.instead) == ("b", (0, 1), "d")


def test_counterfactual_says_when_there_is_none():
    """An item that no event put there stays first whatever is removed: a, by its tie, after d and e."""
    found = counterfactual(Additive(), log("de"), 0)
    assert found.item == "a"
    assert found.events == ()
    assert found.instead is None


def test_counterfactual_on_a_real_model_turns_the_list(model, simulated):
    """Removing the named events gives another first item; leaving any of them in does not."""
    turned = 0
    for user in range(12):
        found = counterfactual(model, simulated, user, most=5)
        if not found.events:
            continue
        turned += 1
        had = simulated.item[simulated.rows_of(user)]
        for removed in [found.events, *([e for e in found.events if e != place] for place in found.events)]:
            history = history_of(simulated, user).without(list(removed))
            scores = scored(model, simulated, user, [history])[0]
            scores[0, had] = -np.inf
            first = str(simulated.catalogue.items[scores[0].argmax()])
            assert first == (found.instead if removed == found.events else found.item) or len(removed) == 0
    assert turned > 3


def test_moves_tell_both_lists():
    """What came, went, rose and fell; removed and added events are hidden or come back as the history says."""
    sequences = log("ab")
    same = moves(Additive(), sequences, 0, Edits())
    assert same["item_id"].tolist() == compare(Additive(), sequences, 0, Edits())["item_id"].tolist()
    assert set(same["change"]) == {"same"}
    edits = Edits(removed=(0,), added=(("c", END),))
    found = moves(Additive(), sequences, 0, edits).set_index("item_id")
    assert found.loc["a"].to_dict() | {"title": "", "category": ""} == {
        "title": "", "category": "", "rank": 1, "rank_before": 0, "change": "new",
    }  # fmt: skip
    assert found.loc["c", ["rank", "rank_before", "change"]].tolist() == [0, 3, "left"]


def test_what_is_offered_comes_by_popularity():
    """All items once, those with most events first."""
    assert list(offered(log("dda"))) == ["d", "a", "b", "c", "e"]


def test_a_user_who_has_had_everything_has_an_empty_list():
    """Nothing is left, so the lists are empty, and nothing comes first; with what was had they are full."""
    sequences, ranker = log("abcde"), Additive()
    found = moves(ranker, sequences, 0, Edits(removed=()))
    assert found.empty
    assert list(found) == ["item_id", "title", "category", "rank", "rank_before", "change"]
    assert len(moves(ranker, sequences, 0, Edits(), RecommendSettings(hide_seen=False))) == 5
    with pytest.raises(InputError, match="the user has had every item, and what was had is hidden"):
        counterfactual(ranker, sequences, 0)
