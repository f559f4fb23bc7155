"""Logs with known truth, in many dresses, are read right without a hint; `python -m bench.ingest odd` has more of them.

The kinds here are those that must hold always; what a log may be asked about is judged by the benchmark.
"""

import itertools

from bench.odd_judging import judge
from bench.odd_logs import OddLog, odd_log

LOGS = 30
LAYOUTS = {
    "comma", "semicolon", "tab, quoted", "tab, bare", "pipe", "caret", "tilde", "double colon",
    "double colon, no header", "JSON lines", "JSON array", "Parquet",
}  # fmt: skip
UNREAD = {
    "202402281447", "2024022814", "240228", "2024-02-28 14", "iso +0200 after a space", "zone names", "twitter",
    "iso with AM/PM", "days since 1970", "hours since 1970", "minutes since 1970", "ticks of .NET", "FILETIME",
    "webkit", "cocoa", "seconds of the log", "year", "date + time", "d/m/Y + H:M", "20240228 + 1447",
    "order number", "epoch ns",
}  # fmt: skip
"""Times that are asked about, or are not known yet."""
HARMLESS = {"with prices", "with ages", "with constant", "with amounts", "with addresses", "with row number"}


def is_plain(log: OddLog) -> bool:
    """Whether nothing in a log leads astray but its dress."""
    tags = log.tags
    astray = {tag for tag in tags if tag.startswith("with ")} - HARMLESS
    return (
        tags["layout"] in LAYOUTS
        and tags["time"] not in UNREAD
        and tags["pack"] != "zstandard"
        and log.truth.session != "false"
        and not astray
    )


def test_logs_are_read_right_in_every_dress(tmp_path):
    """Users, items, times, kinds, visits, titles and categories of each log are those that it was made from."""
    logs = itertools.islice(filter(is_plain, map(odd_log, itertools.count())), LOGS)
    wrong = {log.number: found for log in logs if (found := judge(log, tmp_path))[0] != "right"}
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
