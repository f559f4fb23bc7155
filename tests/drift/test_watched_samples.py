"""The live test on the samples with everyone's sessions in random order: nobody drifts there."""

import numpy as np
import pytest

from bench.drift import shuffled
from core.drift.live.e_values import judged_live
from core.drift.live.watcher import learn
from core.settings import DriftSettings
from tests.drift.test_turns import sample

PEOPLE = 100


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", ["groceries", "simulated"])
def test_few_are_ever_flagged_where_nobody_drifts(name, seed):
    """At most 5 % ever come above the limit and bets win nothing, chance aside; next to nobody is named."""
    log = sample(name)
    log = shuffled(log.keep(log.user < PEOPLE), seed)
    table = judged_live(learn(log, DriftSettings(permutations=20)).table(log)).dropna(subset=["evidence"])
    assert table["flagged"].mean() <= 0.05 + 2 * (0.05 * 0.95 / len(table)) ** 0.5
    assert table["e_value"].mean() <= 1 + 3 * table["e_value"].std() / len(table) ** 0.5
    assert table["named"].sum() <= 1
    assert np.isfinite(table["e_value"]).all()
