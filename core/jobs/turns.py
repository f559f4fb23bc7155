"""Whose turn it is: person by person, what is quick before what takes long, what is asked for before the rest."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

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


def fair(waiting: Sequence[tuple[str, int]], running: Iterable[str], served: Mapping[str, str]) -> list[int]:
    """Places of waiting jobs in the order of their turn, one of each person: the first of theirs.

    `waiting` says whose each is and its rank, as they stand in the queue; `running` whose those are that run; `served`
    when a job of each person was started last. Who has fewer at work comes first, then what ranks higher, then whoever
    was served longest ago: so fifty jobs of one person hold nobody up for longer than one of them takes.

    >>> fair([("ann", 50), ("ann", 50), ("bob", 40)], running=["ann"], served={})
    [2, 0]
    """
    first: dict[str, int] = {}
    for place, (person, _) in enumerate(waiting):
        first.setdefault(person, place)
    busy = Counter(running)
    return sorted(first.values(), key=lambda place: (busy[waiting[place][0]], -waiting[place][1],
                                                     served.get(waiting[place][0], ""), place))  # fmt: skip


def may_start(step: str, running: list[str], settings: JobSettings) -> bool:
    """Whether a job may start beside those that run: a quick one also where all places are taken by long ones."""
    room = len(running) < settings.at_once
    return room or (step in QUICK and not QUICK & set(running))
