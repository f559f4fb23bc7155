"""What the player is made of: its words, CSS and JavaScript; modules in `js/` are put together into one text.

Each module becomes a function that returns what it exports, called in the order of the imports, so that names
inside a module stay its own. Only what the modules use is understood: `import { a, b } from "./x.js";` on one
line, and `export` before a function, class or const.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
IMPORT: Final = re.compile(r'^import \{ (?P<names>[\w, ]+) \} from "\./(?P<module>\w+)\.js";$', re.MULTILINE)
EXPORT: Final = re.compile(r"^export (?:default )?(?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE)
DOC: Final = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/)[\s\S])*\*/|//[^\n]*)\n", re.MULTILINE)
"""Types, docs and lines of comment are for who reads the source: a quarter of it that need not travel."""
DEFAULT: Final = re.compile(r"^export default function (?P<name>\w+)", re.MULTILINE)


def assemble(entry: str) -> str:
    """One ES module with the default export of `js/ENTRY.js` and all that it imports."""
    ordered: list[str] = []
    _visit(entry, ordered, ())
    name = DEFAULT.search(_read(entry))
    if name is None:
        raise ValueError(f"js/{entry}.js must have a line `export default function name(...)`.")
    body = "\n".join(_wrap(module) for module in ordered)
    return f"{body}\nexport default module_{entry}.{name['name']};\n"


def css(*, notebook: bool = False, atlas: bool = False) -> str:
    """The style sheet of the player, with that of the `atlas`; in a notebook with the colours of the dashboard."""
    parts = (*(("notebook",) if notebook else ()), "player", "stage", *(("atlas",) if atlas else ()))
    return "".join((FOLDER / f"{part}.css").read_text("utf-8") for part in parts)


@cache
def words(language: str) -> Mapping[str, str]:
    """The texts of the player in a language, not filled in: it fills them in itself."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


def _read(module: str) -> str:
    return DOC.sub("", (FOLDER / "js" / f"{module}.js").read_text("utf-8"))


def _visit(module: str, ordered: list[str], above: tuple[str, ...]) -> None:
    """Append a module after everything that it imports."""
    if module in above:
        raise ValueError(f"js/{module}.js imports itself by way of {', '.join(above)}.")
    if module in ordered:
        return
    for match in IMPORT.finditer(_read(module)):
        _visit(match["module"], ordered, (*above, module))
    ordered.append(module)


def _wrap(module: str) -> str:
    source = _read(module)
    names = ", ".join(match["name"] for match in EXPORT.finditer(source))
    source = IMPORT.sub(lambda match: f"const {{ {match['names']} }} = module_{match['module']};", source)
    return f"const module_{module} = (() => {{\n{EXPORT.sub('', source)}\nreturn {{ {names} }};\n}})();"
