"""What pages keep in memory has an end, all of it together; and every other cache of the product has one of its own."""

import ast
import gc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pages import _held as held
from pages import _session as session

ROOT = Path(__file__).parents[2]
OF_ITS_OWN = {"phrases", "words", "assets", "quoting", "time_numbers", "universal", "_texts", "_serving", "detecting",
              "_who"}  # fmt: skip
"""Modules whose caches hold an entry for each of what is known from the start: languages, separators, a provider."""


@pytest.fixture
def cache(monkeypatch):
    """A cached function that gives a megabyte of its own for each argument, and how often it was made."""
    monkeypatch.setenv("MEANDER_PAGES__CACHE_MB", "50")
    made = []

    @session.cached(1000)
    def large(number: int) -> np.ndarray:
        made.append(number)
        return np.zeros(1 << 17)

    yield large, made
    large.clear()


def test_caches_have_a_bound_in_bytes(cache):
    """However many entries they may have: the fullest is emptied before all of them hold more than they may."""
    large, made = cache
    for number in range(200):
        assert large(number).nbytes == 1 << 20
        assert held.held() <= 50 << 20
    gc.collect()
    alive = sum(isinstance(each, np.ndarray) and each.nbytes == 1 << 20 for each in gc.get_objects())
    assert alive <= 50
    assert made == list(range(200))


def test_what_fits_is_made_once(cache):
    """Below the bound nothing goes: what was made is found again."""
    large, made = cache
    first = [large(number) for number in range(10)]
    assert all(large(number) is first[number] for number in range(10))
    assert made == list(range(10))


def test_a_size_counts_what_is_inside():
    """Arrays, frames, and what objects hold, each once."""
    array = np.zeros(1 << 17)
    frame = pd.DataFrame({"text": ["a" * 1000] * 1000, "number": np.arange(1000.0)})

    class Holder:
        def __init__(self):
            self.parts = {"one": array, "two": [array, frame]}
            self.me = self

    assert 1 << 20 <= held.size_of(array) < 1.1 * (1 << 20)
    assert held.size_of(frame) > 1_000_000
    assert (
        held.size_of(array) + held.size_of(frame)
        <= held.size_of(Holder())
        < 1.1 * (held.size_of(array) + held.size_of(frame))
    )


def test_every_cache_has_an_end():
    """A cache in the source says how many entries it may have, or has as many as there are kinds of its argument."""
    endless = []
    for path in [*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            for mark in getattr(node, "decorator_list", []):
                text = ast.unparse(mark)
                one_each = text in ("cache", "functools.cache", "lru_cache", "functools.lru_cache")
                if one_each and path.stem not in OF_ITS_OWN and path.parent.name not in OF_ITS_OWN:
                    endless.append(f"{path.stem}.{getattr(node, 'name', '')}")
                assert "maxsize=None" not in text, path
                assert "st.cache" not in text or "show_spinner" in text, path
    assert not endless
