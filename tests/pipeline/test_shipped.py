"""What comes with the sample is what this version would compute, and is taken over only as far as it is whole.

Held here: the import and the drift table whole, of the model its validation figure, its states of one user, its quality
and its settings; of all other results that they bear the mark of today's methods. Where one fails, say in
`core/pipeline/results.py` or `core/pipeline/shipped.py` that the method is another, and run `scripts/make_sample.py`.
"""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core.atlas import place
from core.drift import detect
from core.model import storage
from core.model.parts import leave_last
from core.model.validation import Validation
from core.pipeline import results, sample, shipped
from core.settings import AtlasSettings, DriftSettings, Settings
from core.workspace import Workspace

MOST_BYTES = 6_000_000
WEIGHTS = 2e-3
"""How far figures of a model may differ between machines."""
SAME_RANKS = 0.98
"""Share of ranks that must agree; a few change with the last digit of a score."""


@pytest.fixture(scope="module")
def taken(tmp_path_factory):
    """A new workspace with the sample as it comes."""
    workspace = Workspace(tmp_path_factory.mktemp("shipped") / "workspace")
    assert pipeline.sample_at_once(workspace) is not None
    return workspace


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of what is shipped, to be damaged."""
    folder = tmp_path / "computed"
    shutil.copytree(shipped.FOLDER, folder)
    monkeypatch.setattr(shipped, "FOLDER", folder)
    return folder


def test_it_is_small():
    """All of it together is at most 6 MB."""
    assert sum(path.stat().st_size for path in shipped.FOLDER.rglob("*") if path.is_file()) <= MOST_BYTES


def test_everything_is_there_and_current(taken):
    """Each result that pages want is ready, under the mark of today's methods and settings; nothing is made anew."""
    results = pipeline.sample_results(taken)
    assert [result.kind for result in results if not result.ready] == []
    assert {"drift", "live", "planted", "view", "ranks", "atlas"} <= {result.kind for result in results}
    assert pipeline.noted(taken.data_set(pipeline.SAMPLE)) == []
    assert pipeline.truth(taken, pipeline.SAMPLE)["drifted"].sum() == 198


def test_the_import_is_that_of_today(taken, tmp_path):
    """The log, its items, users and summary are what an import of the same files gives now."""
    fresh = sample.import_anew(Workspace(tmp_path / "fresh"))
    kept = taken.data_set(pipeline.SAMPLE)
    for name in ("events", "items", "users"):
        pd.testing.assert_frame_equal(pd.read_parquet(getattr(kept, name)), pd.read_parquet(getattr(fresh, name)))
    assert kept.summary == json.loads(json.dumps(fresh.summary))


def test_the_drift_table_is_that_of_today(taken):
    """The test, run anew, gives the same verdicts."""
    kept = pipeline.drift(taken, pipeline.SAMPLE).get()
    today = detect(pipeline.load(taken, pipeline.SAMPLE), DriftSettings())
    pd.testing.assert_frame_equal(kept, today, check_exact=False, rtol=1e-6)


def test_the_model_is_that_of_today(taken):
    """The weights, as validation chose them, reach the figure that was noted then."""
    run = taken.run(pipeline.SAMPLE)
    log = pipeline.load(taken, pipeline.SAMPLE)
    model = storage.load(run.folder, log, chosen=True)
    training = Settings().training
    hit_rate, ndcg = Validation(leave_last(log, training.holdout), training.seed)(model.network)
    noted = run.metrics["validation"]
    assert (hit_rate, ndcg) == pytest.approx((noted["hr@10"], noted["ndcg@10"]), abs=WEIGHTS)


def test_the_quality_is_that_of_today(tmp_path):
    """Our lists and all baselines, measured anew, rank what users had last where the shipped table has it."""
    workspace = Workspace(tmp_path / "workspace")
    pipeline.sample_at_once(workspace)
    kept = pipeline.ranks(workspace, pipeline.SAMPLE)
    before = kept.get()
    kept.path.unlink()
    today = pipeline.ranks(workspace, pipeline.SAMPLE).get()
    assert list(before) == list(today)
    numbers = before.select_dtypes("number").columns
    assert (before[numbers] == today[numbers]).to_numpy().mean() > SAME_RANKS


def test_states_of_one_user_lie_where_the_map_has_them(taken):
    """The states that the model gives one user today are placed where the shipped map shows them."""
    log, run = pipeline.load(taken, pipeline.SAMPLE), taken.run(pipeline.SAMPLE)
    atlas = pipeline.atlas(taken, pipeline.SAMPLE, AtlasSettings(method="pca"), run.id).get()
    points = atlas.points[atlas.points["kind"] == "state"]
    user = points["user_id"].iloc[0]
    own = points[points["user_id"] == user]
    states = storage.load(run.folder, log).states(log.only(np.array([log.find_user(user)])))
    placed = place(atlas, states[own["event_index"].to_numpy(int)])
    np.testing.assert_allclose(placed, own[["x", "y"]].to_numpy(), atol=0.02)


def test_a_damaged_log_is_imported_anew(copy, tmp_path):
    """Nothing is taken over where the log itself is damaged; the import says so, and the sample is there."""
    with (copy / "log" / "events.parquet").open("ab") as file:
        file.write(b"!")
    workspace = Workspace(tmp_path / "workspace")
    assert pipeline.sample_at_once(workspace) is None
    made = pipeline.import_sample(workspace)
    assert any("log/events.parquet of the sample is damaged" in line for line in pipeline.noted(made))
    assert not pipeline.drift(workspace, pipeline.SAMPLE).ready


def test_a_damaged_result_is_made_anew(copy, tmp_path):
    """All but the damaged table is taken over; what is missing is told of, and not ready."""
    (damaged,) = (copy / "log" / "derived").glob("drift-*.parquet")
    damaged.write_bytes(damaged.read_bytes()[:-100])
    workspace = Workspace(tmp_path / "workspace")
    made = pipeline.sample_at_once(workspace)
    (line,) = pipeline.noted(made)
    assert "drift-" in line
    assert "damaged; it is made anew" in line
    assert [result.kind for result in pipeline.sample_results(workspace) if not result.ready] == ["drift"]


def test_a_damaged_model_is_trained_anew(copy, tmp_path):
    """Weights that are not those that were written are left where they are, with all that stands on them."""
    (copy / "run" / "model.safetensors").write_bytes(b"")
    workspace = Workspace(tmp_path / "workspace")
    assert pipeline.sample_at_once(workspace)
    assert workspace.runs(pipeline.SAMPLE) == []
    assert pipeline.drift(workspace, pipeline.SAMPLE).ready


@pytest.mark.usefixtures("copy")
def test_a_stale_mark_is_made_anew(tmp_path, monkeypatch):
    """A result of another method, and whatever stands on it, is not taken over, and each is told of."""
    known = dict(results.KINDS)
    monkeypatch.setattr(results, "KINDS", known | {"drift": replace(known["drift"], method=99)})
    workspace = Workspace(tmp_path / "workspace")
    made = pipeline.sample_at_once(workspace)
    told = " ".join(pipeline.noted(made))
    assert "by another version" in told
    missing = {result.kind for result in pipeline.sample_results(workspace) if not result.ready}
    assert missing == {"drift", "planted", "view", "adaptation"}
    assert all(f"{kind}-" in told for kind in missing)


@pytest.mark.usefixtures("copy")
def test_another_way_of_training_trains_anew(tmp_path, monkeypatch):
    """Weights of another method, or of other defaults, are no model of this version."""
    monkeypatch.setattr(shipped, "METHODS", shipped.METHODS | {"run": 99})
    workspace = Workspace(tmp_path / "workspace")
    made = pipeline.sample_at_once(workspace)
    assert workspace.runs(pipeline.SAMPLE) == []
    assert any("run of the sample was made by another version" in line for line in pipeline.noted(made))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_manifest_that_cannot_be_read_takes_nothing(copy, tmp_path, text):
    """Without a manifest there is nothing to trust: the sample is imported, with a line."""
    (copy / shipped.MANIFEST).write_text(text, encoding="utf-8")
    assert pipeline.sample_at_once(Workspace(tmp_path / "workspace")) is None
