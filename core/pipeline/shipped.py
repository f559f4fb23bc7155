"""What comes with the sample, so that the first minute needs no waiting: made by `scripts/make_sample.py`.

    sample_data/computed/manifest.json     numbers of the methods that made it, checksums, facts of the log
    sample_data/computed/log/              the sample as its import leaves it, with `derived/`
    sample_data/computed/run/              a trained model, with `derived/`

A file that was damaged or that another method made is left where it is, and what it holds is made anew.
"""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from core.phrases import Said, packed, say, unpacked
from core.pipeline.gate import needs
from core.pipeline.results import marked
from core.settings import VIEWER, Settings
from core.workspace import DataSet, Run, Workspace

FOLDER: Final = Path(__file__).parents[2] / "sample_data" / "computed"
MANIFEST: Final = "manifest.json"
LOG, RUN, DERIVED = "log", "run", "derived"
"""Folders, of which the first two have numbers in the manifest."""
METHODS: Final = {LOG: 2, RUN: 3}
"""Numbers of how a log is imported and a model trained; raise one when the same files would give another result."""
ANEW: Final = "anew.json"
"""Beside what was derived: what had to be made anew, and why."""


@dataclass
class _Shipment:
    """What lies in the folder, and what is wrong with it."""

    folder: Path
    manifest: dict[str, Any]
    said: list[Said] = field(default_factory=list)

    def method(self, part: str) -> bool:
        """Whether a part was made by the method of today."""
        if self.manifest.get("methods", {}).get(part) == METHODS[part]:
            return True
        self.said.append(say("steps.sample_older", file=part))
        return False

    def files(self, part: str, *, derived: bool = False) -> list[str]:
        """Files of a part, or of what was derived from it, by their names in it."""
        start = f"{part}/{DERIVED}/" if derived else f"{part}/"
        names = [name for name in self.manifest.get("files", {}) if name.startswith(start)]
        return [name for name in names if derived or f"/{DERIVED}/" not in name]

    def whole(self, name: str) -> bool:
        """Whether a file is there as it was written."""
        path = self.folder / name
        if path.is_file() and digest(path) == self.manifest["files"][name]:
            return True
        self.said.append(say("steps.sample_damaged", file=name))
        return False

    def all_whole(self, names: list[str]) -> bool:
        """Whether all of some files are; each that is not is told of."""
        return len([name for name in names if self.whole(name)]) == len(names)

    def current(self, name: str) -> bool:
        """Whether today's methods would make a derived file under this name."""
        if marked(name.removeprefix(f"{name.partition('/')[0]}/{DERIVED}/").partition("/")[0]):
            return True
        self.said.append(say("steps.sample_older", file=name))
        return False

    def copy(self, names: list[str], target: Path) -> None:
        """Copy files of one part into a folder."""
        for name in names:
            path = target / name.partition("/")[2]
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / name, path)

    def derived(self, part: str) -> list[str]:
        """Derived files that are whole and current; of results of several files all or none."""
        found = self.files(part, derived=True)
        bad = {_result(name) for name in found if not (self.current(name) and self.whole(name))}
        return [name for name in found if _result(name) not in bad]


def take_over(workspace: Workspace, name: str) -> tuple[DataSet | None, list[Said]]:
    """The sample with all that comes with it, and what of that has to be made anew; no data set if that is the log."""
    shipment = _Shipment(FOLDER, _manifest())
    if not shipment.manifest:
        return None, [say("steps.sample_damaged", file=MANIFEST)]
    log = shipment.files(LOG)
    if not (shipment.method(LOG) and log and shipment.all_whole(log)):
        return None, shipment.said
    with workspace.staging() as folder:
        shipment.copy([*log, *shipment.derived(LOG)], folder)
        data_set = workspace.publish(name, folder, shipment.manifest["summary"])
    _take_run(workspace, data_set, shipment)
    note(data_set, shipment.said)
    return data_set, shipment.said


def _take_run(workspace: Workspace, data_set: DataSet, shipment: _Shipment) -> None:
    model, about = shipment.files(RUN), shipment.manifest.get("run", {})
    if not model or not shipment.method(RUN) or not shipment.all_whole(model):
        return
    if not _as_today(about["settings"]):
        shipment.said.append(say("steps.sample_older", file=RUN))
        return
    run = workspace.new_run(data_set, about["settings"], about["id"])
    shipment.copy([*model, *shipment.derived(RUN)], run.folder)
    workspace.update_run(run, "done", about["metrics"])


def _as_today(settings: dict[str, Any]) -> bool:
    """Whether a run was trained with what are the defaults today."""
    today = asdict(Settings())  # what could not be set then counts as its default
    return all(today[section] | settings.get(section, {}) == today[section] for section in ("model", "training"))


def note(data_set: DataSet, said: list[Said]) -> None:
    """Keep what had to be made anew beside the data set."""
    if said:
        lines = json.dumps([packed(line) for line in said])
        (data_set.derived / ANEW).write_text(lines, encoding="utf-8")


@needs(VIEWER)
def noted(data_set: DataSet) -> list[str]:
    """What of a sample had to be made anew, and why; empty for all other data sets."""
    path = data_set.folder / DERIVED / ANEW
    return [unpacked(line) for line in json.loads(path.read_text(encoding="utf-8"))] if path.exists() else []


def pack(data_set: DataSet, run: Run, folder: Path) -> None:
    """Write what comes with the sample: a data set and a run with all that was derived from them."""
    shutil.rmtree(folder, ignore_errors=True)
    for part, source in ((LOG, data_set.folder), (RUN, run.folder)):
        shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("*.lock", "lock", "checkpoint*", ANEW))
    files = {str(path.relative_to(folder)): digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    about = {"id": run.id, "settings": run.settings, "metrics": run.metrics}
    manifest = {"methods": METHODS, "summary": data_set.summary, "run": about, "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _manifest() -> dict[str, Any]:
    """The manifest, empty where it cannot be read."""
    try:
        found = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and {"methods", "files", "summary"} <= set(found) else {}


def _result(name: str) -> str:
    """The result that a derived file belongs to: itself, or its folder."""
    return "/".join(name.split("/")[:3])
