"""What each role may do, and what of another group or of people's ids is seen: nothing."""

import inspect
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import jobs, pipeline
from core.cli import main
from core.data import LogFiles, Sequences, export
from core.errors import ForbiddenError, MeanderError, UnknownDataSetError
from core.jobs import steps, table
from core.phrases import packed, say
from core.pipeline import gate
from core.settings import (
    ADMIN,
    EDITOR,
    NOBODY,
    ROLES,
    VIEWER,
    AtlasSettings,
    JobSettings,
    NamingSettings,
    Settings,
    override,
)
from core.workspace import Actor, DataSet, Login, Workspace, actors, rules

NAME, THEIRS = "shop", "clinic"
USERS, EVENTS = 12, 20
SMALL = ["training.epochs=1", "model.embedding_size=16", "model.blocks=1", "training.holdout=2"]


def real(user: int) -> str:
    return f"real-{user:02}"


IDS = [real(user) for user in range(USERS)]


class ReachedError(Exception):
    """The role was enough."""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two groups, each with a workspace: the same log under two names; never change them."""
    root = tmp_path_factory.mktemp("groups")
    rows = [f"{real(user)},i{(user + 3 * event) % 14 + 14 * (event > 9)},{1_700_000_000 + 90_000 * event + user}"
            for user in range(USERS) for event in range(EVENTS)]  # fmt: skip
    (root / "log.csv").write_text("\n".join(["user_id,item_id,timestamp", *rows]), encoding="utf-8")
    items = [f"i{item},Item {item},{'tea' if item < 14 else 'cake'}" for item in range(28)]
    (root / "items.csv").write_text("\n".join(["item_id,title,category", *items]), encoding="utf-8")
    for name, group in ((NAME, "ours"), (THEIRS, "theirs")):
        workspace = Workspace(root / group)
        pipeline.import_log(workspace, name, LogFiles(root / "log.csv", root / "items.csv"))
        pipeline.write_note(workspace, name, pipeline.load(workspace, name), real(1), "looks well", 2)
    ours = Workspace(root / "ours")
    pipeline.train(ours, NAME, pipeline.new_run(ours, NAME, override(Settings(), SMALL)))
    pipeline.drift(ours, NAME).get()
    pipeline.terrain(ours, NAME, AtlasSettings(method="pca")).get()
    pipeline.ranks(ours, NAME).get()
    (root / rules.FILE).write_text(
        '[groups.ours]\nworkspace = "ours"\n[groups.theirs]\nworkspace = "theirs"\n'
        + "".join(f'[[grants]]\nperson = "{role}@ours"\nrole = "{role}"\ngroup = "ours"\n' for role in ROLES),
        encoding="utf-8",
    )
    return {group: root / group for group in ("ours", "theirs")} | {"rules": root / rules.FILE}


def somebody(places: dict[str, Path], role: str) -> Actor:
    """A person of our group, as the rules have them."""
    login = Login(f"{role}@ours", home=str(places["ours"]), rules=str(places["rules"]))
    return rules.actor_of(login, "page", "a1b2c3d4") if role else Actor("nobody", "page")


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """All functions that `core.pipeline` hands out, those of modules that it hands out too."""
    for name in dir(pipeline):
        found = getattr(pipeline, name)
        if isinstance(found, ModuleType) and found.__name__ == "core.pipeline.arrivals":
            own = inspect.getmembers(found, inspect.isfunction)
            yield from ((f"{name}.{inner}", each) for inner, each in own
                        if each.__module__ == found.__name__ and not inner.startswith("_"))  # fmt: skip
        elif inspect.isfunction(found):
            yield name, found


FUNCTIONS = dict(functions())


@cache
def taken_out(workspace: Workspace, name: str) -> tuple[Sequences, DataSet]:
    """A log and its data set, as the owner of the machine has them."""
    return pipeline.load(workspace, name), workspace.data_set(name)


def arguments(function: Callable[..., Any], workspace: Workspace, name: str) -> dict[str, Any]:
    """Something for each argument that must be given."""
    log, data_set = taken_out(workspace, name)
    known = {
        "workspace": workspace, "name": name, "sequences": log, "user": real(1), "data_set": data_set,
        "found": data_set, "run": "newest", "query": pipeline.Query(real(1)), "newest": 5, "naming": NamingSettings(),
        "table": "models", "which": "popularity", "past": log, "text": "hello", "receipt": "none", "note": 1,
        "files": LogFiles(workspace.root / "log.csv"),
    }  # fmt: skip
    needed = [each for each in inspect.signature(function).parameters.values() if each.default is each.empty]
    return {each.name: known.get(each.name) for each in needed}


def test_every_public_function_says_which_role_it_takes():
    """A function without an entry is one that anybody could call."""
    silent = [name for name, found in FUNCTIONS.items() if not hasattr(found, "needs")]
    assert not silent, f"give these the decorator `core.pipeline.gate.needs`: {silent}"
    assert len(FUNCTIONS) > 70
    assert {found.needs for found in FUNCTIONS.values()} == {NOBODY, *ROLES}
    for name in ("delete", "forget", "export_person", "audit_table", "grant", "purge", "backup", "restore"):
        assert FUNCTIONS[name].needs == ADMIN, name
    for name in ("import_log", "train", "write_note", "arrivals.keep_typed", "stream", "commit", "streamed"):
        assert FUNCTIONS[name].needs == EDITOR, name


@pytest.mark.parametrize("role", [NOBODY, *ROLES])
def test_every_function_is_called_as_every_role(role, places, monkeypatch):
    """Who has not the role gets no further than the door, whatever is called; who has it does."""

    def reached(*_arguments: object) -> None:
        raise ReachedError

    ours = Workspace(places["ours"])
    given = {name: arguments(found, ours, NAME) for name, found in FUNCTIONS.items() if found.needs != gate.ANYONE}
    monkeypatch.setattr(gate, "_admit", reached)
    for name, values in given.items():
        found = FUNCTIONS[name]
        may = role != NOBODY and ROLES.index(role) >= ROLES.index(found.needs)
        with actors.acting(somebody(places, role)), pytest.raises(ReachedError if may else ForbiddenError):
            found(**values)


def test_another_groups_data_is_not_there(places, tmp_path, capsys):
    """More than 200 tries of each role and way, and none reads a thing or finds out that there is one."""
    tried, read = 0, []
    theirs = Workspace(places["theirs"])
    ways = list(attempts(theirs, tmp_path))
    for role in ROLES:
        me = somebody(places, role)
        for name, attempt in ways:
            tried += 1
            with actors.acting(me):
                try:
                    attempt()
                except MeanderError as error:
                    said = str(error)
                    if "real-" in said or str(places["theirs"]) in said:
                        read.append(f"{role}: {name} told {said}")
                else:
                    read.append(f"{role}: {name}")
    assert tried >= 200
    assert not read
    assert "real-" not in capsys.readouterr().out


def attempts(theirs: Workspace, folder: Path) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Ways to another group's data: functions, the workspace itself, links, jobs, commands, exports."""
    for name, found in FUNCTIONS.items():
        given = arguments(found, theirs, THEIRS)
        if found.needs != gate.ANYONE and {"workspace", "data_set", "found"} & set(given):
            yield name, lambda found=found, given=given: found(**given)
    root = theirs.root
    yield "open", lambda: Workspace(root)
    yield "list", theirs.data_sets
    yield "data set", lambda: theirs.data_set(THEIRS)
    yield "runs", lambda: theirs.runs(THEIRS)
    yield "run", lambda: theirs.run(THEIRS)
    yield "key", theirs.secret
    yield "link", lambda: Workspace(actors.actor().root).data_set(THEIRS)
    yield "job", lambda: jobs.submit(theirs, "drift", {"name": THEIRS})
    yield "forgetting", lambda: jobs.submit(theirs, "forget", {"name": THEIRS, "user": real(1)})
    yield "jobs", lambda: jobs.all(theirs)
    yield "log of a job", lambda: jobs.log(theirs, "20260101-abc")
    yield "export", lambda: pipeline.exported(theirs, THEIRS, "users")
    for words in (["drift", THEIRS], ["recommend", THEIRS, "--all"], ["notes", THEIRS], ["audit"], ["train", THEIRS],
                  ["export-person", THEIRS, "--user", real(1), "--out", str(folder / "p.zip")],
                  ["report", THEIRS, "--out", str(folder / "r.html")],
                  ["states", THEIRS, "--out", str(folder / "s.parquet")]):  # fmt: skip
        yield words[0], lambda words=words: command([*words, "--workspace", str(root)])


def command(words: list[str]) -> None:
    """Run a command; raises what it says it could not do."""
    if code := main(words):
        raise MeanderError(str(code))


def test_a_person_finds_their_own(places):
    """The same calls on the own group's data are answered."""
    ours = Workspace(places["ours"])
    with actors.acting(somebody(places, VIEWER)):
        assert [found.name for found in ours.data_sets()] == [NAME]
        assert pipeline.load(ours, NAME).n_users == USERS
        with pytest.raises(UnknownDataSetError):
            pipeline.load(ours, THEIRS)


# ---- ids ------------------------------------------------------------------------------------------------------


def told(value: Any) -> Iterator[str]:
    """All texts inside of something, but for ids that are kept aside and never shown."""
    if isinstance(value, str):
        yield value
    for each in parts(value):
        yield from told(each)


def parts(value: Any) -> list[Any]:
    """What something is made of."""
    if isinstance(value, pd.DataFrame):
        return [*value.columns, *value.index, *value.to_numpy(dtype=object).ravel()]
    if isinstance(value, np.ndarray):
        return value.tolist() if value.dtype == object else []
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, pipeline.Result):
        return [value.get()] if value.ready else []
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, each.name, None) for each in fields(value) if each.name != "ids"]
    return list(value) if isinstance(value, list | tuple | set | frozenset) else []


def looks(workspace: Workspace, user: str) -> Iterator[Any]:
    """What a viewer can ask for, for pages, lists, charts and files."""
    log = pipeline.load(workspace, NAME)
    trained = pipeline.model(workspace, NAME, sequences=log)
    drift = pipeline.drift(workspace, NAME).get()
    query = pipeline.Query(user)
    yield from (
        log,
        drift,
        pipeline.atlas(workspace, NAME, AtlasSettings(method="pca")),
        pipeline.terrain(workspace, NAME, AtlasSettings(method="pca")),
        pipeline.ranks(workspace, NAME),
    )
    yield pipeline.recommend(workspace, NAME, pipeline.Query(), progress=lambda _share, _text: None)
    yield pipeline.recommend(workspace, NAME, query)
    yield pipeline.basis(workspace, NAME, user, query)
    yield pipeline.explain(workspace, NAME, user)
    yield pipeline.trail(log, user, trained)
    around = pipeline.around_map(workspace, NAME, AtlasSettings(method="pca"))
    yield from (around.points(), around.flows(), around.same_way(user, 3))
    yield pipeline.notes(workspace, NAME, log)
    yield pipeline.notes(workspace, NAME, log, user)
    yield pipeline.heard_of(workspace, NAME)
    yield pipeline.account(workspace, workspace.data_set(NAME))
    yield pipeline.quality(workspace, NAME).models


def test_a_viewer_sees_pseudonyms_everywhere_and_an_editor_ids(places):
    """The same pseudonym in every table, by which all of it can be asked; not one id gets out."""
    ours = Workspace(places["ours"])
    hidden = export.mask(real(1), ours.secret())
    for role, user, shown in ((VIEWER, hidden, False), (EDITOR, real(1), True)):
        with actors.acting(somebody(places, role)):
            found = list(looks(ours, user))
            texts = set(told(found))
            assert pipeline.basis(ours, NAME, user, pipeline.Query(user)).known
            assert len(pipeline.notes(ours, NAME, pipeline.load(ours, NAME), user)) == 1
        assert user in texts, role
        assert any(each in texts for each in IDS) is shown, role
        assert any("real-" in text for text in texts) is shown, role


def test_a_viewer_cannot_ask_by_an_id(places):
    """Whoever guesses an id does not learn that it is there; nor do errors name one."""
    ours = Workspace(places["ours"])
    with actors.acting(somebody(places, VIEWER)):
        log = pipeline.load(ours, NAME)
        assert not pipeline.basis(ours, NAME, real(1), pipeline.Query(real(1))).known
        assert pipeline.notes(ours, NAME, log, real(1)) == []
        with pytest.raises(MeanderError) as error:
            log.find_user("nobody")
        assert "real-" not in str(error.value)


def test_what_a_viewer_looks_at_is_audited_by_the_person_it_is_of(places, tmp_path):
    """The audit names who looked and from where, and whom the pseudonym stands for."""
    shutil.copytree(places["ours"], tmp_path / "ours")
    ours = Workspace(tmp_path / "ours")
    me = Actor("vera@ours", "page", "203.0.113.7 a1b2c3d4", role=VIEWER, root=ours.root)
    with actors.acting(me):
        pipeline.opened(ours, NAME, export.mask(real(1), ours.secret()))
    (row,) = pipeline.audit_table(ours).tail(1).to_dict("records")
    assert (row["who"], row["place"], row["what"], row["person"]) == (me.who, me.place, "opened", real(1))


def test_a_viewer_makes_nothing(places):
    """What was not computed yet is not computed for whoever only looks."""
    ours = Workspace(places["ours"])
    with actors.acting(somebody(places, VIEWER)), pytest.raises(ForbiddenError, match=r"takes the role editor"):
        pipeline.planted(ours, NAME, users=4).get()


# ---- jobs -----------------------------------------------------------------------------------------------------


@pytest.fixture
def queue(places, tmp_path, monkeypatch) -> tuple[Workspace, Path]:
    """A copy of our workspace with rules of its own; no worker takes its jobs."""
    monkeypatch.setattr("core.jobs.worker.ensure_worker", lambda _workspace: None)
    shutil.copytree(places["ours"], tmp_path / "ours")
    file = tmp_path / rules.FILE
    grant(file, EDITOR)
    return Workspace(tmp_path / "ours"), file


def grant(file: Path, role: str) -> None:
    file.write_text(f'[[grants]]\nperson = "ed@ours"\nrole = "{role}"\n', encoding="utf-8")


def ed(workspace: Workspace, file: Path) -> Actor:
    return rules.actor_of(Login("ed@ours", home=str(workspace.root), rules=str(file)), "page", "a1")


@pytest.mark.parametrize("step", table.STEPS)
def test_a_viewer_queues_nothing(queue, step):
    """Whatever the step, no row comes of it."""
    workspace, file = queue
    grant(file, VIEWER)
    before = len(jobs.all(workspace))
    with actors.acting(ed(workspace, file)), pytest.raises(ForbiddenError):
        jobs.submit(workspace, step, {"name": NAME})
    assert len(jobs.all(workspace)) == before


@pytest.mark.parametrize(("now", "ends"), [(EDITOR, jobs.DONE), (VIEWER, jobs.FAILED), ("none", jobs.FAILED)])
def test_a_job_runs_with_the_right_of_whoever_queued_it_as_it_is_by_then(queue, now, ends):
    """A right that was taken in the meantime is not there any more when the job's turn comes."""
    workspace, file = queue
    with actors.acting(ed(workspace, file)):
        job = jobs.submit(workspace, "words", {"name": NAME})
    grant(file, now)
    steps.run(workspace, job, JobSettings(niceness=0))
    assert jobs.get(workspace, job).status == ends
    assert actors.actor().role == ADMIN, "the process is its own again"


def test_a_job_for_another_group_does_not_run(places, queue):
    """A row that got into another group's queue, however it did, ends there."""
    workspace, _ = queue
    with actors.acting(Actor("owner", role=ADMIN)):
        job = jobs.submit(workspace, "drift", {"name": NAME})
    login = Login("admin@ours", home=str(places["ours"]), rules=str(places["rules"]))
    asked = json.dumps(["admin@ours", "", {**vars(login)}])
    with workspace.database() as database:
        database.execute("update jobs set asked_by = ? where id = ?", (asked, job))
    steps.run(workspace, job, JobSettings(niceness=0))
    assert jobs.get(workspace, job).status == jobs.FAILED


def test_a_job_tells_a_viewer_no_reason(queue):
    """Why a job failed may name people."""
    workspace, file = queue
    job = jobs.submit(workspace, "forget", {"name": NAME, "user": "nobody-here"})
    steps.run(workspace, job, JobSettings(niceness=0))
    assert "nobody-here" in jobs.get(workspace, job).error
    grant(file, VIEWER)
    with workspace.database() as database:
        said = packed(say("steps.adaptation", user=real(3)))
        database.execute("update jobs set message = ? where id = ?", (said, job))
    with actors.acting(ed(workspace, file)):
        found = jobs.get(workspace, job)
    assert not [text for text in told([found.error, found.message, found.arguments]) if "nobody-here" in text]
    assert real(3) not in found.message
