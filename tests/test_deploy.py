"""The image, the compose file and the proxy's file say what is true of the product."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from core.cli.workers import upstream

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def steps() -> list[list[str]]:
    """The instructions of the Dockerfile, each as words, with lines that go on put together."""
    text = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE))
    return [line.split() for line in text.splitlines() if line.strip()]


def copied() -> list[tuple[str, str]]:
    """What is copied from the project into the image: from where, to where."""
    lines = [step[1:] for step in steps() if step[0] == "COPY" and not step[1].startswith("--from")]
    return [(source, line[-1]) for line in lines for source in line[:-1]]


def sent(path: str) -> bool:
    """Whether the last rule of .dockerignore that fits a path lets it through."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    through = True
    for rule in rules:
        pattern = rule.lstrip("!").removeprefix("**/")
        parts = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
        if any(fnmatch(part, pattern) or fnmatch(Path(part).name, pattern) for part in parts):
            through = rule.startswith("!")
    return through


def test_what_is_copied_is_there_and_sent():
    """Each file of a COPY exists, and .dockerignore does not keep it back; secrets and logs are kept back."""
    assert copied()
    for source, _ in copied():
        assert (ROOT / source).exists(), source
        assert sent(source), source
    for path in (".streamlit/secrets.toml", ".workspace/meander.db", ".git/config", "tests/test_docs.py", "log.csv"):
        assert not sent(path), path


def test_the_image_has_no_root_and_two_stages():
    """The last user is a number that is not 0, set before the command; what builds packages stays behind."""
    words = steps()
    users = [step[1] for step in words if step[0] == "USER"]
    assert users
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", users[-1])
    assert sum(step[0] == "FROM" for step in words) == 2
    names = [step[0] for step in words]
    assert names.index("USER") < names.index("ENTRYPOINT") < names.index("CMD")
    assert not [step for step in words if step[0] == "ADD"]


def test_the_command_of_the_image_is_one_of_ours():
    """ENTRYPOINT and CMD, of the image and of the compose file, are parsed by the command line."""
    from core.cli.parser import build

    told = {step[0]: json.loads(" ".join(step[1:])) for step in steps() if step[0] in ("ENTRYPOINT", "CMD")}
    assert told["ENTRYPOINT"] == ["python", "-m", "core"]
    compose = (DEPLOY / "compose.yaml").read_text()
    command = json.loads(re.search(r"command: (\[.*\])", compose)[1])
    for arguments in (told["CMD"], command):
        options = build().parse_args(arguments)
        assert options.share, "the image must ask for logins"
    assert (
        upstream("meander", range(options.port, options.port + options.workers))
        == (DEPLOY / "upstream.conf").read_text().strip()
    )


def test_nothing_in_compose_is_writable_or_missing():
    """Both services are read-only without rights; what they mount from here is here, or is said to be needed."""
    text = (DEPLOY / "compose.yaml").read_text()
    services = re.split(r"\n  (?=\w+:\n)", text.partition("services:\n")[2].partition("\nnetworks:")[0])
    assert len(services) == 2
    for service in services:
        for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
            assert line in service
    needed = {"secrets.toml", "certificate.pem", "key.pem"}
    for source in re.findall(r"- \./([\w.]+):", text):
        assert (DEPLOY / source).exists() or source in needed
        assert source not in needed or source in text.partition("services:")[0]
    variables = re.findall(r"(MEANDER_\w+): \"(\w+)\"", text)
    assert variables
    environment = {**os.environ, **dict(variables)}
    check = "from core import settings; settings.check()"
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, env=environment, check=False).returncode == 0


def test_the_proxy_knows_what_streamlit_needs():
    """Sockets are passed on, a visitor stays at one server, uploads are as large as the server takes."""
    text = (DEPLOY / "nginx.conf").read_text()
    largest = re.search(r"maxUploadSize = (\d+)", (ROOT / ".streamlit" / "config.toml").read_text())[1]
    wanted = (f"client_max_body_size {largest}m;", "proxy_set_header Upgrade $http_upgrade;",
              "proxy_http_version 1.1;", "proxy_pass http://meander;", "include meander-upstream.conf;",
              "ssl_protocols TLSv1.2 TLSv1.3;")  # fmt: skip
    for line in wanted:
        assert line in text, line
    assert "hash $meander_visitor consistent;" in upstream("127.0.0.1", [1])
    assert text.count("{") == text.count("}")


def test_the_health_command_works_here(tmp_path):
    """The command of HEALTHCHECK says what is ready; it fails where the server does not answer."""
    line = next(step for step in steps() if step[0] == "HEALTHCHECK")
    command = json.loads(" ".join(line[line.index("CMD") + 1 :]))
    assert command[:4] == ["python", "-m", "core", "ready"]
    environment = {**os.environ, "MEANDER_WORKSPACE": str(tmp_path / "workspace")}
    run = [sys.executable, *command[1:4], "--json"]
    done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["workspace"] == "writable", shlex.join(run) + done.stderr
    dead = subprocess.run([*run, "--port", "1"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert dead.returncode == 2
    assert "gives no answer" in dead.stderr


@pytest.fixture
def image(tmp_path) -> Path:
    """A folder with what the image copies, and nothing else, that nobody may write to."""
    root = tmp_path / "image"
    for source, target in copied():
        place = root / target / Path(source).name if target == "./" else root / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, place)
    for path in root.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield root
    for path in root.rglob("*"):
        path.chmod(0o755)


def test_what_is_copied_is_enough(image, tmp_path):
    """From those files alone, none of them writable, the first page is drawn and a command answers."""
    environment = {**os.environ, "MEANDER_WORKSPACE": str(tmp_path / "workspace"), "PYTHONDONTWRITEBYTECODE": "1"}
    script = (
        "import core.jobs; from core.jobs import worker; "
        "core.jobs.ensure_worker = worker.ensure_worker = lambda _workspace: None; "
        "from streamlit.testing.v1 import AppTest; "
        "app = AppTest.from_file('app.py', default_timeout=120).run(); "
        "assert not app.exception, app.exception[0].stack_trace; print(len(app.main))"
    )
    drawn = subprocess.run(
        [sys.executable, "-c", script], cwd=image, env=environment, capture_output=True, text=True, check=False
    )
    assert drawn.returncode == 0, drawn.stderr[-2000:]
    assert int(drawn.stdout.split()[-1]) > 0
