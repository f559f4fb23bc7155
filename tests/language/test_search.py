"""Items are found by what is meant and by the words themselves; what stands out counts."""

import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import Index, Named, Terms, best, encoder_of, relevance
from core.language.encoder import unit
from core.language.terms import terms

TITLES = ["Camping tent for two", "Sleeping bag", "Tea mug with cats", "Wooden toy train", "帐篷", "Garden chair", ""]


def index(texts=TITLES, model="auto"):
    encoder = encoder_of(model)
    vectors = encoder.encode(list(texts))
    vectors[[not text for text in texts]] = 0
    return Index(vectors, encoder, Terms.of(list(texts)))


def test_questions_find_what_is_meant():
    """Without a word in common, and across languages; an item that says nothing is never found."""
    found = index()
    assert TITLES[best(found.scores("shelter for a night outdoors"), 1)[0]] in ("Camping tent for two", "帐篷")
    assert TITLES[best(found.scores("儿童玩具火车"), 1)[0]] == "Wooden toy train"
    assert TITLES[best(found.scores("cup"), 1)[0]] == "Tea mug with cats"
    assert len(TITLES) - 1 not in best(found.scores("tent"), len(TITLES))
    assert not found.reads("אוהל")
    assert found.reads("tent")


def test_words_find_names_that_no_vector_knows():
    """In any case and with or without the s of a plural; letters that the encoder does not know are looked for, too."""
    titles = ["Zyrqax 3000", "Plain zyrqaxes", "אוהל ירוק", "Lamp"]
    found = index(titles)
    assert best(found.scores("ZYRQAX"), 1)[0] == 0
    assert best(found.scores("אוהל"), 3).tolist() == [2]
    assert best(Terms.of(titles).scores("lamps"), 5).tolist() == [3]


def test_without_an_encoder_words_are_left():
    """And nothing is found where none is in common."""
    found = Index(None, None, Terms.of(TITLES))
    assert best(found.scores("camping TENTS"), 5).tolist() == [0]
    assert best(found.scores("nothing of it"), 5).tolist() == []
    assert best(found.scores("帐篷"), 5).tolist() == [4]
    assert not found.reads("tent")


def test_small_words_find_nothing_unless_they_are_all():
    """A question's small words are left out; who asks for a name made of them finds it."""
    terms = Terms.of(["Something for the night", "The Who", "Cat food"])
    assert best(terms.scores("something for the cats"), 5).tolist() == [2]
    assert best(terms.scores("The Who"), 1).tolist() == [1]


@pytest.mark.parametrize(
    "forms", ["bake baking baked bakes", "candle candles", "party parties", "cookie cookies", "hop hopping hopped"]
)
def test_forms_of_a_word_are_one(forms):
    """Of English; a word without an ending stays what it is."""
    assert len({terms(form)[0] for form in forms.split()}) == 1
    assert terms("glass red ring 3000") == ["glass", "red", "ring", "3000"]


def test_a_tag_is_found_under_many_others():
    """What an item says in one word among twenty counts as if it stood alone."""
    encoder = encoder_of("auto")
    tags = ["vampire", "parser", "short", "walkthrough", "archived", "score", "maps", "built-in hints"]
    texts = ["Old house. " + ", ".join(tags), "Blood donation at a clinic", "Garden chair"]
    pieces = encoder.encode(tags)
    named = Named.of(pieces, np.zeros(len(tags), dtype=np.int64), np.arange(len(tags)))
    plain = Index(encoder.encode(texts), encoder, Terms.of(texts))
    question = "bloodsuckers of the night"
    assert best(replace(plain, named=named).scores(question), 1).tolist() == [0]
    assert Named.of(np.zeros((2, 4), dtype=np.float32), np.array([0, 1]), np.array([0, 1])) is None


def test_what_is_near_to_the_first_answers_is_found():
    """Beside them, though it has little of the question itself; the best stays the best."""
    vectors = unit(
        np.array([[1, 0.1, 0, 0], [0.9, 0.5, 0, 0], *[[0.3, 0.9, 0, 0]], [0.3, 0, 0.9, 0]] + [[0, 0, 0, 1]] * 40)
    )
    encoder = SimpleNamespace(readable=lambda _: [True], encode=lambda *_, **__: np.array([[1, 0, 0, 0]], np.float32))
    scores = Index(vectors, encoder, Terms.of([""] * len(vectors))).scores("anything")
    assert scores[0] == scores.max()
    assert scores[2] > scores[3]


def test_words_come_back_from_the_disk(tmp_path):
    """Also where no item has any."""
    for place, texts in enumerate((TITLES, ["", "12"])):
        terms = Terms.of(texts)
        terms.save(tmp_path / str(place))
        again = Terms.load(tmp_path / str(place))
        assert again.place == terms.place
        for question in ("tea mug", "帐篷", "none"):
            assert (again.scores(question) == terms.scores(question)).all()


@given(st.lists(st.floats(-1, 1, width=32), max_size=30), st.integers(1, 40))
def test_the_best_are_the_highest(scores, k):
    """Those above 0, the highest first, equal ones in their order."""
    found = best(np.array(scores, dtype=np.float32), k).tolist()
    wanted = sorted((place for place, score in enumerate(scores) if score > 0), key=lambda place: -scores[place])
    assert found == wanted[:k]


@given(st.integers(0, 2**32 - 1), st.integers(5, 40))
def test_what_stands_out_is_relevant(seed, answers):
    """A few items far above the noise of all others; their number does not matter, nor the scale of the scores."""
    random = np.random.default_rng(seed)
    scores = random.normal(0, 0.05, 1000)
    scores[:answers] += 1
    found = relevance(scores.astype(np.float32))
    assert found.shape == (1000,)
    assert ((found >= 0) & (found <= 1)).all()
    assert found[:answers].min() > 0.5
    assert found[answers:].mean() < 0.01
    assert np.allclose(relevance((scores * 7 + 3).astype(np.float32)), found, atol=1e-3)


def test_no_items_and_equal_items_are_no_error():
    """Nothing stands out there."""
    assert relevance(np.zeros(0, dtype=np.float32)).shape == (0,)
    assert not relevance(np.full(50, 0.3, dtype=np.float32)).any()


def test_a_hundred_thousand_items_are_searched_fast():
    """A question costs 50 ms of a processor, by the fastest of five, with room for a busy machine."""
    encoder = encoder_of("auto")
    random = np.random.default_rng(3)
    words = np.array([f"w{n}" for n in range(3000)])
    texts = [" ".join(row) for row in words[random.integers(0, 3000, (100_000, 4))]]
    vectors = random.standard_normal((100_000, encoder.dimension), dtype=np.float32)
    found = Index(vectors, encoder, Terms.of(texts))
    found.scores("w1 w2")
    spent = []
    for n in range(5):
        start = time.process_time()
        best(found.scores(f"camping gear w{n}"), 20)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.2
