"""Which events training learns to foresee, and what it hides of a history."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from core.data.sequences import build_sequences
from core.model.auto import resolve
from core.model.batches import collate, targets, training_windows
from core.model.feeding import DeviceFeed, HostFeed
from core.model.network import BehaviourEncoder
from core.model.noise import noise_of, set_noise
from core.model.storage import build
from tests.model.logs import cycles, frame, small

HOST = torch.device("cpu")
HISTORIES = some.lists(some.lists(some.sampled_from("abcd"), min_size=1, max_size=9), min_size=1, max_size=6)


@given(HISTORIES, some.booleans(), some.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_what_is_foreseen_comes_next_or_after_that(histories, repeats, seed):
    """Of the same user, wanted, and one or two events later; a share of nothing is always the next one."""
    log = build_sequences(frame({f"u{place}": items for place, items in enumerate(histories)}))
    wanted = targets(log, repeats=repeats)
    windows = training_windows(log.offsets, 4, np.random.default_rng(seed))
    if not len(windows):
        return
    for feed in (HostFeed(log, wanted), DeviceFeed(log, wanted, HOST)):
        batch = feed.batch(windows, np.arange(len(windows)), wanted)
        rows = batch.rows.numpy()
        for ahead in (0.0, 0.5):
            aims = feed.aims(batch, ahead, noise_of(seed, 1, HOST)).numpy()
            assert wanted[aims].all()
            assert (log.user[aims] == log.user[rows]).all()
            assert np.isin(aims - rows, [1, 2] if ahead else [1]).all()
            assert (feed.values("item", torch.from_numpy(aims)).numpy() == log.item[aims]).all()


def test_a_share_is_foreseen_from_further_off():
    """About as many as were asked for, where there is an event after the next one."""
    log = cycles()
    wanted = targets(log, repeats=True)
    windows = training_windows(log.offsets, 12, np.random.default_rng(0))
    feed = HostFeed(log, wanted)
    batch = feed.batch(windows, np.arange(len(windows)), wanted)
    far = feed.aims(batch, 0.3, noise_of(0, 1, HOST)).numpy() - batch.rows.numpy() == 2
    possible = log.event_index[batch.rows.numpy()] < log.lengths[0] - 2
    assert far[possible].mean() == pytest.approx(0.3, abs=0.06)
    assert not far[~possible].any()


def test_events_are_hidden_in_training_alone():
    """A share of places says nothing of its item while there is noise; none does without."""
    log, asked = (
        cycles(),
        small("model.event_dropout=0.4", "model.dropout=0", "model.times=false", "model.attributes=false"),
    )
    encoder = build(log, resolve(asked, log)).behaviour
    assert isinstance(encoder, BehaviourEncoder)
    windows = training_windows(log.offsets, 12, np.random.default_rng(0))
    batch = collate(log, windows, np.arange(len(windows)))
    vectors = torch.ones(*batch.item.shape, 16)
    assert (encoder(vectors, batch) == 4).all()
    set_noise(encoder, noise_of(0, 1, HOST))
    hidden = (encoder(vectors, batch) == 0).all(-1).float().mean().item()
    assert hidden == pytest.approx(0.4, abs=0.06)
