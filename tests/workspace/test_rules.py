"""The rules of access: what they give, what they refuse to say, and that they are written as they are read."""

import getpass
import threading
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ForbiddenError, SettingsError
from core.settings import ADMIN, BLOCKED, EDITOR, NOBODY, ROLES, VIEWER
from core.workspace import Actor, Login, Workspace, actors, granting, rules, rules_file
from core.workspace.rules import Grant

RULES = """
[claims]
role = "realm.roles"
[claims.roles]
boss = "admin"
hand = "editor"
[groups.shop]
workspace = "shop"
role = "viewer"
[groups.clinic]
workspace = "../clinic"
members = "doctors"
[[grants]]
person = "Ada@Example.org"
role = "admin"
group = "shop"
[[grants]]
person = "eve@example.org"
role = "none"
[[grants]]
person = "ida@example.org"
role = "viewer"
ids = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "place" / rules.FILE
    path.parent.mkdir()
    path.write_text(RULES, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        (Login("ada@example.org"), [("shop", ADMIN)]),
        (Login("ada@example.org", groups=("doctors",), roles=("hand",)), [("shop", ADMIN), ("clinic", EDITOR)]),
        (Login("x", groups=("shop", "doctors")), [("shop", VIEWER)]),
        (Login("x", groups=("shop", "doctors"), roles=("hand", "boss", "?")), [("shop", ADMIN), ("clinic", ADMIN)]),
        (Login("x", roles=("boss",)), []),
        (Login("x", groups=("clinic",), roles=("boss",)), []),
        (Login("eve@example.org", groups=("shop",), roles=("boss",)), []),
        (Login("ida@example.org"), [("shop", VIEWER), ("clinic", VIEWER)]),
        (Login("", groups=("shop",), roles=("boss",)), []),
    ],
)
def test_a_grant_goes_before_what_the_provider_says(file, login, expected):
    """And what it says counts only in a group that the person is in."""
    assert [(each.group, each.role) for each in rules.read(file).standings(login)] == expected


def test_who_may_see_ids_and_where_each_group_lies(file):
    """A viewer by a grant with `ids`; folders are reckoned from the file."""
    found = rules.actor_of(Login("ida@example.org", group="clinic", rules=str(file)), "page", "")
    assert (found.role, found.masked, found.root) == (VIEWER, False, file.parent.parent / "clinic")
    assert rules.actor_of(Login("x", groups=("shop",), rules=str(file)), "page", "").masked
    assert rules.actor_of(Login("ida@example.org", group="bank", rules=str(file)), "page", "").role == NOBODY


def test_without_groups_all_share_the_workspace_of_the_server(tmp_path):
    """And nobody has a role where there is no file."""
    login = Login("ada", home=str(tmp_path / "w"), rules=str(tmp_path / rules.FILE))
    assert rules.actor_of(login, "page", "").role == NOBODY
    granting.granted(tmp_path / rules.FILE, Grant("ada", EDITOR))
    found = rules.actor_of(login, "page", "")
    assert (found.role, found.root) == (EDITOR, tmp_path / "w")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[grants]", r"cannot be read"),
        ("\udcff", r"cannot be read"),
        ('[[grants]]\nperson = "a"\nrole = "owner"', r"role 'owner'. Expected viewer, editor, admin, none"),
        ('[[grants]]\nperson = "a"\nrole = ["admin"]', r"for role, expected text"),
        ('[[grants]]\nperson = " a"\nrole = "admin"', r"cannot be the name of a person"),
        ('[[grants]]\nrole = "admin"', r"cannot be the name of a person"),
        ('[[grants]]\nperson = "a"\nrole = "admin"\ngroup = "g"', r"'g' is no group .* Known: none"),
        ('[[grants]]\nperson = "a"\nrole = "admin"\nids = 1', r"for ids, expected true or false"),
        ('[[grants]]\nperson = "a"\nrole = "admin"\n[[grants]]\nperson = "A"\nrole = "none"', r"two grants for 'A'"),
        ("grants = [1]", r"'1' for grants, expected a table"),
        ('[grant]\nperson = "a"', r"hold 'grant' at the top.*Expected claims, groups, grants"),
        ('[claims.roles]\nboss = "none"', r"role 'none'. Expected viewer, editor, admin\."),
        ("[groups.a]", r"for a group, expected a name"),
        ('[groups."a b"]\nworkspace = "a"', r"for a group, expected a name"),
        ('[groups.a]\nworkspace = "x"\n[groups.b]\nworkspace = "x/y"', r"groups a and b folders of which one holds"),
    ],
)
def test_a_file_that_says_anything_unclear_is_refused_whole(file, text, said):
    """With a line that says what was found, where, and what was expected; nobody gets in by the rest of it."""
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SettingsError, match=said) as error:
        rules.read(file)
    assert str(file) in str(error.value) or "person" in str(error.value)


NAMES = st.text(st.sampled_from("ab\"'\\#=[]{}.,-+@éK\u212a漢😀"), min_size=1, max_size=12)
GRANTS = st.lists(
    st.builds(Grant, NAMES, st.sampled_from((*ROLES, BLOCKED)), st.sampled_from(("", "shop", "clinic")), st.booleans()),
    max_size=6, unique_by=lambda grant: (rules.folded(grant.person), grant.group),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(GRANTS)
def test_what_is_granted_is_read_again(grants):
    """Whatever people are called: quotes, signs of TOML and other scripts are parts of a name."""
    told = rules.parsed(tomllib.loads(RULES), Path("/place") / rules.FILE)
    told = replace(told, grants=tuple(grants))
    text = granting.written(told, Path("/place"))
    assert rules.parsed(tomllib.loads(text), Path("/place") / rules.FILE) == told


def test_two_who_grant_at_once_lose_nothing(file):
    """Each reads what the other wrote."""
    many = [threading.Thread(target=granting.granted, args=(file, Grant(f"p{each}", VIEWER))) for each in range(8)]
    for thread in many:
        thread.start()
    for thread in many:
        thread.join()
    assert {f"p{each}" for each in range(8)} < {grant.person for grant in rules.read(file).grants}
    assert [path.name for path in file.parent.iterdir()] == [rules.FILE]


def takes_away(file: Path, by: Login | None, *steps: Grant) -> None:
    """Grants one after another, by somebody; one with an empty role is taken back."""
    with actors.acting(Actor("x", role=ADMIN, login=by)):
        for step in steps:
            if step.role:
                granting.granted(file, step)
            else:
                granting.withdrawn(file, step.person, step.group)


@pytest.mark.parametrize("by", [None, Login("ada@example.org"), Login("zoe")])
@pytest.mark.parametrize("step", [Grant("ADA@example.org", VIEWER), Grant("ada@example.org", "none"),
                                  Grant("ada@example.org", "")])  # fmt: skip
def test_nobody_takes_the_last_admin_away(tmp_path, by, step):
    """Neither they nor another, by no way; nor does the file change. After another became one they may go."""
    file = tmp_path / rules.FILE
    takes_away(file, by, Grant("ed", EDITOR), Grant("ada@example.org", ADMIN))
    before = file.read_text(encoding="utf-8")
    with pytest.raises(SettingsError, match=r"ada@example.org is the last admin here: .* Make somebody else an admin"):
        takes_away(file, by, step)
    assert file.read_text(encoding="utf-8") == before
    takes_away(file, by, Grant("bo", ADMIN), step)
    assert rules.read(file).admins("") == {"bo"}


def test_the_last_admin_of_each_group_stays(file):
    """A grant in the group goes before one in all; where the provider makes whoever does it an admin, they are left."""
    takes_away(file, None, Grant("bo", ADMIN), Grant("bo", VIEWER, "clinic"))
    assert [rules.read(file).admins(group) for group in ("shop", "clinic")] == [{"ada@example.org", "bo"}, set()]
    takes_away(file, None, Grant("ada@example.org", "", "shop"))
    for by in (Login("bo"), Login("x", groups=("doctors",), roles=("boss",))):
        with pytest.raises(SettingsError, match=r"bo is the last admin in the group shop"):
            takes_away(file, by, Grant("bo", ""))
    takes_away(file, Login("x", groups=("shop",), roles=("boss",)), Grant("bo", ""))
    takes_away(file, None, Grant("kim", ADMIN, "shop"), Grant("kim", "", "shop"))  # the provider may make another
    assert not rules.read(file).admins("shop")


def test_what_was_not_given_cannot_be_taken_back(file):
    """Said in one line; a grant in one group is not one in all."""
    for person, group, where in (("zoe", "shop", "in the group shop"), ("ada@example.org", "clinic", "in the group c"),
                                 ("ada@example.org", "", "here")):  # fmt: skip
        with pytest.raises(SettingsError, match=rf"'{person}' was given no role {where}"):
            granting.withdrawn(file, person, group)


def test_names_that_only_look_alike_are_others(file):
    """A Latin letter is not its twin in another script, in no form of Unicode."""
    granting.granted(file, Grant("kim@example.org", ADMIN, "shop"))
    for other in ("\u212aim@example.org", "kіm@example.org", "ｋim@example.org", "kim@example.org\u200b"):
        assert not rules.read(file).standings(Login(other))


def test_no_variable_makes_another_of_whoever_owns_the_machine(monkeypatch):
    """What the system calls them stands in the audit, whatever the environment says."""
    me = actors.by_system().who
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME", "MEANDER_USER"):
        monkeypatch.setenv(name, "somebody-else")
    assert getpass.getuser() == "somebody-else"
    assert (actors.by_system().who, actors.actor().who) == (me, me)


def test_a_block_is_one_threads_alone(tmp_path):
    """What one visitor does is not done by another at the same moment."""
    seen = []
    with actors.acting(Actor("ada", role=ADMIN)):
        other = threading.Thread(target=lambda: seen.append(actors.actor().who))
        other.start()
        other.join()
        assert actors.actor().who == "ada"
    assert seen == [actors.by_system().who]
    with actors.acting(Actor("nobody")), pytest.raises(ForbiddenError, match="Nobody is logged in"):
        Workspace(tmp_path / "w")
    assert not (tmp_path / "w").exists()


def test_the_rules_lie_where_the_variable_says(tmp_path, monkeypatch):
    """Else in the workspace."""
    assert rules_file(tmp_path) == tmp_path / rules.FILE
    monkeypatch.setenv("MEANDER_ACCESS", str(tmp_path / "etc" / "who.toml"))
    assert rules_file(tmp_path) == tmp_path / "etc" / "who.toml"
