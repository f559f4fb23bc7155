"""A watcher on disk."""

import dataclasses

import numpy as np
import pytest

from core.data.growing import Growing
from core.drift.live import watcher_file
from core.drift.live.watcher import learn
from core.settings import DriftSettings


@pytest.fixture(scope="module")
def some(sequences):
    return sequences.keep(sequences.user < 120)


@pytest.fixture(scope="module")
def watcher(some):
    return learn(some, DriftSettings())


def test_a_kept_watcher_says_the_same(watcher, some, tmp_path):
    """Written and read again, it flags the same users at the same events."""
    watcher_file.save(watcher, tmp_path / "watcher.npz")
    again = watcher_file.load(tmp_path / "watcher.npz", some.catalogue)
    assert again.limit == watcher.limit
    assert again.table(some).equals(watcher.table(some))


def test_groups_of_items_are_kept(some, tmp_path):
    """Where the log names no categories, the groups that were followed are found again."""
    catalogue = some.catalogue
    bare = dataclasses.replace(
        some,
        catalogue=dataclasses.replace(
            catalogue,
            categories=(),
            category_offsets=np.zeros(len(catalogue.items) + 1, np.int64),
            category_index=np.zeros(0, np.int64),
        ),
    )
    watcher = learn(bare, DriftSettings())
    watcher_file.save(watcher, tmp_path / "watcher.npz")
    again = watcher_file.load(tmp_path / "watcher.npz", bare.catalogue)
    assert again.catalogue.categories == watcher.catalogue.categories
    assert again.table(bare).equals(watcher.table(bare))


def test_another_log_is_refused(watcher, some, tmp_path):
    """A watcher that was learned from other items says so."""
    watcher_file.save(watcher, tmp_path / "watcher.npz")
    fewer = dataclasses.replace(some.catalogue, items=some.catalogue.items[:-1])
    with pytest.raises(ValueError, match=r"The watcher knows \d+ items, the log"):
        watcher_file.load(tmp_path / "watcher.npz", fewer)


def test_the_last_events_are_heard_as_in_a_whole_look(watcher, some):
    """Evidence after each of the last events is the end of that after all; short histories are not judged."""
    own = Growing(some).sequences(str(some.users[np.argmax(some.lengths >= 30)]))
    evidence, since = watcher.heard(own, 8)
    whole, _ = watcher.heard(own, 10_000)
    assert evidence.tolist() == whole[-8:].tolist()
    assert since.shape == (8,)
    assert (whole[: watcher.least - 1] == -50).all()


def test_a_file_of_an_earlier_version_is_refused(watcher, some, tmp_path):
    """Its limit is one for other evidence: the line says what to do."""
    path = tmp_path / "watcher.npz"
    watcher_file.save(watcher, path)
    with np.load(path) as told:
        older = {name: told[name] for name in told.files if name != "version"}
    np.savez_compressed(path, **older)
    with pytest.raises(ValueError, match=r"version 1, not 3: learn it anew \(`drift --live`\)"):
        watcher_file.load(path, some.catalogue)
