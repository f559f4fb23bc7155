"""Losses over many items at once, with gradients made in the same pass that makes the logits."""

import math

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx
from torch.nn import functional

from core.model import devices

ROWS = 512
"""States whose logits are held at a time, so that they stay in the processor's cache."""
LOGITS = 1 << 27
"""Logits that a GPU holds at a time."""
BOUND = 60.0
"""Exponents up to this need no shift to stay within float32."""


class InnerSoftmax(torch.autograd.Function):
    """Mean cross-entropy of a softmax over inner products, full or with shared sampled negatives.

    loss = mean_n log(p_n + sum_{j<m, j != t_n} e_nj) - log p_n,  p_n = exp(h_n . v_{t_n}),  e_nj = exp(h_n . v_j + c)

    The first m rows of `items` are the candidates, c the correction for sampling them (log of items / candidates;
    Bengio & Senecal 2008); m = all items, c = 0 is the full softmax. The gradient of the exponentials is never
    normalised as a matrix: 1/Z goes onto the states, which leaves one pass over the logits besides three products.
    A share s of each target that goes to all candidates alike (label smoothing; Szegedy et al. 2016) adds
    s h_n . (v_{t_n} - mean_j v_j).
    """

    @staticmethod
    def forward(
        ctx: FunctionCtx, states: Tensor, items: Tensor, target: Tensor, sampling: tuple[int, float], smoothing: float
    ) -> Tensor:
        """Loss from states (n, size), items (m + more, size), each state's row in items (n,), and m and c."""
        candidates, correction = sampling
        some, total = items[:candidates], states.new_zeros(())
        even = some.mean(0) * smoothing
        grad_states, grad_items = torch.empty_like(states), torch.zeros_like(items)
        host = devices.on_host(states.device)
        step = ROWS if host else max(ROWS, LOGITS // candidates)
        for begin in range(0, len(states), step):
            rows = slice(begin, begin + step)
            part, aim = states[rows], target[rows]
            aimed = items[aim]
            logit = (part * aimed).sum(-1)
            powers = part @ some.T
            shift = _shift(powers, logit, correction)
            moved = not host or shift.any() or correction
            powers.add_((correction - shift)[:, None]).exp_() if moved else powers.exp_()
            _clear(powers, aim, candidates)
            own = (logit - shift).exp_()
            norm = powers.sum(-1).add_(own)
            total += (norm.log() + shift - (1 - smoothing) * logit - part @ even).sum()
            pull = (own / norm - (1 - smoothing))[:, None]
            torch.mm(powers, some, out=grad_states[rows]).div_(norm[:, None]).add_(aimed * pull).sub_(even)
            grad_items[:candidates].addmm_(powers.T, part / norm[:, None])
            grad_items.index_add_(0, aim, part * pull)
        grad_items[:candidates].sub_(states.sum(0) * (smoothing / candidates))
        ctx.save_for_backward(grad_states, grad_items)
        return total / len(states)

    @staticmethod
    def backward(ctx: FunctionCtx, *grads: Tensor) -> tuple[Tensor, Tensor, None, None, None]:
        """Scale the gradients made on the way forward, in their place: there is no second time."""
        if getattr(ctx, "spent", False):
            raise RuntimeError(
                "InnerSoftmax can be differentiated once, found a second backward. Compute the loss anew."
            )
        ctx.spent = True  # type: ignore[attr-defined]
        grad_states, grad_items = ctx.saved_tensors  # type: ignore[attr-defined]
        scale = grads[0] / len(grad_states)
        return grad_states.mul_(scale), grad_items.mul_(scale), None, None, None


def _shift(powers: Tensor, logit: Tensor, correction: float) -> Tensor:
    """Row maximum where an exponential could overflow, else zero; a GPU is not asked which, and takes the maximum."""
    if devices.on_host(powers.device) and max(float(powers.max()), float(logit.max())) + correction < BOUND:
        return torch.zeros_like(logit)
    return torch.maximum(powers.amax(-1) + correction, logit)


def _clear(powers: Tensor, target: Tensor, candidates: int) -> None:
    """Zero the candidates that are the row's own target."""
    if not devices.on_host(powers.device):  # counting them would wait for the device
        powers.masked_fill_(torch.arange(candidates, device=powers.device) == target[:, None], 0.0)
        return
    hit = torch.nonzero(target < candidates).squeeze(1)
    powers[hit, target[hit]] = 0.0


def softmax_loss(
    states: Tensor, items: Tensor, target: Tensor, candidates: int, correction: float, smoothing: float = 0.0
) -> Tensor:
    """Softmax over inner products of states (n, size) and items; see `InnerSoftmax`."""
    sampling = (candidates, correction)
    loss: Tensor = InnerSoftmax.apply(states, items, target, sampling, smoothing)  # type: ignore[no-untyped-call]
    return loss


def logit_softmax_loss(
    logits: Tensor, own: Tensor, target: Tensor, correction: float, smoothing: float = 0.0
) -> Tensor:
    """The same from logits of the candidates (n, m) and of the targets (n,), for any scorer."""
    hit = torch.nonzero(target < logits.shape[1]).squeeze(1)
    others = (logits + correction).index_put((hit, target[hit]), logits.new_tensor(-math.inf))
    everything = torch.cat([own[:, None], others], 1)
    return (everything.logsumexp(-1) - (1 - smoothing) * own - smoothing * logits.mean(-1)).mean()


def gbce_loss(logits: Tensor, own: Tensor, target: Tensor, share: float, calibration: float = 0.75) -> Tensor:
    """Generalised binary cross-entropy (Petrov & Macdonald 2023, gSASRec), with shared negatives.

    `share` = negatives / (items - 1); the positive's sigmoid is raised to beta = share * (t * (1 - 1/share) + 1/share).
    """
    beta = share * (calibration * (1 - 1 / share) + 1 / share)
    hit = torch.nonzero(target < logits.shape[1]).squeeze(1)
    others = logits.index_put((hit, target[hit]), logits.new_tensor(-math.inf))
    negative = functional.softplus(others).sum(-1)
    return (negative - beta * functional.logsigmoid(own)).mean() / (logits.shape[1] + 1)
