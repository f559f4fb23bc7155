"""The layers of ARCHITECTURE.md, held: who may import whom, where caches live, how large things may grow."""

import ast
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
    {"core.model", "core.drift", "core.atlas"},
    {
        "core.basis",
        "core.recommend",
        "core.rerank",
        "core.serving",
        "core.moving",
        "core.stream",
        "core.explain",
        "core.replay",
        "core.duet",
        "core.scatter",
        "core.playback",
        "core.steps",
        "core.shown",
        "core.packing",
    },
    {"core.pipeline"},
    {"core.jobs", "core.live"},
    {"core.console", "core.commands", "core.following", "core.inquiries", "core.__main__"},
]
"""From the ground up: a module imports only from its own layer and those before it."""
CHARTS_STAND_ON = {"core.charts", "core.data.schema"}

FORBIDDEN = {
    "app.py": {"torch", "numpy", "pandas", "plotly"},
    "pages": {"torch", "numpy", "sklearn", "scipy", "umap", "duckdb", "ibis"},
    "core": {"streamlit", "pages", "app"},
    "core/data": {"torch", "umap"},
    "core/drift": {"torch", "umap", "core.model"},
    "core/charts": {"torch", "sklearn", "umap"},
    "core/pipeline": {"torch", "umap"},
    "core/jobs": {"torch", "umap"},
}
TORCH_LIVES_IN = ("core/model/", "core/explain/attribution", "core/explain/gradients")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path) for path in [*CORE, *PAGES]}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, at the top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: absolute imports only"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in MODULES else str(node.module) for name in inner}
    return names


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


def test_caches_and_session_state_live_in_one_file():
    """st.cache_*, session_state and query_params are touched only in pages/_session.py."""
    for path in PAGES:
        if path.name == "_session.py":
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
