"""Someone new gets a list and is told on what it rests, and an id that was mistyped is recognised."""

import difflib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import pipeline
from core.data import schema
from core.data.growing import NewEvent
from core.data.simulate import simulate
from core.data.variants import newcomer
from core.explain.whatif import Edits
from core.lists import shaped
from core.lists.basis import ALIKE, FEW, NEAR, Basis, _bare, near
from core.lists.server import Server
from core.settings import ListSettings, Settings, SimulationSettings, override
from core.workspace import Workspace

NEW = "someone-new"
CHEAP = ["training.epochs=1", "model.embedding_size=16", "model.blocks=1"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    """One data set with a run."""
    workspace, simulation = Workspace(tmp_path_factory.mktemp("basis")), simulate(SimulationSettings(users=60, seed=5))
    events = simulation.events.sort_values([schema.USER, schema.TIME], kind="stable", ignore_index=True)
    with workspace.staging() as folder:
        events.to_parquet(folder / "events.parquet")
        simulation.items.to_parquet(folder / "items.parquet")
        simulation.users.to_parquet(folder / "users.parquet")
        workspace.publish("log", folder, {"rows_kept": len(events)})
    pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", override(Settings(), CHEAP)))
    return workspace


@pytest.mark.parametrize("model", [*pipeline.known_models()])
def test_every_model_has_a_list_for_someone_new(workspace, model):
    """Ten items, each once, for any id, ranked by score."""
    found = pipeline.recommend(workspace, "log", pipeline.Query(user=NEW, model=model))
    assert found[schema.USER].unique().tolist() == [NEW]
    assert found[schema.ITEM].nunique() == len(found) == 10
    assert found["score"].is_monotonic_decreasing


def test_someone_new_is_shown_what_is_popular_lately(workspace):
    """The blend has nothing else to go by, and lately is worth more than ever."""
    blend, recent = (
        pipeline.recommend(workspace, "log", pipeline.Query(user=NEW, model=model))[schema.ITEM].tolist()
        for model in ("blend", "recent-popularity")
    )
    assert blend == recent


def test_page_command_line_and_library_agree_on_someone_new(workspace):
    """One list, whichever way it is asked for; also after a first event."""
    log = pipeline.load(workspace, "log")
    ranker = pipeline.ranker(workspace, workspace.run("log"), "blend", log, log)
    listed = pipeline.recommend(workspace, "log", pipeline.Query(user=NEW))[schema.ITEM].tolist()
    server = Server(ranker, log)
    assert [each.item for each in server.top(NEW)] == listed
    assert shaped.shaped_list(ranker, newcomer(log, NEW), 0, ListSettings())[schema.ITEM].tolist() == listed
    item = str(log.catalogue.items[7])
    server.extend([NewEvent(NEW, 7, int(log.time.max()) + 1)])
    after = pipeline.what_if(workspace, "log", NEW, Edits(added=((item, -1),)))
    assert {each.item for each in server.top(NEW)} == set(after[after["change"] != "left"][schema.ITEM])


def test_why_and_what_if_for_someone_new(workspace):
    """There is nothing to name, and nothing breaks."""
    for method in ("shapley", "leave-one-out", "integrated-gradients", "attention", "rollout"):
        found = pipeline.explain(workspace, "log", NEW, method=method)
        assert (found.rank, found.reasons.how, len(found.events)) == (1, "nothing", 0)
    assert pipeline.counterfactual(workspace, "log", NEW).events == ()


@pytest.mark.parametrize("events", [0, 1, 2, 3, FEW + 1])
def test_what_a_list_rests_on(workspace, events):
    """Events up to the moment are counted; a remark where they are few, and another where there are none."""
    log = pipeline.load(workspace, "log")
    user = int(np.argmax(log.lengths))
    times = log.time[log.rows_of(user)]
    at = int(times[events - 1]) if events else int(times[0]) - 1
    found = pipeline.basis(workspace, "log", str(log.users[user]), pipeline.Query(at=at))
    assert (found.known, found.events) == (True, events)
    codes = [remark.code for remark in found.remarks]
    assert codes == (["basis.lately"] if not events else ["basis.few"] if events <= FEW else [])


def test_whom_the_log_does_not_know(workspace):
    """The remark says so, and names whom one may have meant."""
    log = pipeline.load(workspace, "log")
    found = pipeline.basis(workspace, "log", f" {str(log.users[3]).upper()}", pipeline.Query(model="popularity"))
    assert (found.known, found.near) == (False, (str(log.users[3]),))
    assert [remark.code for remark in found.remarks] == ["basis.unknown", "basis.near", "basis.popular"]
    assert str(log.users[3]) in found.remarks[1]
    assert not replace(found, near=()).remarks[1].startswith("Did you mean")
    assert Basis("ann", known=True, events=100).remarks == []


def test_ids_that_may_have_been_meant():
    """Case, blanks and zeros before a number first; else a letter or two; nothing where nothing is alike."""
    users = [f"u{number:05}" for number in range(30_000)] + ["Annabel"]
    assert near(users, "U17") == ("u00017",)
    assert near(users, "anabel") == ("Annabel",)
    assert near(users, "zzzzzz") == ()
    assert len(near(users, "u0001x")) == 3


IDS = st.text(st.sampled_from("aAbB01ß²٠ \n"), max_size=6) | st.text(max_size=4)


@given(st.lists(IDS, max_size=30, unique=True), IDS)
def test_ids_alike_are_those_that_a_look_at_each_finds(users, asked):
    """Whatever is in the ids: the same ones, in the same order, as when each is made bare and compared by itself."""
    same = [user for user in users if _bare(user) == _bare(asked)]
    some = [user for user in users if abs(len(user) - len(asked)) <= 2]
    expected = same[:NEAR] or difflib.get_close_matches(asked, some, NEAR, ALIKE)
    assert near(users, asked) == tuple(expected)
