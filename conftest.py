"""What all tests share: how properties are tried, and what examples in docstrings stand on, a small log read once."""

import atexit
import gc
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Hundreds of modules are loaded while tests are collected, and next to nothing of that is garbage.
gc.disable()

# A property is about what is computed, not about how busy the machine is meanwhile.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
MAIN = sys.modules["__main__"]
TESTS = Path(__file__).parent / "tests"
JUDGED = (TESTS / "drift", TESTS / "pipeline" / "test_shipped.py", TESTS / "cluster")
"""Tests of what the drift test finds: all others care for what becomes of it."""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """What was loaded stays until the end: whoever collects garbage need not look through it again and again.

    Nor after every 700 new objects: garbage in circles is rare, and small.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    atexit.register(gc.unfreeze)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Where the findings of the drift test are not what is tested, it learns from few made-up histories."""
    from tests.few_histories import taught

    if any(item.path.is_relative_to(place) for place in JUDGED):
        return (yield)
    with taught():
        return (yield)


@pytest.fixture(scope="session")
def notebook(tmp_path_factory):
    """A simulated log in a workspace of its own, and settings that train in a second."""
    from core import notebook as face
    from core.data import simulate
    from core.settings import ModelSettings, Settings, SimulationSettings, TrainingSettings

    folder = tmp_path_factory.mktemp("notebook")
    sample = simulate.simulate(SimulationSettings(users=40, days=90))
    quick = Settings(model=ModelSettings(embedding_size=8, heads=1, blocks=1), training=TrainingSettings(epochs=1))
    log = face.read(sample.events, sample.items, name="examples", workspace=folder)
    face.train(log, quick)
    return {"folder": folder, "sample": sample, "quick": quick, "log": log, "user": log.events["user_id"].iloc[0]}


@pytest.fixture(autouse=True)
def _examples(request, doctest_namespace):
    """The examples of `core.notebook` know the log."""
    if request.node.name.startswith("core.notebook"):
        doctest_namespace.update(request.getfixturevalue("notebook"))


@pytest.fixture(autouse=True)
def _own_main():
    """A page that was run leaves itself as `__main__`, and every process that is spawned later would run it again."""
    yield
    sys.modules["__main__"] = MAIN
