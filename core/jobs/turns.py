"""Whose turn it is: what is quick before what takes long, what someone asked for before what follows by itself."""

from core.settings import JobSettings

QUICK = {"import", "sample", "world", "drift", "purge", "forget"}
"""Steps that never wait for those that take long: data sets, and who drifted in them."""
LAST = {"atlas", "evaluate"}
"""Steps that come last where nobody asked for them: maps, measures and tests of explanations."""
FAITHFUL = "faithfulness"
"""The table that an `evaluate` step makes after all others."""


def rank(step: str, asked: bool, table: str = "") -> int:
    """Place in the queue, the highest first; within a rank the oldest first.

    >>> rank("drift", asked=False) > rank("train", asked=True) > rank("evaluate", asked=False)
    True
    """
    last = 2 * (step in LAST) + (table == FAITHFUL or step == "atlas")
    return 100 * (step in QUICK) + 50 * asked + 10 * (step in {"import", "sample", "world"}) - last


def may_start(step: str, running: list[str], settings: JobSettings) -> bool:
    """Whether a job may start beside those that run: a quick one also where all places are taken by long ones."""
    room = len(running) < settings.at_once
    return room or (step in QUICK and not QUICK & set(running))
