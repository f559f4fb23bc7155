"""One user at a time: the same lists as from the whole log, also after new events."""

import numpy as np
import pytest

from core.data import schema
from core.data.growing import NewEvent
from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.lists import ranked
from core.lists.server import Server
from core.model import storage, training
from core.model.blend import Blend, Part, Recipe
from core.settings import RecommendSettings, Settings, SimulationSettings, override


@pytest.fixture(scope="module")
def simulated() -> Sequences:
    """80 users with attributes."""
    simulation = simulate(SimulationSettings(users=80, seed=6))
    events = simulation.events.sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True)
    return build_sequences(events, simulation.items, simulation.users)


@pytest.fixture(scope="module", params=["attention", "blend"])
def ranker(request, simulated, tmp_path_factory):
    """A barely trained model, alone and blended."""
    folder = tmp_path_factory.mktemp("run")
    cheap = ["training.epochs=1", "model.embedding_size=16", "model.blocks=1"]
    training.train(simulated, override(Settings(), cheap), folder)
    model = storage.load(folder, simulated)
    if request.param == "attention":
        return model
    recipe = Recipe((Part("attention", 0.5, 1.0), Part("sequence-rule", 0.3), Part("als", 0.2)), 0, {})
    return Blend(recipe, {"attention": model}).fit(simulated.without_last(2))


def rows(found) -> list[tuple[str, float]]:
    return [(listed.item, pytest.approx(listed.score, abs=1e-4)) for listed in found]


def test_same_list_as_for_all_users(ranker, simulated):
    """One door or another: the same items and scores."""
    server = Server(ranker, simulated)
    users = np.array([3, 17])
    lists = ranked.top_k(ranker, simulated, users, RecommendSettings())
    for user in users:
        name = simulated.users[user]
        expected = lists[lists[schema.USER] == name]
        assert rows(server.top(name)) == list(zip(expected[schema.ITEM], expected["score"], strict=True))


def test_appended_events_make_the_list_of_the_longer_history(ranker, simulated):
    """Events that come one by one end where the whole history is."""
    before = simulated.without_last(3)
    server = Server(ranker, before)
    user = 5
    name, events = simulated.users[user], simulated.rows_of(user)
    for row in range(events.stop - 3, events.stop):
        event = NewEvent(name, int(simulated.item[row]), int(simulated.time[row]), int(simulated.kind[row]))
        server.extend([event])
    expected = ranked.top_k(ranker, simulated, np.array([user]), RecommendSettings())
    assert [listed.item for listed in server.top(name)] == expected[schema.ITEM].tolist()
    assert len(server.history(name)) == simulated.lengths[user]
    assert server.top(simulated.users[6]) == Server(ranker, before).top(simulated.users[6])


def test_late_events_are_put_where_they_belong(ranker, simulated):
    """Time order holds whatever the order of arrival."""
    server = Server(ranker, simulated)
    name = simulated.users[0]
    first = int(simulated.time[simulated.rows_of(0)][0])
    assert server.extend([NewEvent(name, 0, first - 1)]) == 1
    history = server.history(name)
    assert history.item[0] == 0
    assert (np.diff(history.time) >= 0).all()


def test_a_user_whom_nobody_knows(ranker, simulated):
    """Gets a list at once, another after an event, and never what was just had."""
    server = Server(ranker, simulated)
    cold = server.top("somebody new")
    assert len(cold) == 10
    server.extend([NewEvent("somebody new", simulated.find_item(cold[0].item), int(simulated.time.max()))])
    after = server.top("somebody new")
    assert len(after) == 10
    assert cold[0].item not in {listed.item for listed in after}


def test_states_of_few_users_are_held(ranker, simulated, monkeypatch):
    """However many users are heard of, memory is bounded: who was not heard of for longest is computed anew."""
    monkeypatch.setattr("core.lists.server.STATES", 3)
    server, end = Server(ranker, simulated), int(simulated.time.max())
    first = {}
    for user in simulated.users[:6]:
        server.extend([NewEvent(user, 0, end)])
        first[user] = server.state(user)
        assert len(server._states) <= 3
    for user, state in first.items():
        np.testing.assert_allclose(server.state(user), state, atol=1e-5)
