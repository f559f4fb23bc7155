"""Optimisers of torch, without its compiler."""

import inspect
import sys

import pytest
import torch

from core.model import uncompiled


@pytest.mark.parametrize("name", ["Adam", "AdamW", "RMSprop"])
def test_steps_are_those_of_torch_and_load_no_compiler(name, monkeypatch):
    """A step is torch's own, without gradients; it falls, and state comes back, with no compiler to load."""
    ours, theirs = getattr(uncompiled, name), getattr(torch.optim, name)
    assert inspect.unwrap(ours.step) is inspect.unwrap(theirs.step)
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)  # to import it is an error from here on
    weight = torch.nn.Parameter(torch.linspace(-1, 1, 6))
    optimiser, lengths = ours([weight], lr=0.1), []
    for _ in range(4):
        optimiser.zero_grad()
        (weight**2).sum().backward()
        optimiser.step()
        optimiser.load_state_dict(optimiser.state_dict())
        lengths.append(weight.detach().norm().item())
    assert lengths == sorted(lengths, reverse=True)
    assert weight.is_leaf
    assert weight.requires_grad
