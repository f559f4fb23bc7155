"""Settings from text and plain values, and back; what each field means."""

import ast
import dataclasses
import inspect
import itertools
import textwrap
from collections.abc import Iterable
from typing import Any, get_args, get_type_hints

from core.errors import SettingsError
from core.phrases import say
from core.settings.sections import Settings

GONE = {"training.smoothing"}
"""Settings that did nothing and are no more: kept runs still name them."""
AUTO = "auto"
"""Written for a setting that is chosen from the data."""


def as_dict(settings: Settings) -> dict[str, dict[str, Any]]:
    """Plain values, fit for JSON."""
    return dataclasses.asdict(settings)


def describe(section: type) -> dict[str, str]:
    """What each field of a settings class means: the line that stands below it in the source.

    >>> from core.settings import RecommendSettings
    >>> describe(RecommendSettings)["k"]
    'Items in a list.'
    """
    body = ast.parse(textwrap.dedent(inspect.getsource(section))).body[0]
    assert isinstance(body, ast.ClassDef)
    pairs = itertools.pairwise(body.body)
    return {
        field_.target.id: inspect.cleandoc(text.value.value)
        for field_, text in pairs
        if isinstance(field_, ast.AnnAssign) and isinstance(field_.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }


def from_dict(values: dict[str, dict[str, Any]]) -> Settings:
    """Settings from plain values; what is missing keeps its default."""
    named = {f"{section}.{name}": value for section, fields in values.items() for name, value in fields.items()}
    return override(Settings(), [f"{path}={value}" for path, value in named.items() if path not in GONE])


def override(settings: Settings, assignments: Iterable[str]) -> Settings:
    """Settings with some values changed, each given as `section.field=value`; raises `SettingsError`.

    >>> override(Settings(), ["training.epochs=3"]).training.epochs
    3
    """
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        section_name, dot, name = path.strip().partition(".")
        if not equals or not dot:
            raise SettingsError(say("errors.no_assignment", text=assignment))
        section = getattr(settings, section_name, None)
        if section is None:
            raise SettingsError(say("errors.no_section", section=section_name, known=", ".join(_names(settings))))
        if name not in _names(section):
            raise SettingsError(say("errors.no_setting", setting=path.strip(), known=", ".join(_names(section))))
        value = _parse(path.strip(), text.strip(), get_type_hints(type(section))[name])
        settings = dataclasses.replace(settings, **{section_name: dataclasses.replace(section, **{name: value})})
    return settings


def _names(section: Any) -> list[str]:
    return [item.name for item in dataclasses.fields(section)]


def _parse(path: str, text: str, kind: Any) -> Any:
    choices = get_args(kind)
    if type(None) in choices:
        if text.lower() in (AUTO, "none", ""):
            return None
        kind = next(choice for choice in choices if choice is not type(None))
    try:
        if kind is bool:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.lower()]
        return kind(text)
    except (KeyError, ValueError):
        raise SettingsError(say("errors.wrong_type", setting=path, kind=kind.__name__, found=text)) from None
