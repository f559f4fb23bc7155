"""A run that starts from an earlier one knows what that knew, whatever came since."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.errors import SettingsError, UnknownRunError
from core.model import warm
from core.model.storage import load
from core.model.training import train
from tests.model.logs import cycles, frame, small


def grown(users: int = 70, items: int = 27):
    """The log of `cycles` with more users, items, categories and a column more, in another order."""
    random = np.random.default_rng(5)
    histories = {
        f"v{u}": [f"i{(start + s) % items}" for s in range(14)]
        for u, start in enumerate(random.integers(0, items, users))
    }
    names = [f"i{item}" for item in reversed(range(items))]
    table = pd.DataFrame(
        {"item_id": names, "category": ["new|all" if int(n[1:]) > 23 else f"c{int(n[1:]) % 4}|all" for n in names]}
    )
    table["brand"] = ["a", "b", "c"] * (items // 3)
    table["price"] = np.linspace(1, 50, items)
    return build_sequences(frame(histories), table)


def test_starts_where_the_earlier_run_ended(tmp_path):
    """On a grown log, one epoch from the earlier weights ranks better than one epoch from nothing.

    Histories here hold no chance at all, so nothing is hidden from them and nothing further off is aimed at: one epoch
    of that hides what was known.
    """
    plain = ["training.ahead=0", "training.smoothing=0", "model.event_dropout=0"]
    chosen = small("training.epochs=12", "training.learning_rate=0.01", *plain)
    train(cycles(), chosen, tmp_path / "first")
    warm.prepare(tmp_path / "second", tmp_path / "first")
    once = small("training.epochs=1", "training.learning_rate=0.003", *plain)
    started = train(grown(), once, tmp_path / "second").validation["ndcg@10"]
    assert started > 0.1 + train(grown(), once, tmp_path / "fresh").validation["ndcg@10"]


def test_rows_move_with_their_names(tmp_path):
    """Each item and category keeps its vector though its number has changed."""
    train(cycles(), small("training.epochs=2"), tmp_path / "first")
    first = load(tmp_path / "first", cycles(), chosen=True).network
    warm.prepare(tmp_path / "second", tmp_path / "first")
    chosen = small("training.epochs=1", "training.learning_rate=0.0", "training.averaging=0")
    train(grown(), chosen, tmp_path / "second")
    second = load(tmp_path / "second", grown()).network
    old, new = cycles().catalogue, grown().catalogue
    for item in ("i0", "i7", "i23"):
        was, now = old.item_position[item], new.item_position[item]
        assert (first.items.table[was] == second.items.table[now]).all()
    was, now = old.categories.index("c2"), new.categories.index("c2")
    tables = [network.items.attributes.sources[0].table for network in (first, second)]
    assert (tables[0][was] == tables[1][now]).all()


def test_another_shape_is_refused(tmp_path):
    """Weights do not fit a network of another size, and the message says which setting is at odds."""
    train(cycles(), small("training.epochs=1"), tmp_path / "first")
    warm.prepare(tmp_path / "second", tmp_path / "first")
    with pytest.raises(SettingsError, match=r"model\.embedding_size is 32, but the run to start from has 16"):
        train(grown(), small("model.embedding_size=32"), tmp_path / "second")


def test_nothing_to_start_from(tmp_path):
    """A run without weights cannot be started from."""
    with pytest.raises(UnknownRunError, match="is missing or not a model of Meander"):
        warm.prepare(tmp_path / "second", tmp_path / "first")
