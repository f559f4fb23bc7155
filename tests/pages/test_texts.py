"""Nothing on any page is left untranslated."""

import ast
import itertools
import pickle
import re
import string
from pathlib import Path

import pytest

from core import errors, phrases
from core.charts.theme import OTHER
from core.phrases import log
from pages import _texts as texts
from pages import _words

ROOT = Path(__file__).parents[2]
SAME = {"P", "q", "p", "#", "–", "NDCG@10", "HR@10", "MRR"}
"""Texts that are the same in every language."""
BY_NAME = {
    "left",
    "new",
    "returning",
    "drifted",
    "gone",
    "sessions",
    "min",
    "h",
    "d",
    "found",
    "score",
    "magnitude",
    "progress",
    OTHER,
    "popularity",
    "newness",
    "own history",
    "last events",
    "category",
    "random",
    "recency",
    "oracle",
    "attention alone",
    "%Y",
    "%b %Y",
    "%b %-d, %Y",
}
"""Words of charts that reach `look.say` through a variable."""


def said(folder: str) -> set[str]:
    """Literal texts inside calls of `say(...)` below a folder."""
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node, "func", None)
            if isinstance(node, ast.Call) and getattr(name, "attr", getattr(name, "id", "")) == "say":
                first = node.args[0] if node.args else None
                if first is not None and not isinstance(first, ast.JoinedStr):
                    inner = ast.walk(first)
                    found |= {
                        part.value for part in inner if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    }
    return found


ENGINE = {code.partition(".")[0] for code in phrases.TEXTS}
"""Sections of what the engine says."""


def values_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [code for code in texts.LANGUAGES if code != "en"])
def test_catalogues_hold_the_same_texts(language):
    """Every text is there in every language, with the same values filled in."""
    english = {key: text for key, text in texts.catalogue("en").items() if not key.startswith("charts.")}
    other = {key: text for key, text in texts.catalogue(language).items() if not key.startswith("charts.")}
    assert set(english) == set(other)
    for key, text in english.items():
        assert values_of(other[key]) == values_of(text), key


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_bold_ends_where_markdown_sees_it(language):
    """Bold text that ends in a mark is not followed by a letter at once: Markdown would show the stars."""
    for key, text in texts.catalogue(language).items():
        parts = re.sub(r"\{[^}]*\}", "x", text).split("**")
        for bold, behind in itertools.zip_longest(parts[1::2], parts[2::2], fillvalue=""):
            assert not (re.search(r"[^\w\s]$", bold) and re.match(r"\w", behind)), key


def test_one_of_something_is_singular():
    """No text says “1 users”: where a number stands before its noun, the noun goes with it."""
    nouns = re.compile(r"\b1 (?:new |streamed |other )?(?:events|users|rows|items|categories|changes|days|visits)\b")
    for key, text in texts.catalogue("en").items():
        if key.partition(".")[0] not in {*ENGINE, "charts"}:
            assert not nouns.search(texts.filled(re.sub(r"\{(\w+)(?:!r)?(?::[^?}][^}]*)?\}", "1", text), Ones())), key


class Ones(dict):
    """1 for any name."""

    def __missing__(self, name: str) -> int:
        return 1


def test_chinese_is_chinese():
    """No text was left in English."""
    english = texts.catalogue("en")
    for key, text in texts.catalogue("zh").items():
        chinese = re.search(r"[\u4e00-\u9fff]", text)
        words = re.search(r"[A-Za-z]{3,}", english.get(key, ""))
        assert chinese or not words or text != english[key] or text in SAME, f"{key} is not translated: {text}"


def test_every_text_that_is_said_is_there():
    """A page never asks for a text that no catalogue holds."""
    keys = set(texts.catalogue("en"))
    asked = {text for text in said("pages") if re.fullmatch(r"[a-z_]+\.[A-Za-z_0-9@]+", text)}
    assert len(asked) > 50
    assert asked <= keys


def test_words_of_charts_are_translated():
    """Every word inside a chart has its translation, and no translation is without its word."""
    words = said("core/charts") | BY_NAME
    assert words == set(texts.chart_words("zh"))


def test_what_the_engine_says_is_in_every_catalogue():
    """Each text of the core has its translation with the same values, and no translation is without its text."""
    chinese = texts.catalogue("zh")
    sections = {code.partition(".")[0] for code in phrases.TEXTS}
    assert {key for key in chinese if key.partition(".")[0] in sections} == set(phrases.TEXTS)
    for code, text in phrases.TEXTS.items():
        assert re.search(r"[\u4e00-\u9fff]", chinese[code]), code
        assert values_of(chinese[code]) == values_of(text), code


def test_what_the_engine_says_is_told_in_the_readers_language():
    """Also where one text stands within another; what has no code stays as it is."""
    said = phrases.say("reasons.old", days=30)
    assert texts.told("en", said) == "event is older than 30 days"
    assert texts.told("zh", said) == texts.catalogue("zh")["reasons.old"].format(days=30) != said
    assert texts.told("zh", "Epoch 3") == "Epoch 3"


def test_written_reasons_are_known_again():
    """What an import writes down leads back to its code and numbers; other texts to none."""
    for code, text in log.TEXTS.items():
        if not code.startswith(("cautions.", "decided.", "remarks.", "doubts.")):
            values = dict.fromkeys(values_of(text), 12345)
            found = phrases.read(str(phrases.say(code, **values)))
            assert (found.code, found.values) == (code, values)
    assert phrases.read("impossible time") is None


def test_what_is_written_down_comes_back():
    """Code, values and what stands within survive JSON and pickle; a code that is no more leaves its English."""
    said = phrases.say("reasons.old", days=30)
    for again in (phrases.unpacked(phrases.packed(said)), pickle.loads(pickle.dumps(said))):  # noqa: S301
        assert (again, again.code, again.values) == (said, said.code, said.values)
    assert phrases.unpacked(phrases.packed(said).replace("reasons.old", "reasons.gone")) == said
    assert phrases.unpacked(phrases.packed("Epoch 3")) == "Epoch 3"
    assert phrases.unpacked('{"code": broken') == '{"code": broken'


DOORS = {path for door in ("cli", "agents", "notebook") for path in (ROOT / "core" / door).glob("*.py")}
DOORS |= set((ROOT / "core").rglob("__main__.py")) | {ROOT / "core" / "report" / "narrowing.py"}
"""The command line, agents and notebooks, which speak English, and how they are told of users; no page asks them."""


def uncoded(path: Path) -> list[str]:
    """Where a file gives an error, or the progress of a step, a text without a code."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        raised = isinstance(getattr(errors, name, None), type) and name != "JobCancelledError"
        text = node.args[:1] if raised else node.args[1:2] if name == "progress" else []
        if any(isinstance(each, ast.JoinedStr | ast.Constant | ast.BinOp) for each in text):
            found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def test_errors_and_progress_have_codes():
    """Nothing that a job or a page may show is said in English only."""
    files = [path for path in (ROOT / "core").rglob("*.py") if path not in DOORS]
    assert not [place for path in files for place in uncoded(path)]


def test_every_code_is_used():
    """No text of the core is left over, and none is asked for that is not there."""
    source = "\n".join(path.read_text() for path in (ROOT / "core").rglob("*.py") if "phrases" not in path.parts)
    for code in phrases.TEXTS:
        section = code.partition(".")[0]
        assert f'"{code}"' in source or f"'{code}'" in source or section in ("cautions", "times", "steps"), code


def test_text_from_right_to_left_is_set_apart():
    """A name in Arabic stands in a sentence without turning the words around it; other names are as they are."""
    assert _words.plain("\u062f\u0633\u062a\u0647 1.") == "\u2068\u062f\u0633\u062a\u0647 1\\.\u2069"
    assert _words.plain("Zo\u00eb 短") == "Zo\u00eb 短"
