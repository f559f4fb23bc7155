"""A real model, trained a little on a simulated log."""

import pytest

from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.model import storage, training
from core.model.interest_model import InterestModel
from core.settings import Settings, SimulationSettings, override

CHEAP = ["training.epochs=4", "model.embedding_size=16", "model.window=40"]


@pytest.fixture(scope="session")
def simulated() -> Sequences:
    """120 users with tastes."""
    simulation = simulate(SimulationSettings(users=120, seed=4))
    events = simulation.events.sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True)
    return build_sequences(events, simulation.items, simulation.users)


@pytest.fixture(scope="session")
def model(simulated: Sequences, tmp_path_factory: pytest.TempPathFactory) -> InterestModel:
    """A model with two layers of attention."""
    folder = tmp_path_factory.mktemp("run")
    training.train(simulated, override(Settings(), CHEAP), folder)
    return storage.load(folder, simulated)
