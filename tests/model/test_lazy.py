"""A table whose rows wait ends where one does whose rows all move at every step."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from core.model import optimisers, uncompiled
from core.model.lazy import LazyAdam
from core.model.training import train
from tests.model.logs import cycles, small
from tests.model.test_devices import weights

BETAS = (0.9, 0.98)


@pytest.mark.parametrize("seed", range(3))
def test_rows_that_wait_end_where_adam_takes_them(seed):
    """While the rate rises and after, each row is where Adam has it: apart by a thousandth of the way it went."""
    torch.manual_seed(seed)
    start, aims = torch.randn(300, 4), torch.randn(400, 12, 4)
    dense, lazy = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    every = uncompiled.Adam([dense], betas=BETAS)
    some = LazyAdam([lazy], lazy, 1e-3, BETAS)
    for step, aim in enumerate(aims):
        rows = torch.randperm(300)[:12]
        some.catch_up(rows)
        for optimiser, table in ((every, dense), (some, lazy)):
            optimiser.param_groups[0]["lr"] = 3e-3 * min(1, (step + 1) / 100)
            optimiser.zero_grad()
            (functional.embedding(rows, table, sparse=table is lazy) - aim).square().mean().backward()
            optimiser.step()
    some.catch_up(slice(None))
    way = float((dense.detach() - start).abs().mean())
    assert float((dense - lazy).detach().abs().mean()) < 1e-3 * way


def test_a_training_with_waiting_rows_comes_to_the_same(tmp_path, monkeypatch):
    """Weights and their running mean are those of dense Adam, within what the mean leaves open."""
    asked = small("training.loss=sampled", "training.negatives=6", "training.epochs=8", "training.learning_rate=0.01")
    train(cycles(), asked, tmp_path / "dense")
    monkeypatch.setattr(optimisers, "LEAST_ROWS", 1)
    train(cycles(), asked, tmp_path / "lazy")
    dense, lazy = (weights(tmp_path / name, cycles())["items.table"] for name in ("dense", "lazy"))
    assert np.abs(dense - lazy).mean() < 0.02 * np.abs(dense).mean()


def test_a_resumed_training_ends_where_a_whole_one_ends(tmp_path, monkeypatch):
    """What rows are owed stands in the checkpoint."""
    monkeypatch.setattr(optimisers, "LEAST_ROWS", 1)
    monkeypatch.setattr("core.model.trainer.SAVE_EVERY", 0.0)
    train(cycles(), small("training.epochs=4"), tmp_path / "whole")
    for epochs in (2, 4):
        train(cycles(), small(f"training.epochs={epochs}"), tmp_path / "cut", resume=True)
    whole, cut = (weights(tmp_path / name, cycles()) for name in ("whole", "cut"))
    for name, value in whole.items():
        np.testing.assert_allclose(cut[name], value, atol=1e-6, err_msg=name)
