"""What an epoch learns from: everything, or after a warm start what is new and a part of the rest."""

import numpy as np

from core.model.auto import resolve
from core.model.batches import targets
from core.model.storage import seen, unseen
from core.model.warm import REPLAYED, WORK, Lessons, Start
from core.settings import Settings
from tests.model.logs import cycles, small


def learned_twice():
    """A log, and what of it a run has not seen that stopped three events earlier and never met the first user."""
    log = cycles()
    known = log.without_last(3).only(np.arange(1, log.n_users))
    return log, unseen(log, seen(known))


def test_events_behind_what_was_seen_are_new():
    """By user id and place in the history; a user who was not there then is new altogether."""
    log, new = learned_twice()
    for user in range(log.n_users):
        found, length = new[log.rows_of(user)], int(log.lengths[user])
        assert found.sum() == (length if user == 0 else 3)
        assert found[-3:].all()


def test_a_run_that_kept_no_count_knows_of_nothing_new():
    """Weights of an older version start a run as if all had been seen equally."""
    assert unseen(cycles(), {}) is None


def test_from_nothing_an_epoch_is_everything():
    """Without an earlier run each target is learned from once."""
    log = cycles()
    lessons = Lessons(log, targets(log, repeats=True))
    windows, wanted = lessons.epoch(8, np.random.default_rng(0))
    assert windows.length.sum() == wanted.sum() == lessons.targets


def test_a_warm_epoch_has_all_news_and_a_part_of_the_rest():
    """Every new target lies in a window; of the others about as many as are to be repeated, each time others."""
    log, new = learned_twice()
    every = targets(log, repeats=True)
    lessons = Lessons(log, every, Start(new, effort=20))
    drawn = []
    for seed in range(20):
        windows, wanted = lessons.epoch(4, np.random.default_rng(seed))
        assert (wanted & new).sum() == (every & new).sum()
        inside = np.concatenate(
            [np.arange(a + 1, a + n + 1) for a, n in zip(windows.start, windows.length, strict=True)]
        )
        assert np.isin(np.flatnonzero(every & new), inside).all()
        drawn.append((wanted & ~new).sum() / (every & ~new).sum())
    assert abs(np.mean(drawn) - REPLAYED) < 0.03
    again = lessons.epoch(4, np.random.default_rng(3))[1]
    assert (again == lessons.epoch(4, np.random.default_rng(3))[1]).all()
    assert (again != lessons.epoch(4, np.random.default_rng(4))[1]).any()


def test_a_warm_start_is_bounded_unless_told_otherwise():
    """Its targets over all epochs stay near the share set of what was gone through before; what is asked for stays."""
    log, new = learned_twice()
    lessons = Lessons(log, targets(log, repeats=True), Start(new, effort=100))
    chosen = lessons.paced(resolve(Settings(), log), Settings().training)
    gone_through = chosen.training.epochs * lessons.targets
    assert gone_through <= WORK * 100 * lessons.wanted.sum() + lessons.targets
    asked = small("training.epochs=77", "training.batch_tokens=300")
    kept = lessons.paced(resolve(asked, log), asked.training)
    assert (kept.training.epochs, kept.training.batch_tokens) == (77, 300)


def test_later_warm_starts_keep_the_first_effort():
    """A chain of warm starts does not shrink: each is measured by the training from nothing at its beginning."""
    log, new = learned_twice()
    assert Lessons(log, targets(log, repeats=True)).effort(12) == 12
    assert Lessons(log, targets(log, repeats=True), Start(new, effort=20)).effort(3) == 20
