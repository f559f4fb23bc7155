"""Items that nobody has had: found by what they say, as often as validation says that such items are taken."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.sequences import Sequences, build_sequences
from core.errors import SettingsError
from core.language import ItemVectors, Whitening
from core.model.baselines import Content
from core.model.blend import Blend, Part, Recipe
from core.model.blend_choice import choose
from core.model.calibration import MOST_LOST, PLACES, penalty
from core.model.evaluation import Split, gains, held_out
from core.model.interest_model import InterestModel
from core.model.meanings import MEANINGS, START_MEANINGS, keep_meanings, meanings_of, read_meanings, side_by_side
from core.model.newcomers import likely_ids
from core.model.raising import raised
from core.model.ranking import hide_seen, rank_of, top_items
from core.model.storage import load
from core.model.training import train
from core.model.warm import prepare
from tests.model.logs import frame, small

NEWCOMERS = np.arange(30)
KNOWN, NEW = 12, 3
"""Items of each taste that are in histories, and that nobody has had but as one of the last two events."""


def names(taste: str) -> list[str]:
    """Items of one taste, those that are new at the end."""
    return [f"{taste}{place}" for place in range(KNOWN + NEW)]


def planted(*, taken: bool = True) -> Sequences:
    """Users of two tastes; each third one ends with a newcomer of the own taste, if any are `taken`."""
    random, histories = np.random.default_rng(0), {}
    for user in range(60):
        own = names("ab"[user % 2])
        items = [own[place] for place in random.permutation(KNOWN)[:8]]
        histories[f"u{user}"] = [*items, own[KNOWN + user % NEW], items[0]] if taken and user % 3 == 0 else items
    return build_sequences(frame(histories), pd.DataFrame({"item_id": names("a") + names("b")}))


def source(log: Sequences, length: int = 3, name: str = "words", seed: int = 1) -> ItemVectors:
    """A vector of each item: its taste, and noise."""
    tastes = np.array([item[0] == "a" for item in log.catalogue.items])
    values = np.random.default_rng(seed).normal(size=(log.n_items, length), scale=0.3).astype(np.float32)
    values[:, 0] += np.where(tastes, 1, -1)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return ItemVectors(name, values, np.ones(log.n_items, dtype=bool), f"mark of {name}")


@pytest.fixture(scope="module")
def log() -> Sequences:
    """A planted log."""
    return planted()


@pytest.fixture(scope="module")
def run(log: Sequences, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that knows what its items say, and has not learned of those that came in validation."""
    folder = tmp_path_factory.mktemp("said")
    keep_meanings(folder, [source(log)])
    train(log, small("training.epochs=12", "training.finish=false"), folder)
    return folder


def test_a_newcomer_is_ranked_by_its_words(log: Sequences, run: Path):
    """Nobody has had it, and yet users of its taste find it before the newcomers of the other taste."""
    model = load(run, log)
    newcomers = model.newcomers.described
    assert len(newcomers) == 2 * NEW
    histories = log.without_last(2)
    scores = model.scores(histories, np.arange(log.n_users))[:, newcomers]
    tastes = np.array([item[0] for item in log.catalogue.items[newcomers]])
    users = np.array(["ab"[int(user[1:]) % 2] for user in log.users])
    first = np.where(users == "a", 1, -1) * (scores[:, tastes == "a"].mean(1) - scores[:, tastes == "b"].mean(1))
    assert (first > 0).mean() > 0.75


def test_newcomers_get_their_share_of_places(log: Sequences, run: Path):
    """Newcomers are expected to be taken as often as they were, or less where the others would pay for it."""
    model, split = load(run, log), held_out(log, 2)
    new = np.zeros(log.n_items, dtype=bool)
    new[model.newcomers.described] = True
    logits = hide_seen(model.scores(split.histories, split.users), split.histories, split.users)
    chances = torch.softmax(torch.from_numpy(logits), 1).numpy()
    assert 0 < chances[:, new].sum() <= 1.01 * new[split.targets].sum()
    assert model.newcomers.penalty <= np.log1p(model.popularity[model.popularity > 0].mean()) + 1e-6


def test_without_vectors_all_is_as_before(log: Sequences, run: Path, tmp_path: Path):
    """The weights of a run with words are those of one without; nothing is kept beside the latter."""
    keep_meanings(tmp_path, [])
    train(log, small("training.epochs=12", "training.finish=false"), tmp_path)
    bare, said = load(tmp_path, log), load(run, log)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "checkpoint.safetensors", "curve.csv", "model.json", "model.safetensors"
    ]  # fmt: skip
    for name, weight in bare.network.state_dict().items():
        assert torch.equal(weight, said.network.state_dict()[name])
    usual = InterestModel(said.network, said.popularity, said.settings)
    assert np.array_equal(bare.scores(log, np.arange(9)), usual.scores(log, np.arange(9)))
    assert choose(bare, log).recipe.newcomers == 1


def test_where_validation_has_no_newcomers_the_usual_rule_holds(tmp_path: Path):
    """No event tells how often newcomers are taken: their logits are lowered as without vectors."""
    log = planted(taken=False)
    keep_meanings(tmp_path, [source(log)])
    train(log, small("training.epochs=2"), tmp_path)
    model = load(tmp_path, log)
    assert len(model.newcomers.described) == 2 * NEW
    assert penalty(model, held_out(log, 2)) is None
    assert model.newcomers.penalty == pytest.approx(np.log1p(model.popularity[model.popularity > 0].mean()))
    assert choose(model, log).recipe.newcomers == 1


def test_vectors_that_are_missing_or_say_nothing(log: Sequences):
    """A newcomer without a vector stays unknown; vectors that are all the same tell nothing and are left out."""
    some = source(log)
    some.known[-1], some.values[-1] = False, 0
    vectors = side_by_side(meanings_of([some]), log.n_items)
    assert not vectors[-1].any()
    popularity = np.bincount(log.without_last(2).item, minlength=log.n_items)
    ids = likely_ids(torch.ones(log.n_items, 4), popularity, vectors)
    assert not ids[-1].any()
    new = np.flatnonzero(popularity[:-1] == 0)
    assert torch.allclose(ids[new], torch.ones(len(new), 4), atol=1e-5)
    assert not ids[popularity > 0].any()
    same = ItemVectors("same", np.tile(some.values[:1], (log.n_items, 1)), np.ones(log.n_items, dtype=bool), "same")
    none = ItemVectors("none", some.values, np.zeros(log.n_items, dtype=bool), "none")
    assert meanings_of([same, none]) == ()


def test_sources_of_any_length_stand_side_by_side(log: Sequences):
    """Each has the same say; where one says nothing the other has all of it."""
    words, pictures = source(log), source(log, 40, "pictures", 2)
    pictures.known[0], pictures.values[0] = False, 0
    meanings = meanings_of([words, pictures])
    both = side_by_side(meanings, log.n_items)
    assert np.allclose(np.linalg.norm(both, axis=1), 1, atol=1e-5)
    sizes = [each.vectors.shape[1] for each in meanings]
    halves = np.linalg.norm(both[:, : sizes[0]], axis=1), np.linalg.norm(both[:, sizes[0] :], axis=1)
    assert np.allclose(halves[0][1:], halves[1][1:], atol=1e-5)
    assert halves[0][0] == pytest.approx(1, abs=1e-5)
    assert halves[1][0] == 0


def test_a_later_run_keeps_centre_and_axes(log: Sequences, run: Path, tmp_path: Path):
    """Items that came after training go through the axes of the run that the new one starts from."""
    prepare(tmp_path, run)
    assert (tmp_path / START_MEANINGS).exists()
    more = source(log)
    more.values[:5] = -more.values[5:10]
    keep_meanings(tmp_path, [more])
    before, after = (read_meanings(folder / MEANINGS)[0] for folder in (run, tmp_path))
    assert np.array_equal(before.whitening.axes, after.whitening.axes)
    assert np.array_equal(before.whitening.centre, after.whitening.centre)
    assert np.array_equal(before.vectors[10:], after.vectors[10:])
    assert not np.allclose(Whitening.of(more).axes, after.whitening.axes)


class Fixed:
    """A ranker whose scores are given in two halves."""

    def __init__(self, stays: np.ndarray, moves: np.ndarray) -> None:
        self._stays, self._moves = stays, moves

    def halves(self, _histories, users):
        """Those given."""
        return self._stays[users].copy(), self._moves[users].copy()

    def scores(self, users, factor: float):
        """With newcomers raised."""
        moves = self._moves[users].copy()
        moves[:, NEWCOMERS] *= np.float32(factor)
        return self._stays[users] + moves


def drawn(seed: int, share: float, known: int, part: float) -> tuple[Fixed, Split]:
    """Scores of 30 newcomers and 60 known items, and a hundred events, a share of them of newcomers."""
    random = np.random.default_rng(seed)
    log = build_sequences(frame({f"u{user}": [f"i{place}" for place in range(90)] for user in range(3)}))
    scores = random.random((2, 3, 90)).astype(np.float32) + 0.01
    scores[:, :, -1] = 0.001
    targets = np.where(np.arange(100) < round(100 * share), 0, known)
    split = Split(log.keep(np.zeros(len(log), dtype=bool)), random.integers(0, 3, 100), targets)
    return Fixed(scores[0] * part, scores[1]), split


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.05, 0.55), st.sampled_from([0.0, 0.3]))
def test_the_factor_gives_newcomers_their_share(seed: int, share: float, part: float):
    """Where nobody pays for it, newcomers get no more of the first places than of the events, and hardly less."""
    ranker, split = drawn(seed, share, 89, part)
    factor = raised(ranker, NEWCOMERS, split)
    share = (split.targets < 30).mean()

    def shown(factor: float) -> float:
        return (top_items(ranker.scores(split.users, factor), PLACES)[0] < 30).mean()

    assert shown(factor * 0.9999) <= max(share, shown(1e-3)) + 1e-9
    assert shown(factor * 1.0001) >= share - 1e-9


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.05, 0.55), st.integers(30, 88), st.sampled_from([0.0, 0.3]))
def test_known_items_do_not_pay_much_for_newcomers(seed: int, share: float, known: int, part: float):
    """However many events newcomers have, known items keep all but a little of the NDCG@10 to be expected of them."""
    ranker, split = drawn(seed, share, known, part)
    alone = ranker.scores(split.users, 1.0)
    alone[:, NEWCOMERS] = -np.inf
    rank = rank_of(alone, split.targets)[split.targets == known]
    order = np.argsort(-alone, axis=1, kind="stable")

    def worth(factor: float) -> float:
        scores = ranker.scores(split.users, factor) if factor else alone
        return sum(
            (rank == place).sum() * gains(rank_of(scores, order[:, place - 1]))["ndcg@10"].sum()
            for place in range(1, 11)
        )

    factor = raised(ranker, NEWCOMERS, split)
    assert worth(factor * 0.9999) >= min((1 - MOST_LOST) * worth(0.0), worth(1.0)) - 1e-9


def test_nothing_is_raised_where_events_cannot_tell():
    """All of the events are of newcomers, or none is."""
    ranker, split = drawn(0, 0.5, 40, 0.3)
    for targets in (np.zeros(100, dtype=np.int64), np.full(100, 40)):
        assert raised(ranker, NEWCOMERS, Split(split.histories, split.users, targets)) == 1.0


def test_newcomers_are_raised_whole_or_by_what_content_says(log: Sequences, run: Path):
    """By the formula, and as a recipe says it that went through JSON; known items stay as they are."""
    model, users = load(run, log), np.arange(9)
    new, shares = model.newcomers.described, (Part("attention", 0.6, 1.0), Part("content", 0.4))
    fitted = {"attention": model, "content": Content(model.said).fit(log)}

    def blend(recipe: Recipe) -> Blend:
        return Blend(Recipe.from_dict(json.loads(json.dumps(recipe.as_dict()))), fitted).fit(log)

    plain, each = blend(Recipe(shares, 0, {})), [blend(Recipe((part,), 0, {})) for part in shares]
    others = np.setdiff1d(np.arange(log.n_items), new)
    for names, factors in ((("content",), (1, 3)), ((), (3, 3))):
        found = blend(Recipe(shares, 0, {}, 3.0, names))
        expected = sum(factor * one.scores(log, users)[:, new] for factor, one in zip(factors, each, strict=True))
        assert np.allclose(found.scores(log, users)[:, new], expected, atol=1e-5)
        assert np.allclose(found.scores(log, users)[:, others], plain.scores(log, users)[:, others])
    assert np.allclose(sum(plain.halves(log, users)), plain.scores(log, users), atol=1e-6)


def test_the_network_learns_from_what_items_mean(log: Sequences, tmp_path: Path):
    """With `model.words` the vectors have weights of their own, which a run keeps; without vectors there are none."""
    settings = small("training.epochs=12", "model.words=true", "model.id_dropout=0.3")
    keep_meanings(tmp_path / "said", [source(log)])
    train(log, settings, tmp_path / "said")
    model = load(tmp_path / "said", log)
    assert model.network.items.meaning is not None
    newcomers = model.newcomers.described
    tastes = np.array([item[0] == "a" for item in log.catalogue.items])
    raw = model.network.items(torch.from_numpy(newcomers), torch.zeros(len(newcomers), 1)).detach().numpy()
    means = np.stack([raw[tastes[newcomers]].mean(0), raw[~tastes[newcomers]].mean(0)])
    known = model.network.items(torch.arange(log.n_items)).detach().numpy()
    own = np.stack([known[tastes & (model.popularity > 0)].mean(0), known[~tastes & (model.popularity > 0)].mean(0)])
    assert ((means @ own.T).argmax(1) == [0, 1]).all()
    train(log, small("training.epochs=1", "model.words=true"), tmp_path / "bare")
    assert load(tmp_path / "bare", log).network.items.meaning is None


def test_a_warm_start_keeps_what_was_learned_from_meanings(log: Sequences, tmp_path: Path):
    """The projection goes on from where it was; a run that learned without cannot start one that learns with them."""
    settings = small("training.epochs=1", "training.learning_rate=1e-9", "model.words=true")
    for name in ("first", "second"):
        keep_meanings(tmp_path / name, [source(log)])
    train(log, settings, tmp_path / "first")
    prepare(tmp_path / "second", tmp_path / "first")
    train(log, settings, tmp_path / "second")
    first, second = (load(tmp_path / name, log).network.items.meaning for name in ("first", "second"))
    assert torch.allclose(first.project.weight, second.project.weight, atol=1e-5)
    train(log, small("training.epochs=1"), tmp_path / "plain")
    prepare(tmp_path / "third", tmp_path / "plain")
    with pytest.raises(SettingsError, match="words"):
        train(log, settings, tmp_path / "third")
