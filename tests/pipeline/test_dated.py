"""Quality after a date: trained on the past alone, kept by seed, beside what pages show of a run."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core.data import schema
from core.data.simulate import simulate
from core.model import training
from core.pipeline import dated
from core.settings import EvaluationSettings, Settings, SimulationSettings, override
from core.workspace import Workspace

CHEAP = ("model.embedding_size=8", "model.blocks=1", "model.window=12", "training.epochs=1", "model.attributes=false")
MODELS = "blend,attention,popularity,markov"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    """A small simulated log with a trained run."""
    workspace = Workspace(tmp_path_factory.mktemp("dated"))
    simulation = simulate(SimulationSettings(users=60, seed=2))
    events = simulation.events.sort_values([schema.USER, schema.TIME], kind="stable", ignore_index=True)
    with workspace.staging() as folder:
        events.to_parquet(folder / "events.parquet")
        simulation.items.to_parquet(folder / "items.parquet")
        simulation.users.to_parquet(folder / "users.parquet")
        workspace.publish("log", folder, {"rows_kept": len(events)})
    pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", override(Settings(), CHEAP)))
    return workspace


@pytest.fixture(scope="module")
def found(workspace) -> pipeline.Temporal:
    return pipeline.temporal(workspace, "log", MODELS).get()


def test_every_model_ranks_every_case_once(workspace, found):
    """A row per model and case; ranks are those of items that could be found; all tables stand on them."""
    about = found.about.iloc[0]
    assert found.ranks.groupby("model").size().to_dict() == dict.fromkeys(MODELS.split(","), about["found"])
    assert found.ranks["rank"].between(1, pipeline.load(workspace, "log").n_items).all()
    assert set(found.quality.models["model"]) == set(MODELS.split(","))
    assert found.kinds.groupby("model")["users"].sum().min() >= about["users"]
    assert set(found.beside.columns) == {
        "model", "ndcg@10_debiased", "coverage", "novelty", "seeds", "seed_mean", "seed_spread",
    }  # fmt: skip
    assert found.beside["coverage"].between(0, 1).all()
    assert set(found.calibration["model"]) == {"blend", "attention"}
    assert found.by_age["users"].min() > 0


def test_training_sees_nothing_from_the_first_date_on(workspace, found, monkeypatch):
    """What is trained, chosen and calibrated on ends before the test, and training before validation."""
    seen = []
    monkeypatch.setattr(training, "train", lambda parts, *_rest, **_more: seen.append(parts) or _stop())
    with pytest.raises(InterruptedError):
        pipeline.temporal(workspace, "log", "attention", settings=EvaluationSettings(test_share=0.2)).get()
    (parts,) = seen
    log = pipeline.load(workspace, "log")
    validation = parts.validation(None, 0)
    assert parts.known is not None
    assert parts.known().time.max() < found.about.iloc[0]["tests"].value // 1000
    assert len(validation.users)
    assert parts.train.time.max() < np.quantile(log.time, 0.71)
    assert validation.histories.time.max() < np.quantile(log.time, 0.81)
    assert found.about.iloc[0]["tests"] > pd.Timestamp(int(np.quantile(log.time, 0.89)), unit="us")


def _stop() -> None:
    raise InterruptedError


def test_one_more_seed_trains_only_itself(workspace, found, monkeypatch):
    """What was trained for one seed is kept; users count once over all seeds, and the spread is told."""
    trained = []
    whole = training.train
    monkeypatch.setattr(training, "train", lambda *args, **more: trained.append(args[1]) or whole(*args, **more))
    more = pipeline.temporal(workspace, "log", MODELS, seeds=2).get()
    assert [settings.training.seed for settings in trained] == [1]
    assert more.seeds.set_index("model")["seeds"].to_dict() == {
        "attention": 2,
        "blend": 2,
        "popularity": 1,
        "markov": 1,
    }
    assert more.seeds.set_index("model")["seed_spread"].notna().to_dict()["attention"]
    users = more.quality.models.set_index("model")["users"]
    assert users["attention"] == users["popularity"] == found.about.iloc[0]["users"]


def test_better_is_said_only_where_it_is_sure(found):
    """The verdict follows the interval of the difference on the same users."""
    told = found.quality.told
    sure = told[told["verdict"] == "is better than"]
    assert (sure["low"] > 0).all()
    assert (told.loc[(told["low"] <= 0) & (told["high"] >= 0), "verdict"] == "cannot be told apart from").all()
    assert told.groupby("model")["best"].sum().min() == len(told["metric"].unique())


def test_cases_near_a_change_are_those_of_its_user():
    """Ten events before a change and ten from it on; between two changes the later one that has come counts."""
    ranks = pd.DataFrame({"user_id": ["a"] * 40 + ["b"] * 2, "event_index": [*range(40), 0, 1]})
    since = dated._since(ranks, {"a": [12, 20]})["events_since"]
    assert since[:2].isna().all()
    assert since[2:12].tolist() == list(range(-10, 0))
    assert since[12:30].tolist() == [*range(8), *range(10)]
    assert since[30:].isna().all()


def test_chances_of_lists_are_kept_with_their_run(workspace):
    """Read off validation events, tested on last ones; the function rises, and is the same when it is read again."""
    found = pipeline.list_chances(workspace, "log").get()
    assert set(found.reliability["of"]) == {"item", "list"}
    assert found.chances is not None
    said = found.chances(np.array([[0.5, 1e-6]]), np.array([20]))
    assert said[0, 0] >= said[0, 1]
    assert found.chances.line.fall == 0
    assert found.calibration["error"].between(0, 1).all()


def test_without_a_run_baselines_stand_alone(tmp_path: Path, workspace):
    """Nothing is trained where nothing was asked to be."""
    alone = Workspace(tmp_path)
    with alone.staging() as folder:
        for name in ("events", "items", "users"):
            pd.read_parquet(workspace.data_set("log").folder / f"{name}.parquet").to_parquet(folder / f"{name}.parquet")
        alone.publish("log", folder, {"rows_kept": 0})
    found = pipeline.temporal(alone, "log", "popularity,two-items").get()
    assert set(found.ranks["model"]) == {"popularity", "two-items"}
    assert found.calibration.empty
