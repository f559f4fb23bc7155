"""The end of a growing file: whole records, in order, each once, whatever becomes of the file."""

import os

import pytest

from core.stream.source import LONGEST, ROTATIONS, TRUNCATIONS, Position, Tail


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("header\n")
    return path


def add(path, text) -> None:
    with path.open("a") as stream:
        stream.write(text)


def read_all(tail, times=4) -> list[str | None]:
    return [text for _ in range(times) for text in tail.read(1000).texts]


def test_only_whole_lines(log):
    """The last line waits until it has ended."""
    tail = Tail(log)
    add(log, "a,1\nb,")
    first = tail.read(1000)
    assert (first.texts, first.begins) == (("header", "a,1"), True)
    assert read_all(tail) == []
    assert tail.waiting == 2
    add(log, "2\nc,3\r\n")
    second = tail.read(1000)
    assert (second.texts, second.begins) == (("b,2", "c,3"), False)


def test_goes_on_where_it_was(log):
    """At a position that was kept, also a number of records at a time."""
    add(log, "a\nb\nc\nd\n")
    found = Tail(log).read(2)
    assert found.texts == ("header", "a")
    assert Tail(log, found.position).read(2).texts == ("b", "c")
    assert found.position == Position(9, found.position.device, found.position.inode, found.position.head)


def test_a_renamed_file_is_read_to_its_end_first(log):
    """Then the new one of its name, from its start."""
    tail = Tail(log)
    assert read_all(tail) == ["header"]
    add(log, "a\nlast")
    log.rename(log.with_name("log.csv.1"))
    log.write_text("header\nb\n")
    assert read_all(tail, 6) == ["a", "last", "header", "b"]
    assert tail.happened == {ROTATIONS: 1}


def test_a_file_that_was_renamed_while_nobody_looked(log):
    """It is found by what it is, in the folder of the log."""
    position = Tail(log).read(10).position
    add(log, "a\n")
    log.rename(log.with_name("log.csv.1"))
    log.write_text("header\nb\n")
    assert read_all(Tail(log, position), 6) == ["a", "header", "b"]


def test_a_file_that_is_gone_for_good(log):
    """The new one is read from its start, and that is counted."""
    position = Tail(log).read(10).position
    other = log.with_name("other")
    other.write_text("header\nb\n")
    os.replace(other, log)
    tail = Tail(log, position)
    assert read_all(tail) == ["header", "b"]
    assert tail.happened == {ROTATIONS: 1}


def test_a_file_that_was_cut(log):
    """Or written over, even by something longer: it is read from its start."""
    tail = Tail(log)
    add(log, "a\nb\n")
    assert len(read_all(tail)) == 3
    log.write_text("header\nc\n")
    assert read_all(tail) == ["header", "c"]
    log.write_text("other\n" + "d\n" * 10)
    assert read_all(tail) == ["other", *["d"] * 10]
    assert tail.happened == {TRUNCATIONS: 2}


def test_a_file_that_is_not_there_yet(tmp_path):
    """Is waited for."""
    tail = Tail(tmp_path / "later.csv")
    assert read_all(tail) == []
    (tmp_path / "later.csv").write_text("a\n")
    assert read_all(tail) == ["a"]


def test_text_that_is_none(log):
    """A line that is not UTF-8 is told as such; a mark at the start is none of the text."""
    log.write_bytes(b"\xef\xbb\xbfheader\na\xff\nb\n")
    assert read_all(Tail(log)) == ["header", None, "b"]


def test_line_breaks_in_quotes(log):
    """A record takes its lines together, and waits for the last of them."""
    tail = Tail(log)
    add(log, 'a,"one\n')
    is_open = lambda text: text.count('"') % 2 == 1  # noqa: E731
    assert tail.read(10, is_open).texts == ("header",)
    add(log, 'two"\nb\n')
    assert tail.read(10, is_open).texts == ('a,"one\ntwo"', "b")


def test_a_line_without_end(log):
    """So long that nobody wrote it: given out as it is, so that what follows is read."""
    log.write_text("x" * (LONGEST + 10) + "\nb\n")
    found = read_all(Tail(log))
    assert [len(text) for text in found] == [LONGEST, 10, 1]


@pytest.mark.parametrize(
    ("encoding", "text"), [("cp1252", "café,naïve €"), ("gb18030", "书,用户"), ("cp1251", "фильм,1")]
)
def test_lines_in_the_encoding_of_the_import(log, encoding, text):
    """What is no UTF-8 is read as the log was; what is stays so; without a known encoding it is nothing."""
    with log.open("ab") as stream:
        stream.write(text.encode(encoding) + b"\n" + "é".encode() + b"\n")
    assert Tail(log, encoding=encoding).read(9).texts == ("header", text, "é")
    assert Tail(log).read(9).texts == ("header", None, "é")
