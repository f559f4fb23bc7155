"""Optimisers of torch as they are, without its compiler.

Torch tells its compiler at each step to leave the optimiser alone, and loads it for that (1.4 s, half of a short
training); here nothing is compiled, so that nothing has to be told.
"""

import inspect
from collections.abc import Callable
from typing import Any

import torch

for _method in vars(torch.optim.Optimizer).values():
    if _plain := getattr(_method, "__wrapped__", None):
        setattr(_plain, "__dynamo_disable", _plain)  # what torch puts there once the compiler has seen it


def _plain_step(kind: type[torch.optim.Optimizer]) -> Callable[..., Any]:
    step: Callable[..., Any] = torch.no_grad()(inspect.unwrap(kind.step))
    return step


class Adam(torch.optim.Adam):
    """Adam (Kingma and Ba, 2015)."""

    step = _plain_step(torch.optim.Adam)


class AdamW(torch.optim.AdamW):
    """Adam with weights that decay by themselves (Loshchilov and Hutter, 2019)."""

    step = _plain_step(torch.optim.AdamW)


class RMSprop(torch.optim.RMSprop):
    """RMSprop (Tieleman and Hinton, 2012)."""

    step = _plain_step(torch.optim.RMSprop)
