"""The server opens to the network only where people have to log in, and roles are given at the command line."""

import csv
import io
import os
from pathlib import Path

import pytest

from core import pipeline
from core.cli import main
from core.settings import RULES, SECRETS
from core.workspace import VARIABLE, Workspace, rules

AUTH = {
    "redirect_uri": "https://meander.example.org/oauth2callback", "cookie_secret": "k" * 40, "client_id": "meander",
    "client_secret": "s", "server_metadata_url": "https://login.example.org/.well-known/openid-configuration",
}  # fmt: skip


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that this process would have become."""
    made: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _program, command: made.append(command))
    monkeypatch.setattr(os, "chdir", lambda _folder: None)
    monkeypatch.setattr("core.cli.serve_command.check_port", lambda _port: None)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    for name in (SECRETS, RULES, VARIABLE):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "w"))
    return made


def write(path: Path, **changes: str) -> None:
    lines = [f'{key} = "{value}"' for key, value in (AUTH | changes).items() if value]
    path.write_text("\n".join(["[auth]", *lines]), encoding="utf-8")


@pytest.mark.parametrize("how", [["--share"], ["--address", "192.0.2.1"], ["--address", "::"]])
def test_nobody_is_let_in_from_the_network_without_a_provider(how, started, capsys):
    """The line says what to write and where; nothing starts."""
    assert main(["serve", *how]) == 2
    said = capsys.readouterr().err
    assert "secrets.toml" in said
    assert "[auth]" in said
    assert "server_metadata_url" in said
    assert not started


def test_a_laptop_is_as_it_was(started):
    """Without a configuration the server listens to this machine, and nobody logs in."""
    assert main(["serve"]) == 0
    (command,) = started
    assert "--server.address=127.0.0.1" in command
    assert not [flag for flag in command if "secrets" in flag]


def test_a_shared_server_is_told_its_name_and_its_secrets(started, tmp_path, monkeypatch, capsys):
    """Other names, origins and forged requests are refused by Streamlit, which has its own word for each."""
    write(tmp_path / "secrets.toml")
    monkeypatch.setenv(SECRETS, str(tmp_path / "secrets.toml"))
    assert main(["serve", "--share"]) == 0
    (command,) = started
    told = {
        "address": "0.0.0.0",  # noqa: S104
        "allowedHosts": "meander.example.org",
        "enableCORS": "true",
        "enableXsrfProtection": "true",
    }
    assert {f"--server.{name}={value}" for name, value in told.items()} < set(command)
    assert f"--secrets.files={tmp_path / 'secrets.toml'}" in command
    assert "nobody gets in" in capsys.readouterr().err
    assert main(["grant", "ada@example.org", "admin"]) == 0
    assert main(["serve", "--share"]) == 0
    assert "nobody gets in" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"client_id": ""}, "lacks client_id"),
        ({"cookie_secret": ""}, "lacks cookie_secret"),
        ({"cookie_secret": "short"}, "at least 32 characters, found 5"),
        ({"redirect_uri": "http://meander.example.org/oauth2callback"}, "must begin with https"),
        ({"redirect_uri": "https://meander.example.org/"}, "end with /oauth2callback"),
    ],
)
def test_half_a_provider_is_none(changes, said, started, tmp_path, monkeypatch, capsys):
    """Nor is one whose logins could be forged or read on their way."""
    write(tmp_path / "secrets.toml", **changes)
    monkeypatch.setenv(SECRETS, str(tmp_path / "secrets.toml"))
    assert main(["serve", "--share"]) == 2
    assert said in capsys.readouterr().err
    assert not started


def test_rules_that_cannot_be_read_stop_the_start(started, tmp_path, monkeypatch, capsys):
    """Instead of letting everybody or nobody in without a word."""
    write(tmp_path / "secrets.toml")
    monkeypatch.setenv(SECRETS, str(tmp_path / "secrets.toml"))
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / rules.FILE).write_text('[[grants]]\nperson = "ada"\nrole = "king"', encoding="utf-8")
    assert main(["serve", "--share"]) == 2
    assert "role 'king'" in capsys.readouterr().err
    assert not started


def test_grants_are_shown_and_audited(started, tmp_path, capsys):
    """Who gave whom which role stands in the audit; a later grant takes the place of an earlier one."""
    assert not started
    for role in ("editor", "viewer"):
        assert main(["grant", "ada@example.org", role, "--ids"]) == 0
    assert main(["grant", "=cmd()", "none"]) == 0
    assert main(["grant", "ada@example.org", "viewer", "--group", "nowhere"]) == 2
    capsys.readouterr()
    assert main(["grants"]) == 0
    shown = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["person"], row["role"], row["ids"]) for row in shown] == [
        ("ada@example.org", "viewer", "True"),
        ("'=cmd()", "none", "False"),
    ]
    table = pipeline.audit_table(Workspace(tmp_path / "w"))
    assert table["what"].tolist() == ["granted"] * 3
    assert '"role": "viewer", "to": "ada@example.org"' in table["detail"].iloc[1]
