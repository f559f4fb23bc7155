"""From a trained run to lists, quality and reasons, through the pipeline."""

from pathlib import Path

import numpy as np
import pytest

from core import pipeline
from core.data import schema
from core.data.simulate import simulate
from core.errors import SettingsError, UnknownRunError
from core.jobs import steps
from core.jobs.table import STEPS
from core.model import choose
from core.model.baselines.popularity import Popularity
from core.model.evaluation import user_ranks
from core.pipeline import judging, rankers
from core.pipeline.rankers import blend_recipe
from core.settings import QUALITY_TABLES, RecommendSettings, Settings, SimulationSettings, override
from core.workspace import Workspace

CHEAP = ["training.epochs=2", "model.embedding_size=16", "model.blocks=1"]


def publish(workspace: Workspace, name: str) -> None:
    """A small simulated log as a data set."""
    simulation = simulate(SimulationSettings(users=80, seed=2))
    events = simulation.events.sort_values([schema.USER, schema.TIME], kind="stable", ignore_index=True)
    with workspace.staging() as folder:
        events.to_parquet(folder / "events.parquet")
        simulation.items.to_parquet(folder / "items.parquet")
        simulation.users.to_parquet(folder / "users.parquet")
        workspace.publish(name, folder, {"rows_kept": len(events)})


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    """One data set with a trained run."""
    workspace = Workspace(tmp_path_factory.mktemp("ranking"))
    publish(workspace, "log")
    pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", override(Settings(), CHEAP)))
    return workspace


def test_training_chooses_the_blend(workspace):
    """Once a run is done its blend is there, so that the first list comes at once."""
    assert blend_recipe(workspace, workspace.run("log"), pipeline.load(workspace, "log")).ready


def test_the_blend_is_chosen_by_weights_that_never_saw_what_it_is_chosen_by(workspace):
    """Its recipe is that of the weights before the last step; lists are those of the weights after it."""
    log, run = pipeline.load(workspace, "log"), workspace.run("log")
    before = rankers.chosen_model(run, log)
    assert blend_recipe(workspace, run, log).get() == choose(before, log).recipe
    users = np.arange(log.n_users)
    assert (pipeline.model(workspace, "log").scores(log, users) != before.scores(log, users)).any()


def test_what_models_learned_from_baselines_learn_from(workspace):
    """Validation events among it, whether the table is of a run or of a data set alone; test events never."""
    log = pipeline.load(workspace, "log")
    by_hand = user_ranks([Popularity().fit(log.without_last(1))], log, holdout=1)
    for models in ("popularity", "popularity,attention"):
        found = pipeline.ranks(workspace, "log", models).get()
        assert found[found["model"] == "popularity"].reset_index(drop=True).equals(by_hand)


def test_a_run_that_never_learned_from_validation(workspace):
    """Nor do the baselines beside it, so that what papers report can be compared."""
    plain = override(Settings(), [*CHEAP, "training.epochs=1", "training.finish=false"])
    run = pipeline.new_run(workspace, "log", plain)
    pipeline.train(workspace, "log", run)
    try:
        assert not pipeline.learned_validation(workspace, "log", "attention,popularity", run.id)
        assert pipeline.learned_validation(workspace, "log", "popularity")
        found = pipeline.ranks(workspace, "log", "attention,popularity", run.id).get()
        log = pipeline.load(workspace, "log")
        by_hand = user_ranks([Popularity().fit(log.without_last(2))], log)
        assert found[found["model"] == "popularity"].reset_index(drop=True).equals(by_hand)
    finally:
        workspace.update_run(run, "failed", {})  # the run of the other tests is the newest again


def test_default_lists_are_those_of_the_blend(workspace):
    """Without a name lists come from the blend; the same call gives the same rows."""
    user = pipeline.load(workspace, "log").users[0]
    found = pipeline.recommend(workspace, "log", pipeline.Query(user=user))
    named = pipeline.recommend(workspace, "log", pipeline.Query(user=user, model="blend"))
    assert found.equals(named)
    assert len(found) == 10


@pytest.mark.parametrize("model", ["blend", "attention", "sequence-rule", "popularity"])
def test_every_model_gives_lists_for_the_test_split(workspace, model):
    """K rows a user, none of them seen before the last event."""
    sequences = pipeline.load(workspace, "log")
    found = pipeline.recommend(workspace, "log", pipeline.Query(split="test", model=model), RecommendSettings(k=3))
    assert len(found) == 3 * sequences.n_users


def test_all_models_stand_in_one_table(workspace):
    """The blend, the model, every baseline; best first."""
    table = pipeline.evaluate(workspace, "log")
    assert {"blend", "attention", "popularity", "item-knn", "als", "ease", "content"} <= set(table["model"])
    assert table["ndcg@10"].is_monotonic_decreasing


def test_a_run_that_saw_everything_is_its_own_blend(tmp_path: Path):
    """With `--holdout 0` there is nothing to choose by, and nothing to evaluate fairly."""
    workspace = Workspace(tmp_path)
    publish(workspace, "log")
    pipeline.train(
        workspace, "log", pipeline.new_run(workspace, "log", override(Settings(), [*CHEAP, "training.holdout=0"]))
    )
    user = pipeline.load(workspace, "log").users[0]
    lists = [
        pipeline.recommend(workspace, "log", pipeline.Query(user=user, model=each)) for each in ("blend", "attention")
    ]
    assert lists[0][schema.ITEM].equals(lists[1][schema.ITEM])
    with pytest.raises(SettingsError, match=r"trained with --holdout 0.*Train with --holdout 2"):
        pipeline.evaluate(workspace, "log")


def test_unknown_models_are_refused(workspace):
    """The line names what there is."""
    with pytest.raises(SettingsError, match=r"No model 'magic'\. Choose from blend, attention, popularity"):
        pipeline.recommend(workspace, "log", pipeline.Query(model="magic"))


def test_without_a_run_only_baselines_can_be_asked(tmp_path: Path):
    """The line says how to train."""
    workspace = Workspace(tmp_path)
    publish(workspace, "log")
    assert "attention" not in set(pipeline.evaluate(workspace, "log", "popularity,markov")["model"])
    with pytest.raises(UnknownRunError, match=r"has no trained run yet\. Train one"):
        pipeline.recommend(workspace, "log", pipeline.Query())


def test_tables_of_quality_and_steps_of_jobs_stand_once():
    """What may be asked for by name is what there is something for."""
    assert tuple(judging.TABLES) == QUALITY_TABLES
    assert tuple(steps.STEPS) == STEPS
