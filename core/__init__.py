"""Meander's engine: import a log, train, track interests, detect drift, recommend, explain.

For notebooks: `import core as meander`, then `log = meander.read("log.csv")` or `meander.open_log("shop")`;
`meander.drift(log)`, `verdict`, `evidence`, `table`, `figure`, `train`, `recommend`, `explain`, `states`, and
`meander.player(log, user)` or `meander.play(log, user)`; see `docs/notebooks.md`. Nothing heavy loads before it is
needed.
"""

import os
from importlib import import_module
from types import ModuleType
from typing import Any

import lazy_loader

# What is computed here is many small products: a second thread waits for the first, takes a core while it does, and
# saves no time (lists for all users of Amazon Beauty: 13.8 CPU-s in 8.9 s, against 8.6 in 8.6). Training has its own
# setting. Whoever sets the variable keeps what was set.
os.environ.setdefault("OMP_NUM_THREADS", "1")

_handed_out, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
_ALSO_PACKAGES = ("drift", "explain")
"""Names of the face that are packages as well: these answer when called, so that both names stay what they are."""


class Askable(ModuleType):
    """A package that answers a call with the function of its name: `core.drift(log)` beside `core.drift.detect`."""

    def __call__(self, *arguments: Any, **settings: Any) -> Any:
        """Ask `core.notebook`."""
        face = import_module("core.notebook")
        return getattr(face, self.__name__.rpartition(".")[2])(*arguments, **settings)


def __getattr__(name: str) -> Any:
    return import_module(f"core.{name}") if name in _ALSO_PACKAGES else _handed_out(name)
