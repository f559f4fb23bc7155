"""Sessions that are none: the import tells them, and the drift test refuses to stand on them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.sessions import SHAPES, imported, steady
from core.data.sequences import build_sequences
from core.data.simulate import Simulation
from core.drift.evidence import exchange
from core.drift.verdict.detection import detect
from core.errors import EventsError
from core.phrases import unpacked
from core.settings import DriftSettings


@pytest.fixture(scope="module")
def calm() -> Simulation:
    return steady(300, 2)


@pytest.fixture(scope="module")
def logs(calm: Simulation, tmp_path_factory: pytest.TempPathFactory):
    """Every shape through the import: sequences and summary."""
    return {shape: imported(calm, shape, tmp_path_factory.mktemp("log")) for shape in SHAPES}


def test_only_true_sessions_are_believed(logs):
    """Five shapes fall back on pauses, and the four that had a column say why."""
    assert {shape: summary["sessions"] for shape, (_, summary) in logs.items()} == {
        shape: "column" if shape == "true sessions" else "pauses" for shape in SHAPES
    }
    told = [
        [unpacked(text) for text in summary["cautions"]]
        for shape, (_, summary) in logs.items()
        if shape not in ("true sessions", "none")
    ]
    assert all("session_id is not taken for the session" in cautions[0] for cautions in told)


def test_steady_users_are_called_drifted_as_rarely_as_asked(logs):
    """Under every shape the sessions are those of the visits, and 2 to 8 % of steady users are flagged at 5 %."""
    true, *others = (sequences for sequences, _ in logs.values())
    table = detect(true, DriftSettings(permutations=50))
    assert 0.02 <= table.loc[table["status"] == "ok", "drifted"].mean() <= 0.08
    for sequences in others:
        assert (sequences.session == true.session).all()
        assert (sequences.item == true.item).all()


@pytest.mark.parametrize("shape", ["an id per row", "an order on purchases only"])
def test_pieces_of_visits_are_refused(calm: Simulation, shape: str):
    """Whatever comes in: units that stay with the subject of the one before are no ground for a test."""
    events = calm.events.assign(session_id=SHAPES[shape](calm.events))
    with pytest.raises(EventsError, match=r"pieces of visits: \d+ % follow .* steady users would be called drifted"):
        detect(build_sequences(events, calm.items), DriftSettings())


def test_a_log_of_single_sessions_says_so(calm: Simulation):
    """A device for a session leaves each user one unit: nothing can be said, and why is."""
    events = calm.events.assign(session_id=SHAPES["a device per user"](calm.events))
    (doubt,) = exchange.check(build_sequences(events, calm.items))
    assert doubt.startswith("100 % of the users have a single session")


def test_drift_is_no_reason_to_refuse(sequences):
    """Users who drift are alike from session to session, close or not: the check lets them pass."""
    assert exchange.check(sequences) == ()


def test_fresh_choices_that_follow_closely_pass():
    """Units without a pause between them are no fault if they are drawn independently."""
    rng = np.random.default_rng(3)
    users = np.repeat([f"u{n}" for n in range(40)], 50)
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.tile(np.arange(50), 40) * 2, "min")
    items = [f"i{n}" for n in range(12)]
    events = pd.DataFrame({"user_id": users, "item_id": rng.choice(items, len(users)), "timestamp": times})
    events["session_id"] = np.arange(len(events)).astype(str)
    catalogue = pd.DataFrame({"item_id": items, "category": [f"c{n % 4}" for n in range(12)]})
    assert exchange.check(build_sequences(events, catalogue)) == ()


def test_the_command_says_what_it_doubts(calm: Simulation, tmp_path: Path, capsys):
    """Whoever asks who drifted hears on the way that most users have one session."""
    from core.cli import main

    events = calm.events
    begun = events.groupby("user_id")["timestamp"].transform("first")
    events[events["timestamp"] < begun + pd.Timedelta("30min")].to_csv(tmp_path / "log.csv", index=False)
    where = ["--workspace", str(tmp_path / "w")]
    calm.items.to_csv(tmp_path / "items.csv", index=False)
    log = ["import", str(tmp_path / "log.csv"), "--items", str(tmp_path / "items.csv"), "--name", "x"]
    assert main([*log, "--min-events", "1", *where]) == 0
    assert main(["drift", "x", "--out", str(tmp_path / "d.csv"), *where]) == 0
    assert "have a single session" in capsys.readouterr().err
