"""The layers of ARCHITECTURE.md, held: who may import whom, where caches live, how large things may grow."""

import ast
import importlib
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = sorted((ROOT / "core").rglob("*.py"))
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
LINES, FUNCTION_LINES = 300, 35

LAYERS = [
    {"core.errors", "core.phrases", "core.progress", "core.locks", "core.settings"},
    {"core.workspace", "core.data"},
    {"core.language"},
    {"core.model", "core.drift", "core.atlas"},
    {"core.lists"},
    {"core.explain"},
    {"core.player", "core.stream"},
    {"core.pipeline"},
    {"core.report"},
    {"core.agents", "core.notebook"},
    {"core.jobs"},
    {"core.cli", "core.__main__"},
]
"""From the ground up: a module imports only from its own layer and those before it."""
CHARTS_STAND_ON = {"core.charts", "core.data.schema"}

FORBIDDEN = {
    "app.py": {"torch", "numpy", "pandas", "plotly"},
    "pages": {"core.agents", "core.notebook", "torch", "numpy", "sklearn", "scipy", "umap", "duckdb", "ibis"},
    "core": {"streamlit", "pages", "app"},
    "core/data": {"torch", "umap"},
    "core/language": {"umap", "core.workspace"},
    "core/drift": {"torch", "umap", "core.model"},
    "core/charts": {"torch", "sklearn", "umap"},
    "core/pipeline": {"torch", "umap"},
    "core/jobs": {"torch", "umap"},
}
TORCH_LIVES_IN = ("core/model/", "core/language/bert", "core/explain/attribution", "core/explain/gradients")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path) for path in [*CORE, *PAGES]}
PACKAGES = {name_of(path) for path in CORE if path.name == "__init__.py"}


def handed_out(package: str) -> dict[str, str]:
    """What a package hands out, by name: the module that each name comes from."""
    folder = ROOT / package.replace(".", "/")
    stub = folder / "__init__.pyi"
    if not stub.exists():
        own = {alias.asname or alias.name: f"{node.module}.{alias.name}" for node in tree(folder / "__init__.py").body
               if isinstance(node, ast.ImportFrom) for alias in node.names}  # fmt: skip
        return {name: home if home in MODULES else home.rpartition(".")[0] for name, home in own.items()}
    names = {}
    for node in tree(stub).body:
        if isinstance(node, ast.AnnAssign) and package == "core":  # what its packages are made of
            continue
        assert isinstance(node, ast.ImportFrom), f"{stub}: nothing but imports"
        assert node.level == 1, f"{stub}: imports from within the package only"
        for alias in node.names:
            home = ".".join(filter(None, (package, node.module)))
            inner = f"{home}.{alias.name}"
            names[alias.name] = (
                inner if inner in MODULES else handed_out(home).get(alias.name, home) if home in PACKAGES else home
            )
    return names


@cache
def imports(path: Path) -> list[tuple[str, str]]:
    """Every module and name that a file imports, at the top or inside a function; the name is empty for a module."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: absolute imports only"
            found += [(str(node.module), alias.name) for alias in node.names]
    return found


@cache
def imported(path: Path) -> set[str]:
    """Every module that a file imports: of a name that a package hands out, the module that it comes from."""
    names = set()
    for module, name in imports(path):
        inner = f"{module}.{name}"
        handed = HANDED_OUT.get(module, {})
        names.add(inner if inner in MODULES and name not in handed else handed.get(name, module))
    return names


HANDED_OUT = {package: handed_out(package) for package in PACKAGES}


def is_under(name: str, parents: set[str]) -> bool:
    return any(name == parent or name.startswith(parent + ".") for parent in parents)


def layer(name: str) -> int | None:
    return next((number for number, units in enumerate(LAYERS) if is_under(name, units)), None)


@pytest.mark.parametrize("place", FORBIDDEN)
def test_no_layer_imports_what_is_not_for_it(place):
    """Pages draw, core never draws, torch ends at the model."""
    files = [ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py")
    for path in files:
        broken = {name for name in imported(path) if is_under(name, FORBIDDEN[place])}
        assert not broken, f"{path.relative_to(ROOT)} must not import {sorted(broken)}"


def test_torch_lives_in_the_model():
    """Past the model and its attributions everything is numpy and pandas."""
    for path in CORE:
        where = str(path.relative_to(ROOT))
        if any(is_under(name, {"torch", "captum"}) for name in imported(path)):
            assert where.startswith(TORCH_LIVES_IN), f"{where} must not import torch"


def test_imports_run_one_way():
    """From pages and command line down to settings and errors; no arrow back up."""
    for path in CORE:
        own = layer(name_of(path))
        if own is None:
            continue
        for name in imported(path):
            other = layer(name)
            assert other is None or other <= own, f"{name_of(path)} must not import {name}, which lies above it"


def test_every_core_module_has_a_layer():
    """A new module is given a place in LAYERS, or is a chart."""
    for path in CORE:
        name = name_of(path)
        assert name == "core" or is_under(name, {"core.charts"}) or layer(name) is not None, f"{name} has no layer"


def outermost_door(importer: str, module: str) -> str | None:
    """The outermost package that holds a module and not its importer: what the importer must ask."""
    parts = module.split(".")
    doors = (".".join(parts[:count]) for count in range(2, len(parts) + 1))
    return next((door for door in doors if door in PACKAGES and not is_under(importer, {door})), None)


def test_nobody_reaches_past_a_door():
    """Whoever stands outside a package takes only what its `__init__` hands out."""
    for path in [*CORE, *PAGES]:
        for module, name in imports(path):
            if not is_under(module, {"core"}):
                continue
            inner = f"{module}.{name}"
            door = outermost_door(name_of(path), inner if inner in MODULES else module)
            if door is None or inner == door:
                continue
            where = f"{path.relative_to(ROOT)} takes {name or 'all'} from {module}"
            assert module == door, f"{where}; ask {door}"
            assert name in HANDED_OUT[door] or name in own_names(door), f"{where}, which does not hand it out"


def own_names(package: str) -> set[str]:
    """What a package's own `__init__` defines."""
    body = tree(ROOT / package.replace(".", "/") / "__init__.py").body
    named = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return named | {target.id for node in body if isinstance(node, ast.Assign | ast.AnnAssign)
                    for target in ast.walk(node) if isinstance(target, ast.Name)}  # fmt: skip


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_doors_open(package):
    """Every name that a package says it hands out is there."""
    door = importlib.import_module(package)
    missing = [name for name in HANDED_OUT[package] if not hasattr(door, name)]
    assert not missing, f"{package} hands out {missing} and has none"


FACES = {"core", "core.notebook", "core.pipeline"}
"""What notebooks and programs ask: their names are for people outside as well."""


def test_no_door_hands_out_what_nobody_takes():
    """A name that only its own package uses does not stand in the door."""
    taken = {door: {name for path in [*CORE, *PAGES] for module, name in imports(path)
                    if module == door and name_of(path) != door} for door in PACKAGES}  # fmt: skip
    for door, names in HANDED_OUT.items():
        if not (ROOT / door.replace(".", "/") / "__init__.pyi").exists() or door in FACES:
            continue
        outer = {name for other in PACKAGES if door.startswith(f"{other}.") for name in HANDED_OUT[other]}
        idle = set(names) - taken[door] - outer
        assert not idle, f"{door} hands out {sorted(idle)}, which nobody takes"


def test_charts_stand_on_frames():
    """A chart knows figures, frames and the names of columns, nothing else of the product."""
    for path in (ROOT / "core" / "charts").glob("*.py"):
        broken = {name for name in imported(path) if name.startswith("core") and not is_under(name, CHARTS_STAND_ON)}
        assert not broken, f"{path.name} must not import {sorted(broken)}"


def test_no_circles():
    """No module imports itself in a roundabout way."""
    graph = {name_of(path): imported(path) & MODULES - {name_of(path)} for path in [*CORE, *PAGES]}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(f"circle: {' -> '.join(error.args[1])}") from error


def test_caches_and_session_state_live_in_one_place():
    """st.cache_*, session_state and query_params are touched only in pages/_session.py, and for widgets beside it."""
    for path in PAGES:
        if path.name in {"_session.py", "_widgets.py"}:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st":
                banned = node.attr.startswith("cache_") or node.attr in {"session_state", "query_params"}
                assert not banned, f"{path.relative_to(ROOT)}:{node.lineno} uses st.{node.attr}; see pages/_session.py"


def test_pages_do_not_compute():
    """Grouping and merging belong to core; a page asks for the frame that it shows."""
    for path in PAGES:
        for node in ast.walk(tree(path)):
            banned = isinstance(node, ast.Attribute) and node.attr in {"groupby", "pivot_table", "merge"}
            assert not banned, f"{path.relative_to(ROOT)}:{node.lineno} computes; move it to core"


def test_files_are_short():
    """A file is read in one sitting."""
    files = [*CORE, *PAGES, *(ROOT / "pages").rglob("*.[jt]s"), *(ROOT / "bench").glob("*.py")]
    for path in files:
        lines = len(path.read_text().splitlines())
        assert lines <= LINES, f"{path.relative_to(ROOT)} has {lines} lines, more than {LINES}; split it"


def test_functions_are_short():
    """A function fits on a screen; its docstring does not count."""
    for path in [*CORE, *PAGES]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
                lines = (node.end_lineno or 0) - body[0].lineno + 1
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                assert lines <= FUNCTION_LINES, f"{where} {node.name} has {lines} lines, more than {FUNCTION_LINES}"
