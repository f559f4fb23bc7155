"""What the live test counts: categories, or groups of items where these tell more."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.growing import Growing
from core.drift.evidence import Everyone
from core.drift.live.following import followed
from core.drift.live.watcher import learn
from core.settings import DriftSettings


@pytest.fixture(scope="module")
def dealt(sequences):
    """A log whose categories were dealt out at random: what people like is in who has what alone."""
    catalogue = sequences.catalogue
    anyhow = np.random.default_rng(1).permutation(catalogue.category_index)
    few = np.isin(sequences.user, np.arange(300))
    return replace(sequences.keep(few), catalogue=replace(catalogue, category_index=anyhow))


def test_categories_are_counted_where_they_tell_most(sequences):
    """Where interests are categories, or nothing else was learned, nothing changes."""
    for everyone in (Everyone(sequences, 0), Everyone(sequences, 0, alone=True)):
        assert followed(everyone) is everyone


def test_groups_are_counted_where_categories_tell_nothing(dealt):
    """Evidence event by event is that of a look at the whole history, in groups; half of the changes are seen there."""
    everyone = Everyone(dealt, 0)
    assert followed(everyone).sequences.catalogue.categories != dealt.catalogue.categories
    watcher = learn(dealt, DriftSettings(permutations=20), everyone=everyone)
    assert watcher.catalogue.categories == followed(everyone).sequences.catalogue.categories
    for user in np.flatnonzero(dealt.lengths >= 20)[:5]:
        own = Growing(dealt).sequences(str(dealt.users[user]))
        evidence, _ = watcher.heard(own, len(own))
        _, _, state = watcher.followed(own.keep(np.arange(len(own)) < 1), 1)
        for row in range(1, len(own)):
            opens = bool(own.session[row] != own.session[row - 1])
            watcher.update(state, int(own.item[row]), int(own.time[row]), opens=opens)
        assert state.evidence == pytest.approx(evidence[-1])
