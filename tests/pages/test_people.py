"""Who may do what and what was done, on a page that is there for admins alone."""

import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.errors import ForbiddenError
from core.settings import ADMIN, EDITOR, VIEWER
from core.workspace import Actor, Login, Workspace, actors, audit, rules
from pages import _session as session
from pages import _texts as texts
from pages import _who as who
from pages.data import _audit as part

PAGE = "data/people.py"
ADA, EVE = "ada@example.org", '=cmd|"<b>eve</b>"'


@pytest.fixture
def shared(empty_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace of a shared server, looked at by its only admin."""
    pipeline.grant(empty_workspace, ADA, ADMIN)
    login = Login(ADA, home=str(empty_workspace.root), rules=str(empty_workspace.root / rules.FILE))

    def visitor() -> who.Visitor:
        return who.Visitor(rules.actor_of(login, "page", "203.0.113.7 a1"), until=time.time() + 600)

    monkeypatch.setattr(who, "again", lambda: visitor)
    monkeypatch.setattr(session, "visitor_again", lambda: visitor)
    return empty_workspace


def given(workspace: Workspace) -> list[tuple[Any, ...]]:
    return list(pipeline.grants(workspace)[["person", "role", "ids"]].itertuples(index=False, name=None))


def written(app: AppTest) -> list[str]:
    return [element.value for kind in ("error", "success", "info", "toast") for element in app.get(kind)]


def test_roles_are_given_changed_and_taken_back(shared, open_page):
    """By whoever looks, through the audit; the only admin stays, in one line."""
    app = open_page(PAGE)
    app.text_input("role_person").set_value(EVE).run()
    app.checkbox("role_ids").check()
    app.button("role_give").click().run()
    assert given(shared) == [(ADA, ADMIN, False), (EVE, VIEWER, True)]
    app.text_input("role_person").set_value(ADA.upper()).run()
    assert app.selectbox("role_role").value == ADMIN
    app.button("role_take").click().run()
    (error,) = app.error
    assert "is the last admin here" in error.value
    assert "\n" not in error.value
    app.text_input("role_person").set_value(EVE).run()
    app.button("role_take").click().run()
    assert given(shared) == [(ADA, ADMIN, False)]
    rows = pipeline.audit_table(shared)
    assert [*zip(rows["what"], rows["who"], strict=True)][1:] == [("granted", ADA), ("withdrawn", ADA)]
    assert not app.error
    assert not app.exception


def test_the_audit_is_narrowed_down_turned_over_and_verified(shared, open_page):
    """Newest first, a page at a time, by person; a row that was changed is named; the file opens as text."""
    with shared.database() as database:
        database.execute("begin immediate")
        for number in range(part.ROWS + 20):
            audit.record(database, "opened", "", "", to=EVE if number < 3 else f"p{number}")
    app = open_page(PAGE)
    table = app.dataframe[1].value
    assert list(table["number"])[::99] == [part.ROWS + 21, 22]
    assert set(table["what"]) == {"user looked at"}
    app.button("audit_older").click().run()
    assert list(app.dataframe[1].value["number"]) == [*range(21, 0, -1)]
    app.text_input("audit_person").set_value(EVE)
    app.button("audit_verify").click().run()
    assert list(app.dataframe[1].value["number"]) == [4, 3, 2]
    assert any("Nothing was changed or taken out: 121 rows" in text for text in written(app))
    with closing(sqlite3.connect(shared.root / "meander.db")) as database:
        database.execute("update audit set detail = '[broken' where number = 9")
        database.commit()
    app.button("audit_verify").click().run()
    assert any("Row 9 of the audit" in text for text in written(app))
    assert not app.exception


def test_the_file_of_the_audit_is_safe_and_audited(shared):
    """What somebody called themselves runs nowhere, and that the file was taken is a row."""
    with actors.acting(Actor(EVE, role=ADMIN)):
        pipeline.opened(shared, "", "")
    text = part.file(audit.Sought(person=EVE))()
    assert text.splitlines()[1].split(",", 2)[2].startswith("\"'=cmd")
    assert pipeline.audit_table(shared)["detail"].iloc[-1] == '{"table": "audit"}'


def test_only_admins_find_the_page(shared, open_page, monkeypatch):
    """It is in nobody else's list, and what it asks is refused to them."""
    for role, there in ((VIEWER, False), (EDITOR, False), (ADMIN, True)):
        with actors.acting(Actor("x", "page", role=role, root=shared.root)):
            assert who.opens("data/people") is there
            for ask in (pipeline.grants, pipeline.grant_place, pipeline.audit_kinds):
                if not there:
                    with pytest.raises(ForbiddenError):
                        ask(shared)
    monkeypatch.setattr(who, "again", lambda: lambda: who.Visitor(Actor("e", "page", role=EDITOR, root=shared.root)))
    app = open_page("data/library.py")
    assert texts.catalogue("en")["pages.people"] not in {link.label for link in app.get("page_link")}


@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_without_logins_the_audit_stands_alone(empty_workspace, open_page, lang):
    """On a laptop there are no roles to give."""
    app = open_page(PAGE, lang=lang)
    assert "role_person" not in {field.key for field in app.text_input}
    assert app.button("audit_verify").label == texts.catalogue(lang)["people.verify"]
    assert not empty_workspace.data_sets()
