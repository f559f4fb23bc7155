"""Simulated logs and their drift tables, made once for all tests of this folder."""

from collections.abc import Iterator

import pandas as pd
import pytest

from core.data.sequences import Sequences, build_sequences
from core.data.simulate import Simulation, simulate
from core.drift.evidence import Everyone
from core.drift.verdict.detection import detect
from core.settings import DriftSettings, SimulationSettings
from tests.few_histories import taught


@pytest.fixture
def quickly() -> Iterator[None]:
    """What the test holds rests on none of the numbers of made-up histories, and it needs few of them."""
    with taught():
        yield


@pytest.fixture(scope="session")
def simulation() -> Simulation:
    return simulate(SimulationSettings(users=700, seed=11))


@pytest.fixture(scope="session")
def sequences(simulation: Simulation) -> Sequences:
    return build_sequences(simulation.events, simulation.items, simulation.users)


@pytest.fixture(scope="session")
def everyone(sequences: Sequences) -> Everyone:
    """What is learned of everyone, once for all who look at this log with the usual seed."""
    return Everyone(sequences, DriftSettings().seed)


@pytest.fixture(scope="session")
def table(sequences: Sequences, everyone: Everyone) -> pd.DataFrame:
    return detect(sequences, DriftSettings(), everyone=everyone)
