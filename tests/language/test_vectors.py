"""What items say, and how their vectors are kept and made alike."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.catalogue import build_catalogue
from core.errors import LanguageError
from core.language import ItemVectors, Whitening, kept, sayings
from core.settings import LanguageSettings


def catalogue(**columns):
    """A catalogue of items named by number."""
    frame = pd.DataFrame(columns)
    frame.insert(0, "item_id", [f"i{n}" for n in range(len(frame))])
    return build_catalogue(frame["item_id"].to_numpy(dtype=object), np.zeros(len(frame), dtype=np.int64), frame)


def test_an_item_says_its_words():
    """Title, categories, and columns of words; no numbers, codes, dates, addresses, or names of people."""
    found = sayings(
        catalogue(
            title=["Red tent", None, "Mug | blue"],
            category=["Camping|Sports", "Lamps", None],
            tags=["light, two people", "", "kitchen"],
            author=["Ann Lee", "Bob Ray", "Ann Lee"],
            sku=["A12-7", "B33-1", "C8"],
            year=[1999, 2001, 2002],
            about_it=["It keeps you dry in the rain", "A lamp for long nights at home", "Drink your tea from it"],
            page=["https://example.org/a", "https://example.org/b", "https://example.org/c"],
        ),
        LanguageSettings(),
    )
    assert found.columns == ("title", "category", "tags", "about_it")
    assert found.texts.tolist() == [
        "Red tent. Camping, Sports. light, two people. It keeps you dry in the rain",
        "Lamps. A lamp for long nights at home",
        "Mug , blue. kitchen. Drink your tea from it",
    ]


def test_lists_are_read_piece_by_piece():
    """Categories and tags, each once; neither titles with commas nor prose; no more than are read."""
    items = catalogue(
        title=["Good, bad, ugly", "Mug, red"],
        category=["Film|West", "Film"],
        tags=["old, horses", "cups, red cups"],
        description=["A long story, told by many people in a room", "Made of clay, by hand, in a small village"],
    )
    found = sayings(items, LanguageSettings()).pieces(100)
    assert set(found.texts) == {"Film", "West", "old", "horses", "cups", "red cups"}
    assert [found.texts[piece] for piece in found.piece[found.item == 1]] == ["Film", "cups", "red cups"]
    assert len(sayings(items, LanguageSettings()).pieces(2).texts) == 2


def test_codes_are_no_words():
    """A category of codes, and a title that is the id, say nothing."""
    found = sayings(catalogue(title=["i0", "i1"], category=["attr17|attr2", "attr3"]), LanguageSettings())
    assert found.columns == ()
    assert found.texts.tolist() == ["", ""]


def test_settings_name_the_columns():
    """In the order of the settings; a column that there is not is refused with those that there are."""
    items = catalogue(title=["Red tent"], author=["Ann Lee"])
    assert sayings(items, LanguageSettings(columns="author, title")).texts.tolist() == ["Ann Lee. Red tent"]
    with pytest.raises(LanguageError, match=r"No column 'maker' .* Found: title, category, author"):
        sayings(items, LanguageSettings(columns="maker"))


def test_a_title_of_a_hundred_thousand_words_is_cut():
    """At the end of a word, and it is counted."""
    found = sayings(catalogue(title=["tent " * 100_000, "mug"]), LanguageSettings(characters=33))
    assert found.texts.tolist() == ["tent tent tent tent tent tent", "mug"]
    assert found.cut == 1


@given(st.lists(st.text(min_size=1), unique=True, max_size=12), st.lists(st.text(min_size=1), unique=True, max_size=12))
def test_what_was_kept_is_found_by_its_text(one, other):
    """Each text has its own vector, whichever came first; of the rest nothing is said to be there."""

    def vectors(texts):
        return np.array([[hash(text) % 97, len(text)] for text in texts], dtype=np.float16).reshape(-1, 2)

    found = kept.nothing(2).with_more(kept.hashes(one), vectors(one)).with_more(kept.hashes(other), vectors(other))
    keys = kept.hashes([*one, *other])
    assert found.has(keys).all()
    assert (found.vectors[found.rows(keys)] == vectors([*one, *other])).all()
    assert not found.has(kept.hashes(["\x00 not among them " + "x" * 40])).any()
    only = found.only(kept.hashes(one))
    assert len(only) == len(one)


def test_vectors_come_back_from_the_disk(tmp_path):
    """As they were; a damaged folder holds nothing."""
    found = kept.nothing(3).with_more(kept.hashes(["a", "b"]), np.array([[1, 2, 3], [0, 0, 0]], dtype=np.float16))
    found.save(tmp_path / "words", {"model": "auto"})
    again = kept.read(tmp_path / "words")
    assert (again.keys == found.keys).all()
    assert (again.vectors == found.vectors).all()
    assert again.unread(["a", "b", "c"]) == ["b"]
    assert kept.about(tmp_path / "words") == {"model": "auto"}
    (tmp_path / "words" / kept.VECTORS).write_bytes(b"torn")
    (tmp_path / "words" / kept.ABOUT).write_text("torn")
    assert len(kept.read(tmp_path / "words")) == 0
    assert kept.about(tmp_path / "words") == {}


def test_whitened_vectors_have_no_direction_of_their_own():
    """Before they are scaled to length 1 their covariance is the identity; what is unknown stays zero."""
    random = np.random.default_rng(1)
    values = (random.normal(size=(400, 12)) @ random.normal(size=(12, 12)) + 5).astype(np.float32)
    known = np.arange(400) % 4 > 0
    values[~known] = 0
    source = ItemVectors("words", values, known, "x")
    white = Whitening.of(source, size=8)
    raw = (values[known] - white.centre) @ white.axes
    assert np.allclose(np.cov(raw.T, bias=True), np.eye(8), atol=1e-3)
    found = white.apply(source)
    assert np.allclose(np.linalg.norm(found[known], axis=1), 1, atol=1e-5)
    assert not found[~known].any()
    assert np.allclose(white.apply_to(values[known]), found[known], atol=1e-5)
    assert (Whitening.of(source, size=8).axes == white.axes).all()


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_few_items_are_whitened_as_far_as_they_go(rows):
    """No direction is made up: n items span at most n - 1, and none at all is no error."""
    values = np.random.default_rng(2).normal(size=(rows + 2, 16)).astype(np.float32)
    source = ItemVectors("words", values, np.arange(rows + 2) < rows, "x")
    found = Whitening.of(source).apply(source)
    assert found.shape[1] <= max(0, rows - 1)
    assert np.isfinite(found).all()
