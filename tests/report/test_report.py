"""What a report tells of a log whose ids and categories are as hostile as they come, and of what it keeps silent."""

import io
import re
import shlex
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import pipeline, report
from core.cli import main
from core.cli.parser import build
from core.data.simulate import simulate
from core.drift import DIRECTIONS, KINDS, NAMED, STATUSES, Cohort, cohorts, flowing
from core.drift import population as populations
from core.errors import InputError
from core.report import pictures
from core.report.blocks import Commands, Picture, Table, Text
from core.report.plain import escaped
from core.report.words import LANGUAGES, Words
from core.settings import NamingSettings, SimulationSettings
from core.workspace import Workspace

NAME = "hostile"
NASTY = (
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[x](http://evil.example)",
    "`rm -rf $HOME`",
    "**b** _i_ <b>&amp;",
    "\u0642\u0635\u0635 \u202e\u0627",
    "=1+1",
    "{name:,} {0} %s",
    "a\nb\r\n# c",
    "'; drop 'x",
)
"""One in the id of each user, one for each category."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with a simulated log whose texts are all hostile, and its drift table."""
    made = simulate(SimulationSettings(users=80, categories=len(NASTY), items_per_category=5, days=120))
    names = dict(zip(sorted(set("|".join(made.items["category"]).split("|"))), NASTY, strict=True))
    known = {user: f"{user} {NASTY[at % len(NASTY)]}" for at, user in enumerate(made.users["user_id"])}
    tables = {
        "events": made.events.assign(user_id=made.events["user_id"].map(known)).sort_values(["user_id", "timestamp"]),
        "items": made.items.assign(
            category=["|".join(names[name] for name in cell.split("|")) for cell in made.items["category"]]
        ),
        "users": made.users.assign(user_id=made.users["user_id"].map(known), town=["a", "<b>"] * 40),
    }
    found, rows = Workspace(tmp_path_factory.mktemp("report") / "workspace"), len(made.events)
    summary = {"rows_read": rows + 1, "rows_kept": rows, "rows_rejected": 1, "reasons": {"impossible time": 1},
               "duplicates": 0, "users": 80, "items": len(made.items), "categories": len(NASTY), "ordinal": False,
               "first": "2024-01-01T00:00:00", "last": "2024-04-29T00:00:00", "session_gap_minutes": 30.0,
               "recipe": {"settings": {"min_events": 7, "leave_out": [NASTY[0]]}}}  # fmt: skip
    with found.staging() as folder:
        for part, frame in tables.items():
            frame.to_parquet(folder / f"{part}.parquet", index=False)
        (folder / "rejects.csv").write_text("line,reason\n3,impossible time\n", encoding="utf-8")
        found.publish(NAME, folder, summary)
    return found


@pytest.fixture(scope="module")
def known(workspace):
    """The drift table as the overview reads it, and the log."""
    return report.judged(workspace, NAME, NamingSettings())


@pytest.fixture
def facts(workspace, known):
    """Gathers what is told of a cohort."""
    return lambda cohort=None, **asked: report.gather(workspace, NAME, report.Asked(cohort=cohort, **asked), known)


@pytest.fixture
def run(workspace, capsys):
    """Run a command in the workspace: exit code, output, errors."""

    def command(*arguments):
        code = main([*map(str, arguments), "--workspace", str(workspace.root)])
        return code, *capsys.readouterr()

    return command


class Seen(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.said = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep its name and those of its attributes."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        """Keep it."""
        self.said.append(data)


OURS = {"html", "head", "meta", "title", "style", "body", "main", "header", "section", "article", "figure", "h1", "h2",
        "h3", "p", "ul", "li", "div", "span", "pre", "table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line",
        "circle", "polygon", "polyline", "text"}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_log_becomes_a_sign(facts, language):
    """Ids and categories stand in the page as they are; there is no tag, script or address that is not ours."""
    told = facts()
    assert told.cards, "the fixture must hold somebody who is named"
    text = report.html(report.paper(told, Words(language)))
    seen = Seen(text)
    assert seen.tags <= OURS
    assert not {name for name in seen.attributes if name.startswith("on") or name in ("href", "src")}
    assert not re.search(r"url\(|@import|https?://(?!evil\.example)", text)
    said = "".join(seen.said)
    assert all(
        " ".join(card.user.split()).replace("\u202e", "")[:20] in said.replace("\u202e", "") for card in told.cards
    )


def test_markdown_holds_no_signs_of_the_log(facts):
    """What could be read as a sign has a backslash before it, cells of a table included; lines are ours."""
    text = report.markdown(report.paper(facts(), Words()))
    body = text.partition("```")[0]
    assert not re.search(r"(?<!\\)[<\[`]|(?<!\\)http://", body)
    assert not [line for line in body.splitlines() if line.startswith("# c")]
    rows = [line for line in body.splitlines() if line.startswith("|")]
    widths = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert widths <= {3, 4, 5, 6}


@given(st.text())
def test_escaped_text_reads_as_it_was(text):
    """Without its backslashes it is the same line, and none of its signs stands alone."""
    line, out = " ".join(text.split()), escaped(text)
    assert re.sub(r"\\([\W_])", r"\1", out).replace("\\", "") == line.replace("\\", "")
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>`*_\[\]|]", out)


def test_masked_reports_hold_no_id(facts, workspace, run, tmp_path):
    """Neither the page, nor Markdown, nor the table of people; the hash is that of all other exports."""
    told = facts(key=workspace.secret())
    for text in (report.html(report.paper(told, Words())), report.markdown(report.paper(told, Words()))):
        assert not re.search(r"u\d{6}", text)
    code, out, _ = run("report", NAME, "--table", "people", "--mask")
    assert code == 0
    assert not re.search(r"u\d{6}", out)
    run("report", NAME, "--table", "people", "--mask", "--out", tmp_path / "people.parquet")
    written = pd.read_parquet(tmp_path / "people.parquet")["user_id"]
    assert list(written) == list(pd.read_csv(io.StringIO(out))["user_id"])


def test_a_cohort_is_what_the_filters_leave(facts, known):
    """Its figures are those of the same users on the overview; nothing is reckoned from who was picked by verdict."""
    told = facts(Cohort(attributes=(("town", "<b>"),)))
    users = known[0]["user_id"]
    assert 0 < len(told.table) < len(users)
    assert told.found.summary.named == int(told.table[NAMED].sum())
    paper = report.paper(told, Words())
    assert "town is <b>" in paper.lead[1]
    picked = report.paper(facts(Cohort(statuses=("named",))), Words())
    assert "changed in all" not in str(picked.sections[0].blocks)
    with pytest.raises(InputError, match="No user of 'hostile' fits"):
        facts(Cohort(text="nobody at all"))


def test_every_command_that_is_named_can_be_run(facts, run):
    """The lines parse whatever the categories are called, and give the tables that the report was made of."""
    cohort = Cohort(sources=NASTY[:6], statuses=("named",), min_events=3, text="u0")
    told = facts(cohort)
    (lines,) = [block.lines for block in report.paper(told, Words()).sections[-1].blocks if isinstance(block, Commands)]
    for line in lines:
        words = shlex.split(line)
        assert words[:3] == ["python", "-m", "core"]
        build().parse_args(words[3:])
    (people,) = [shlex.split(line) for line in lines if "--table people" in line]
    code, out, error = run(*people[3:-2])
    assert code == 0, error
    assert out.count("\n") >= len(told.table) + 1
    hidden = report.paper(facts(cohort, key="secret"), Words()).sections[-1].blocks[-1].lines
    assert not [line for line in hidden if "u0" in line]


def test_options_of_the_command_are_those_of_the_filters():
    """Verdicts, kinds and directions that can be asked for are those that there are."""
    chosen = {
        action.dest: action.choices
        for parser in build()._subparsers._group_actions[0].choices.values()
        if parser.prog.endswith("report")
        for action in parser._actions
    }
    assert (chosen["status"], chosen["kind"], chosen["direction"]) == (STATUSES, KINDS, DIRECTIONS)
    assert chosen["table"] == report.TABLES


def test_tables_are_those_of_the_pages(facts, known):
    """The same core functions give the same figures."""
    told = facts()
    table, log = known
    tables = report.tables(told)
    pd.testing.assert_frame_equal(tables["flows"], flowing.flows(table, log))
    turned = ["from_category", "to_category"]
    counted = populations.flows(table).set_index(turned)["users"]
    assert counted.to_dict() == tables["flows"].set_index(turned)["users"].to_dict()
    pd.testing.assert_frame_equal(tables["shares"], populations.share_over_time(table, log))
    assert tables["people"]["user_id"].tolist() == cohorts.surest(table)["user_id"].tolist()
    assert set(tables) == set(report.TABLES)


def test_what_is_not_there_is_said(facts):
    """Without a clock, a model, planted trials or anybody named each part says so, and no drawing is empty."""
    told = facts()
    bare = replace(
        told, found=replace(told.found, unit="", shares=told.found.shares[:0], flows=told.found.flows[:0]), cards=[]
    )
    text = report.html(report.paper(bare, Words()))
    for words in (
        "no times, so there is nothing",
        "No user turned from",
        "no trained model",
        "No changes have been planted",
        "so nobody is told",
    ):
        assert words in text
    assert "<svg></svg>" not in text
    assert "data.min_events" in text
    assert "timestamp is" in text or "impossible time" in text


def test_lists_are_told_where_they_were_measured(facts, workspace):
    """The sentence of the overview, and a row per model."""
    row = {"model": "blend", "changes": 7, "already": 0.25, "followed": 0.5, "lag": 4.0, "old_share_10": 0.31}
    run = pipeline.new_run(workspace, NAME)
    paper = report.paper(replace(facts(), lag=pd.DataFrame([row]), run=run), Words())
    text, table, _ = paper.sections[3].blocks
    assert isinstance(text, Text)
    assert text.text.startswith("After a change of interest half of the lists have followed by event 4 (7 changes).")
    assert isinstance(table, Table)
    assert table.rows == (("our lists", "25%", "50%", "4", "31%"),)


def test_pictures_stand_on_the_frames(facts):
    """As many points as periods, none outside of the plane; the table beside it has the same rows."""
    told = facts()
    (picture, *_) = [
        b for section in report.paper(told, Words()).sections for b in section.blocks if isinstance(b, Picture)
    ]
    assert picture.svg.count("<circle") == len(told.found.shares) == len(picture.table.rows)
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', picture.svg)]
    assert all(pictures.TOP <= y <= pictures.BOTTOM for y in heights)


@pytest.mark.parametrize("frame", [1, 2, 70])
def test_a_drawing_holds_any_number_of_periods(frame):
    """One period, two, or many: dates at both ends, all inside."""
    shares = pd.DataFrame(
        {"timestamp": pd.date_range("2024-01-01", periods=frame), "share": 0.0, "low": 0.0, "high": 0.0}
    )
    drawn = pictures.over_time(shares, "D", "said")
    assert "2024-01-01" in drawn
    assert f"{shares['timestamp'].iloc[-1]:%Y-%m-%d}" in drawn
    assert "nan" not in drawn


def test_the_command_writes_either_form(run, workspace, tmp_path):
    """HTML, or Markdown by the ending, noted in the audit; the same twice; and bad input is refused in one line."""
    for ending in ("html", "md"):
        code, _, error = run("report", NAME, "--out", tmp_path / f"a.{ending}", "--people", "2", "--lang", "zh")
        assert code == 0, error
        first = (tmp_path / f"a.{ending}").read_text("utf-8")
        assert pipeline.audit_table(workspace, NAME).iloc[-1]["what"] == "exported"
        assert first.startswith("<!doctype html>" if ending == "html" else "# 谁变了：hostile")
        run("report", NAME, "--out", tmp_path / f"b.{ending}", "--people", "2", "--lang", "zh")
        assert (tmp_path / f"b.{ending}").read_text("utf-8") == first
    for wrong, told in (
        (["--attribute", "town"], "COLUMN=VALUE"),
        (["--since", "soon"], "is no moment"),
        ([], "--out"),
    ):
        out = ["--out", tmp_path / "c.html"] if wrong else []
        code, _, error = run("report", NAME, *out, *wrong)
        assert code == 2
        assert told in error
    assert not (tmp_path / "c.html").exists()
