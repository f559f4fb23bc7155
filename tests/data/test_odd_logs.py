"""Logs with known truth, in many dresses, are read right without a hint; `python -m bench.ingest odd` has more of them.

Numbers that only a person can tell from others are left to the benchmark, which judges whether they are asked about.
"""

import itertools

from bench.odd_judging import judge
from bench.odd_logs import OddLog, odd_log

LOGS, CHOICE = 16, 60
"""So many of the first so many: those that have the most dresses between them."""
DOUBTFUL = {"240228", "hours since 1970", "minutes since 1970", "cocoa", "seconds of the log", "year"}
"""Times that may be asked about."""


def is_sure(log: OddLog) -> bool:
    """Whether nothing in a log needs to be asked about."""
    return log.tags["time"] not in DOUBTFUL


def is_plain(log: OddLog) -> bool:
    """Whether an import has nothing to say of a log."""
    astray = any(tag.startswith("with ") for tag in log.tags) or log.truth.session == "false"
    return is_sure(log) and log.tags["time"] == "iso with T" and not astray


def many_dresses() -> list[OddLog]:
    """Logs each of which brings more that no other had than any that is left."""
    left, chosen, seen = list(itertools.islice(filter(is_sure, map(odd_log, itertools.count())), CHOICE)), [], set()
    for _ in range(LOGS):
        chosen.append(max(left, key=lambda log: len(log.tags.items() - seen)))
        left.remove(chosen[-1])
        seen |= chosen[-1].tags.items()
    return chosen


def test_logs_are_read_right_in_every_dress(tmp_path):
    """Users, items, times, kinds, visits, titles and categories of each log are those that it was made from."""
    wrong = {log.number: found for log in many_dresses() if (found := judge(log, tmp_path))[0] != "right"}
    assert not wrong


def test_a_log_is_made_from_its_number_alone():
    """The same number gives the same bytes and truth; another one another log."""
    assert odd_log(7) == odd_log(7)
    assert odd_log(7).content != odd_log(8).content


def test_what_is_silently_wrong_is_found(tmp_path):
    """The judge is no yes-sayer: it tells a log from one whose truth it is not."""
    log = next(filter(is_plain, map(odd_log, itertools.count())))
    events = [*log.truth.events[1:], log.truth.events[1]]
    lied = OddLog(log.number, log.name, log.content, type(log.truth)(**{**vars(log.truth), "events": events}), log.tags)
    assert judge(log, tmp_path)[0] == "right"
    assert judge(lied, tmp_path)[0] == "wrong"
