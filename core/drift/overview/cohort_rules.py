"""A cohort's rule as plain values of JSON, and back: how it is kept under a name."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pandas as pd

from core.drift.overview.cohorts import Cohort

MOMENTS = ("start", "end")
DEFAULT = Cohort()


def plain(cohort: Cohort) -> dict[str, Any]:
    """What narrows a cohort down, by field; users who were picked by hand are no rule.

    >>> plain(Cohort(kinds=("abrupt",), start=pd.Timestamp("2024-05-01")))
    {'kinds': ['abrupt'], 'start': '2024-05-01T00:00:00'}
    """
    found = {field.name: getattr(cohort, field.name) for field in fields(Cohort) if field.name != "users"}
    return {name: _plain(value) for name, value in found.items() if value != getattr(DEFAULT, name)}


def read(rule: Mapping[str, Any]) -> Cohort:
    """The cohort that `plain` told of; what today's rules do not know is left out.

    >>> read({"kinds": ["abrupt"], "attributes": [["plan", "free"]]}).attributes
    (('plan', 'free'),)
    """
    known = {field.name for field in fields(Cohort)} - {"users"}
    return Cohort(**{name: _value(name, value) for name, value in rule.items() if name in known})


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _value(name: str, value: Any) -> Any:
    if name in MOMENTS:
        return pd.Timestamp(value)
    return (
        tuple(tuple(each) if isinstance(each, list) else each for each in value) if isinstance(value, list) else value
    )
