"""No line vanishes: each is kept, rejected, a duplicate, inside of a quoted cell, or the header."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from tests.data.importing import ALL, HEADER, Imported

START = 1_600_000_000
TITLES = st.one_of(
    st.sampled_from(['"Alive', 'Vinyl 12"', '"', '""', 'a ""b""', '"whole"', '"half" done', 'x\\"y', "", "plain"]),
    st.text('ab ",\t\\', max_size=6),
    st.text('ab "\n', max_size=6).map(lambda text: '"' + text.replace('"', '""') + '"'),
)


def accounted(done: Imported) -> int:
    """Lines that the summary tells of."""
    summary = done.summary
    return sum(summary[name] for name in ("rows_kept", "rows_rejected", "duplicates", "lines_in_cells"))


@settings(max_examples=9, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles=st.lists(TITLES, min_size=12, max_size=40), separator=st.sampled_from(["\t", ",", ";"]))
def test_every_line_is_accounted_for(tmp_path_factory, titles, separator):
    """Whatever quotes, separators and line breaks the titles hold, the lines of the file add up."""
    rows = [separator.join((f"u{n}", title, f"i{n}", str(START + n))) for n, title in enumerate(titles)]
    header = separator.join(("user_id", "title", "item_id", "timestamp"))
    folder = tmp_path_factory.mktemp("log")
    # two rows that nobody could misread, so that something is always left
    sure = [separator.join(("u", "t", f"s{n}", str(START - n))) for n in (1, 2)]
    text = "\n".join([header, *sure, *rows]) + "\n"
    (folder / "log.csv").write_text(text, encoding="utf-8", newline="")
    (folder / "out").mkdir()
    done = Imported(folder / "out", import_files(LogFiles(folder / "log.csv"), folder / "out", ALL))
    in_file = sum(bool(line.strip()) for line in text.split("\n")) - 1
    blank_in_cells = sum(not line.strip() for line in text.rstrip("\n").split("\n"))
    assert in_file <= accounted(done) <= in_file + blank_in_cells
    assert {"u"} <= set(done.events["user_id"])


@pytest.mark.parametrize("separator", ["\t", ","])
def test_a_lone_quote_takes_nothing_in(ingest, separator):
    """A title that begins with a quote and a later one that ends with one: the rows between are rows."""
    titles = ["one", '"Alive no. 2', "three", "four", 'Vinyl 12"', "six"]
    rows = [separator.join(("u", title, f"i{n}", str(START + n))) for n, title in enumerate(titles)]
    done = ingest("\n".join([separator.join(("user_id", "title", "item_id", "timestamp")), *rows]))
    assert done.items["title"].tolist() == titles
    assert done.summary["lines_in_cells"] == 0


@pytest.mark.parametrize("closing", ['said so"', 'and, more, 7"'])
def test_a_cell_over_several_lines_stays_one(ingest, closing):
    """Lines inside of a quoted cell are counted as such, also where they hold separators."""
    done = ingest(f'user_id,title,item_id,timestamp\nu,"he, or she,\n\n{closing},a,{START}\nu,x,b,{START + 1}\n')
    assert done.items["title"].tolist() == [f"he, or she,\n\n{closing[:-1]}", "x"]
    assert done.summary["lines_in_cells"] == 2


def test_a_backslash_before_a_quote(ingest):
    r"""As Spark and MySQL write quotes inside of quoted cells; `\N` is an empty cell."""
    rows = [rf'u,i{n},{START + n},"The \"best\", no. {n}"' for n in range(4)] + [rf"u,j,{START + 9},\N"]
    done = ingest("\n".join([HEADER + ",title", *rows]))
    assert done.items["title"].dropna().tolist() == [f'The "best", no. {n}' for n in range(4)]


def test_a_path_may_end_with_a_backslash(ingest):
    """A backslash before the closing quote is no escape where the cells say otherwise."""
    done = ingest("\n".join([HEADER + ",title", *(rf'u,i{n},{START + n},"C:\{n}\"' for n in range(4))]))
    assert done.items["title"].tolist() == [f"C:\\{n}\\" for n in range(4)]


@pytest.mark.parametrize("separator", [",", " ", "\t"])
def test_names_of_rows(ingest, separator):
    """R leaves the header of the row names out: the header is one cell short, and nothing moves."""
    header = separator.join(f'"{name}"' for name in ("user_id", "item_id", "timestamp"))
    rows = [separator.join((f'"{n}"', '"u"', f'"i{n}"', '"2021-03-01 08:00:00"')) for n in range(1, 5)]
    done = ingest("\n".join([header, *rows]))
    assert done.events["item_id"].tolist() == ["i1", "i2", "i3", "i4"]
    assert set(done.events["user_id"]) == {"u"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_that_were_put_behind_each_other(ingest, encoding):
    """Each begins with a byte order mark and a header: the mark goes, the second header is a rejected row."""
    parts = [f"{HEADER}\n{n},a,{START + n}\n" for n in range(3)]
    done = ingest(b"".join(part.encode(encoding) for part in parts))
    assert done.events["user_id"].tolist() == ["0", "1", "2"]
    assert done.summary["reasons"] == {"row repeats the header": 2}


def test_a_header_that_comes_again_is_no_row(ingest):
    """Also where the time would let it pass, as it is only the order of the rows."""
    done = ingest("user_id,item_id\nu,a\nuser_id,item_id\nu,b\n", columns={"timestamp": "#"})
    assert done.events["item_id"].tolist() == ["a", "b"]
    assert done.summary["reasons"] == {"row repeats the header": 1}


def test_lines_that_end_with_a_separator(ingest):
    """The header need not: the cell behind is empty and belongs to nobody."""
    done = ingest(f"{HEADER}\n" + "".join(f"u,i{n},{START + n},\n" for n in range(3)))
    assert done.events["item_id"].tolist() == ["i0", "i1", "i2"]
