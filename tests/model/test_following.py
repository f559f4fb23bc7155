"""States that are carried on event by event are those of histories encoded whole."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.growing import Growing, NewEvent
from core.model.following import Follower, ItemVectors
from core.model.interest_model import InterestModel
from core.model.storage import build
from core.settings import ENCODERS
from tests.model.logs import cycles, small


@pytest.fixture(params=ENCODERS)
def model(request):
    """A fresh network of each encoder, with an uneven window."""
    torch.manual_seed(0)
    log = cycles(users=6, length=40)
    chosen = small(f"model.encoder={request.param}", "model.window=9", "model.blocks=2")
    network = build(log, chosen)
    with torch.no_grad():
        for name, table in network.named_parameters():
            if name.startswith("encoder.bias"):
                table.normal_()
    return InterestModel(network, np.bincount(log.item), chosen)


def event_of(log, row) -> NewEvent:
    user = log.users[log.user[row]]
    return NewEvent(user, int(log.item[row]), int(log.time[row]), int(log.kind[row]), float(log.weight[row]))


@pytest.mark.parametrize("at_once", [1, 3, 7, 50])
def test_states_event_by_event_are_those_of_a_whole_history(model, at_once):
    """Whatever the size of a step, and wherever the window moves on."""
    log = cycles(users=6, length=40)
    expected = model.states(log)
    before = log.without_last(33)
    histories, follower = Growing(before), model.follower()
    new = np.flatnonzero(log.event_index >= 7)
    new = new[np.argsort(log.event_index[new], kind="stable")]
    for start in range(0, len(new), at_once):
        last = {}
        for row in new[start : start + at_once]:
            event = event_of(log, row)
            assert histories.append(event)
            last[event.user] = row
        found = follower.states(histories, list(last))
        np.testing.assert_allclose(found, expected[list(last.values())], atol=1e-5)


def test_whoever_is_let_go_is_encoded_anew(model):
    """Too little memory costs time, and changes nothing."""
    log = cycles(users=6, length=40)
    follower = Follower(model.network, model._raw)
    follower._free, follower._at_once = follower._free[:2], 2
    histories = Growing(log.without_last(4))
    for event in range(36, 40):
        for user in range(6):
            histories.append(event_of(log, log.offsets[user] + event))
        found = follower.states(histories, list(log.users))
        np.testing.assert_allclose(found, model.states(log)[log.offsets[:-1] + event], atol=1e-5)


def test_late_events_make_the_states_of_the_history_in_order(model):
    """An event that belongs further back is read there once the user is forgotten."""
    log = cycles(users=6, length=40)
    rows = log.rows_of(2)
    follower, expected = model.follower(), model.states(log)[rows.stop - 1]
    for missing in (1, 20, 38):
        histories = Growing(log.keep(np.arange(len(log)) != rows.start + missing))
        user = log.users[2]
        follower.forget(user)
        follower.states(histories, [user])
        assert not histories.append(event_of(log, rows.start + missing))
        follower.forget(user)
        np.testing.assert_allclose(follower.states(histories, [user])[0], expected, atol=1e-5)


def test_users_and_items_that_nobody_knows(model):
    """A new user starts from nothing; a new item of which nothing is known has no vector."""
    log = cycles(users=6, length=40)
    follower, histories = model.follower(), Growing(log)
    assert not follower.states(histories, ["nobody"]).any()
    follower.add_item({})
    assert len(follower.vectors) == log.n_items + 1
    histories.append(NewEvent("nobody", log.n_items, int(log.time.max())))
    histories.append(NewEvent("nobody", 3, int(log.time.max())))
    assert np.isfinite(follower.states(histories, ["nobody"])).all()
    assert histories.sequences("nobody").item.tolist() == [3]


def test_a_new_item_is_what_its_words_say():
    """With the category of another item its vector is what that item's attributes alone give."""
    torch.manual_seed(0)
    log = cycles(users=6, length=40)
    categories = tuple("abcd")
    catalogue = replace(
        log.catalogue,
        titles=log.catalogue.items,
        attributes=log.catalogue.attributes.iloc[:, :0],
        categories=categories,
        category_offsets=np.arange(log.n_items + 1),
        category_index=np.arange(log.n_items) % 4,
    )
    log = replace(log, catalogue=catalogue)
    chosen = small()
    model = InterestModel(build(log, chosen), np.bincount(log.item), chosen)
    follower = model.follower()
    follower.add_item({"category": "C"})
    with torch.no_grad():
        expected = model.network.items.attributes(torch.tensor([2]))[0]
    np.testing.assert_allclose(follower.vectors[torch.tensor(log.n_items)], expected, atol=1e-6)


@pytest.mark.parametrize("new", [0, 1, 63, 64, 65, 200])
def test_vectors_of_items_that_came_since(new):
    """As if the new ones had been put behind the others; those of the log are shared with the model, never copied."""
    torch.manual_seed(1)
    known, more = torch.randn(30, 4), torch.randn(new, 4)
    vectors = ItemVectors(known)
    for vector in more:
        vectors.append(vector)
    items = torch.randint(0, 30 + new, (7, 5))
    assert torch.equal(vectors[items], torch.cat((known, more))[items])
    assert len(vectors) == 30 + new
    assert vectors._known.data_ptr() == known.data_ptr()
