"""Reasons, what-if lists and tables of quality through the pipeline: what pages and commands call."""

import pytest

from core import pipeline
from core.data import schema
from core.data.simulate import simulate
from core.errors import SettingsError
from core.explain.whatif import Edits
from core.settings import ListSettings, Settings, SimulationSettings, override
from core.workspace import Workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    """One simulated log with a barely trained run."""
    workspace = Workspace(tmp_path_factory.mktemp("explaining"))
    simulation = simulate(SimulationSettings(users=60, seed=8))
    events = simulation.events.sort_values([schema.USER, schema.TIME], kind="stable", ignore_index=True)
    with workspace.staging() as folder:
        events.to_parquet(folder / "events.parquet")
        simulation.items.to_parquet(folder / "items.parquet")
        simulation.users.to_parquet(folder / "users.parquet")
        workspace.publish("log", folder, {"rows_kept": len(events)})
    cheap = ["training.epochs=3", "model.embedding_size=16", "model.blocks=1"]
    pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", override(Settings(), cheap)))
    return workspace


@pytest.fixture(scope="module")
def user(workspace) -> str:
    """Someone with some history."""
    sequences = pipeline.load(workspace, "log")
    return str(sequences.users[(sequences.lengths > 15).nonzero()[0][0]])


def test_explained_item_is_the_first_of_the_list(workspace, user):
    """The reason belongs to what is shown, whatever the method."""
    first = pipeline.recommend(workspace, "log", pipeline.Query(user=user))[schema.ITEM][0]
    for method in (None, "leave-one-out", "attention"):
        answer = pipeline.explain(workspace, "log", user, method=method)
        assert (answer.item, answer.rank) == (first, 1)
        assert len(answer.events) == pipeline.load(workspace, "log").lengths[0] or len(answer.events) > 15
        assert answer.events["effect"].notna().all()


def test_methods_that_cannot_explain_say_so(workspace, user):
    """A baseline has no gradients; an unknown method is named."""
    with pytest.raises(SettingsError, match=r"explains trained models.*choose leave-one-out or shapley"):
        pipeline.explain(workspace, "log", user, query=pipeline.Query(model="markov"), method="attention")
    with pytest.raises(SettingsError, match="No method 'magic'"):
        pipeline.explain(workspace, "log", user, method="magic", query=pipeline.Query(model="attention"))


def test_a_user_without_events_then_has_no_reasons(workspace, user):
    """Before the first event there is a list, and nothing in the history that speaks for it."""
    found = pipeline.explain(workspace, "log", user, query=pipeline.Query(at=0))
    assert (len(found.events), found.reasons.how) == (0, "nothing")
    assert found.answer == f"Nothing in the history speaks for {found.title}."


def test_what_if_starts_from_the_list_of_the_command_line(workspace, user):
    """Without edits it is the list of `recommend`; without the last events it is another."""
    listed = pipeline.recommend(workspace, "log", pipeline.Query(user=user))
    assert pipeline.what_if(workspace, "log", user, Edits())[schema.ITEM].tolist() == listed[schema.ITEM].tolist()
    events = len(pipeline.explain(workspace, "log", user).events)
    edits = Edits(removed=tuple(range(events - 10, events)))
    assert pipeline.what_if(workspace, "log", user, edits)[schema.ITEM].tolist() != listed[schema.ITEM].tolist()


def test_shaped_list_without_wishes_is_the_list(workspace, user):
    """One ranking behind every door."""
    listed = pipeline.recommend(workspace, "log", pipeline.Query(user=user))
    shaped = pipeline.shaped_list(workspace, "log", user, ListSettings())
    assert shaped[schema.ITEM].tolist() == listed[schema.ITEM].tolist()


def test_counterfactual_belongs_to_the_list(workspace, user):
    """It starts from the first item of the list."""
    found = pipeline.counterfactual(workspace, "log", user)
    assert found.item == pipeline.recommend(workspace, "log", pipeline.Query(user=user))[schema.ITEM][0]


@pytest.mark.parametrize("table", ["models", "length", "popularity", "cold", "lists", "lag", "pace"])
def test_tables_have_rows_and_are_kept(workspace, table):
    """Computed once; the second call reads the same."""
    models = "blend,attention,popularity"
    found = pipeline.quality_table(workspace, "log", models, table)
    assert set(found["model"]) <= set(models.split(","))
    if table not in {"lag", "pace"}:
        assert set(found["model"]) == set(models.split(","))
    assert found.equals(pipeline.quality_table(workspace, "log", models, table))


def test_faithfulness_is_kept(workspace):
    """Curves and summary come back as they were measured."""
    first, again = (pipeline.faithfulness(workspace, "log", cases=3).get() for _ in range(2))
    assert first.summary.equals(again.summary)
    assert first.curves.equals(again.curves)


def test_unknown_tables_are_refused(workspace):
    """The line names what there is."""
    with pytest.raises(SettingsError, match=r"No table 'magic'.*faithfulness"):
        pipeline.quality_table(workspace, "log", "all", "magic")
