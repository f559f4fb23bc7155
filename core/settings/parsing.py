"""Settings from text and plain values, and back; what each field means."""

import ast
import dataclasses
import inspect
import itertools
import textwrap
from collections.abc import Iterable, Mapping, Sequence
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


def differing(runs: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Settings that are not the same in all runs, by section.field, with the value that each has; None: not known.

    >>> differing([{"model": {"heads": 2, "blocks": 1}}, {"model": {"heads": 4, "blocks": 1}}])
    {'model.heads': (2, 4)}
    """
    known = [{f"{section}.{field}": value for section, values in run.items() if isinstance(values, Mapping)
              for field, value in values.items()} for run in runs]  # fmt: skip
    paths = dict.fromkeys(path for run in known for path in run)
    told = {path: tuple(run.get(path) for run in known) for path in paths}
    return {path: values for path, values in told.items() if any(value != values[0] for value in values)}


def from_dict(values: Mapping[str, Mapping[str, Any]], settings: Settings | None = None) -> Settings:
    """Settings from plain values, as JSON holds them; what is missing stays as in `settings`, else at its default.

    Raises `SettingsError` for a name that there is not and for a value of another type.

    >>> from_dict({"training": {"epochs": 3}}).training.epochs
    3
    """
    settings = settings or Settings()
    for name, fields in values.items():
        known = {field: value for field, value in fields.items() if f"{name}.{field}" not in GONE}
        kinds = _kinds(settings, name, known)
        plain = {field: _checked(f"{name}.{field}", value, kinds[field]) for field, value in known.items()}
        settings = dataclasses.replace(settings, **{name: dataclasses.replace(getattr(settings, name), **plain)})
    return settings


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
        kind = _kinds(settings, section_name, [name])[name]
        settings = from_dict({section_name: {name: parse(path.strip(), text.strip(), kind)}}, settings)
    return settings


def _names(section: Any) -> list[str]:
    return [item.name for item in dataclasses.fields(section)]


def _kinds(settings: Settings, section_name: str, names: Iterable[str]) -> dict[str, Any]:
    """Type of each field of a section; raises `SettingsError` unless there is the section, with these names."""
    section = getattr(settings, section_name, None)
    if section is None:
        raise SettingsError(say("errors.no_section", section=section_name, known=", ".join(_names(settings))))
    for name in names:
        if name not in _names(section):
            setting = f"{section_name}.{name}"
            raise SettingsError(say("errors.no_setting", setting=setting, known=", ".join(_names(section))))
    return get_type_hints(type(section))


def _required(kind: Any) -> tuple[type, bool]:
    """A field's type without None, and whether it may be None."""
    choices = get_args(kind)
    return next((choice for choice in choices if choice is not type(None)), kind), type(None) in choices


def _checked(path: str, value: Any, kind: Any) -> Any:
    """A plain value as its field holds it: whole numbers do for others, but truth values are no numbers."""
    plain, optional = _required(kind)
    if (value is None and optional) or type(value) is plain:
        return value
    if plain is float and type(value) is int:
        return float(value)
    if plain is int and type(value) is float and value.is_integer():
        return int(value)
    raise SettingsError(say("errors.wrong_type", setting=path, kind=plain.__name__, found=value))


def parse(path: str, text: str, kind: Any) -> Any:
    """Text as a value of a field's type; raises `SettingsError`."""
    kind, optional = _required(kind)
    if optional and text.lower() in (AUTO, "none", ""):
        return None
    try:
        if kind is bool:
            return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[text.lower()]
        return kind(text)
    except (KeyError, ValueError):
        raise SettingsError(say("errors.wrong_type", setting=path, kind=kind.__name__, found=text)) from None
