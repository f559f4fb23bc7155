"""Scorers: how well an item fits a state. Each gives logits of all pairs, and of matched pairs."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

HIDDEN = 8
"""Hidden units of the scorers that are small networks."""


class InnerScorer(nn.Module):
    """Cosine of state and item over a learned temperature."""

    def __init__(self, _size: int) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(math.log(14.0)))

    def states(self, states: Tensor) -> Tensor:
        """Unit states times the scale, so that a logit is an inner product."""
        return functional.normalize(states, dim=-1) * self.log_scale.exp()

    def items(self, vectors: Tensor) -> Tensor:
        """Unit item vectors."""
        return functional.normalize(vectors, dim=-1)

    def forward(self, states: Tensor, items: Tensor) -> Tensor:
        """Logits of all pairs of prepared states (n, size) and items (m, size): (n, m)."""
        return states @ items.T

    def matched(self, states: Tensor, items: Tensor) -> Tensor:
        """Logits of row i of both: (n,)."""
        return (states * items).sum(-1)


class MlpScorer(InnerScorer):
    """Neural collaborative filtering: a hidden layer over state and item beside their inner product.

    He et al., 2017 (NeuMF): score = w . relu(A state + B item + b) + state . item
    """

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.of_state = nn.Linear(size, HIDDEN)
        self.of_item = nn.Linear(size, HIDDEN, bias=False)
        self.out = nn.Parameter(torch.randn(HIDDEN) / HIDDEN**0.5)

    def forward(self, states: Tensor, items: Tensor) -> Tensor:
        """Logits of all pairs, one hidden unit at a time, so that no (n, m, hidden) tensor is built."""
        scores = states @ items.T
        for unit, (left, right) in enumerate(zip(self.of_state(states).T, self.of_item(items).T, strict=True)):
            scores = scores + self.out[unit] * functional.relu(self._hidden(unit, left, right, (states, items)))
        return scores

    def matched(self, states: Tensor, items: Tensor) -> Tensor:
        """Logits of row i of both."""
        hidden = self.of_state(states) + self.of_item(items) + self._products(states * items)
        return (states * items).sum(-1) + functional.relu(hidden) @ self.out

    def _hidden(self, _unit: int, left: Tensor, right: Tensor, _pair: tuple[Tensor, Tensor]) -> Tensor:
        return left[:, None] + right

    def _products(self, _products: Tensor) -> Tensor | float:
        return 0.0


class ProductScorer(MlpScorer):
    """Product-based network: the hidden layer also sees the products of state and item, entry by entry.

    Qu et al., 2016 (inner PNN): hidden_k = relu(A_k state + B_k item + sum_d W_kd state_d item_d + b_k)
    """

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.of_product = nn.Parameter(torch.randn(HIDDEN, size) / size**0.5)

    def _hidden(self, unit: int, left: Tensor, right: Tensor, pair: tuple[Tensor, Tensor]) -> Tensor:
        return left[:, None] + right + (pair[0] * self.of_product[unit]) @ pair[1].T

    def _products(self, products: Tensor) -> Tensor | float:
        return products @ self.of_product.T


SCORERS: dict[str, type[InnerScorer]] = {"inner": InnerScorer, "mlp": MlpScorer, "product": ProductScorer}
