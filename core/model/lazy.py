"""Adam for a table of which a batch touches few rows: what it leaves alone costs nothing, and comes out the same.

Adam moves every row at every step, also one without a gradient, by what is left of its moments. Here a row waits until
a batch reads it, and is then moved by all of that at once. Of a row last touched at step s, its moments m and v as they
were then, step s + j adds (with rate_t the learning rate, b1 and b2 the decays of the moments)

    - f_(s+j) r^j m / sqrt(v),   f_t = rate_t sqrt(1 - b2^t) / (1 - b1^t),   r = b1 / sqrt(b2)

so that all steps up to n add m / sqrt(v) times a sum that depends on n and on n - s alone; r^128 is 5e-6. The weights
are those of torch.optim.Adam (Kingma and Ba, 2015) up to its epsilon and to rounding.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from core.model import uncompiled

LEAST_ROWS = 200_000
"""Rows of a table from which waiting pays: a step over 60,000 is quicker without, one over a million takes 202 ms
instead of 362 (over 10,000: 160)."""
EPSILON = 1e-8
TERMS = 128
"""Steps after which nothing is left of what a row was still moved by."""
STEADY = 4096
"""Steps after which the rate no longer rises, and the moments are no longer biased."""


class LazyAdam(uncompiled.Adam):
    """Adam that moves the rows of one table only when they are read; without weight decay, which moves all."""

    def __init__(
        self, weights: list[nn.Parameter], table: nn.Parameter, rate: float, betas: tuple[float, float]
    ) -> None:
        super().__init__(weights, rate, betas=betas, fused=True)
        self.table, self.betas = table, betas
        self.state[table] = {
            "exp_avg": torch.zeros_like(table),
            "exp_avg_sq": torch.zeros_like(table),
            "touched": torch.zeros(len(table), device=table.device),  # float32, which is what is read back
            "sums": torch.zeros(TERMS, device=table.device),
            "whole": torch.zeros(STEADY, device=table.device),
            "step": torch.zeros(()),
        }
        self.count = 0
        self.powers = torch.arange(1, TERMS + 1, device=table.device)

    @torch.no_grad()
    def catch_up(self, rows: Tensor | slice) -> None:
        """Move rows by what the steps since they were touched would have; before they are read."""
        state = self.state[self.table]
        touched = state["touched"][rows]
        waited = self.count - touched
        first, second = (state[name][rows] for name in ("exp_avg", "exp_avg_sq"))
        late = state["sums"][(waited.long() - 1).clamp(0, TERMS - 1)]
        whole = state["whole"][(touched.long() + TERMS).clamp(max=STEADY - 1)]
        share = torch.where(waited > TERMS, whole, late * (waited > 0))
        self.table[rows] -= first / (second.sqrt() + EPSILON) * share[:, None]
        for name, moment, decay in zip(("exp_avg", "exp_avg_sq"), (first, second), self.betas, strict=True):
            state[name][rows] = moment * (decay**waited)[:, None]
        state["touched"][rows] = float(self.count)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what a checkpoint holds."""
        super().load_state_dict(state_dict)
        self.count = int(self.state[self.table]["step"])

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Adam for all other weights, and for the rows of the table that have a gradient."""
        gradient, self.table.grad = self.table.grad, None
        super().step(closure)
        state, rate = self.state[self.table], self.param_groups[0]["lr"]
        self.count += 1
        state["step"].fill_(self.count)
        one, two = self.betas
        unbiased = (1 - two**self.count) ** 0.5
        factor = rate * unbiased / (1 - one**self.count)
        if gradient is not None:
            rows, values = gradient._indices()[0], gradient._values()
            first = state["exp_avg"][rows] * one + values * (1 - one)
            second = state["exp_avg_sq"][rows] * two + values * values * (1 - two)
            self.table[rows] -= factor * first / (second.sqrt() + EPSILON * unbiased)
            state["exp_avg"][rows], state["exp_avg_sq"][rows] = first, second
            state["touched"][rows] = float(self.count)
        self._sum(factor)

    def _sum(self, factor: float) -> None:
        """What rows touched 1, 2, ... steps ago are owed after the next step at the earliest: see the head."""
        state, ratio = self.state[self.table], self.betas[0] / self.betas[1] ** 0.5
        sums = state["sums"]
        longer = torch.cat((sums.new_zeros(1), sums[:-1]))
        sums.copy_(longer + factor * ratio**self.powers)
        state["whole"][min(self.count, STEADY - 1)] = sums[-1]
