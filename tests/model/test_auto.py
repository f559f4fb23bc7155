"""The product chooses what nobody set, and leaves alone what somebody did."""

import numpy as np

from core.data.sequences import build_sequences
from core.model.auto import resolve
from core.model.batches import targets
from core.settings import Settings, override
from tests.model.logs import cycles, frame


def test_every_open_setting_is_filled():
    """After resolving nothing is left open, and a setting that was given stays."""
    chosen = resolve(override(Settings(), ["model.dropout=0.05", "training.negatives=7"]), cycles())
    assert None not in [*vars(chosen.model).values(), *vars(chosen.training).values()]
    assert (chosen.model.dropout, chosen.training.negatives) == (0.05, 7)


def test_long_histories_get_depth_and_short_ones_width():
    """Twelve events a user ask for one wide block, forty for two narrow ones; more to learn from, less narrow."""
    short, long = (resolve(Settings(), cycles(length=length)).model for length in (12, 40))
    assert (short.blocks, short.embedding_size) == (1, 128)
    assert (long.blocks, long.embedding_size) == (2, 32)
    assert long.window > short.window
    assert resolve(Settings(), cycles(users=1560, length=40)).model.embedding_size == 64


def test_large_catalogues_are_sampled():
    """Thousands of items are not all scored at each step."""
    log = build_sequences(frame({f"u{user}": [f"i{user * 6 + step}" for step in range(6)] for user in range(1000)}))
    assert resolve(Settings(), log).training.loss == "sampled"
    assert resolve(Settings(), cycles()).training.loss == "softmax"


def test_a_log_that_cannot_be_measured():
    """A log of single events still gives settings that a network can be built with."""
    chosen = resolve(Settings(), build_sequences(frame({"u": ["i"]})))
    assert (chosen.model.window or 0) >= 2


def test_targets_are_later_and_new():
    """A user's first event is no target, and without repeats neither is an item that the user has had."""
    log = build_sequences(frame({"u": ["a", "b", "a", "c"], "v": ["c", "c"]}))
    assert targets(log, repeats=True).tolist() == [False, True, True, True, False, True]
    assert targets(log, repeats=False).tolist() == [False, True, False, True, False, False]
    assert targets(cycles(), repeats=True).sum() == np.maximum(cycles().lengths - 1, 0).sum()
