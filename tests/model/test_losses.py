"""The losses written by hand equal their textbook forms, value and gradient."""

import math

import pytest
import torch
from torch.nn import functional

from core.model.losses import gbce_loss, logit_softmax_loss, softmax_loss


def inputs(scale: float = 1.0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    states = (scale * torch.randn(700, 8)).requires_grad_()
    items = torch.randn(30, 8).requires_grad_()
    return states, items, torch.randint(0, 30, (700,))


@pytest.mark.parametrize("scale", [1.0, 40.0])
def test_full_softmax_is_cross_entropy(scale):
    """Value and both gradients equal autograd's, also where exponentials would overflow."""
    states, items, target = inputs(scale)
    ours = softmax_loss(states, items, target, 30, 0.0)
    ours.backward()
    grads = states.grad.clone(), items.grad.clone()
    states.grad = items.grad = None
    theirs = functional.cross_entropy(states @ items.T, target)
    theirs.backward()
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
    torch.testing.assert_close(grads[0], states.grad, atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(grads[1], items.grad, atol=1e-5, rtol=1e-4)


def test_sampled_softmax_counts_the_target_once():
    """With candidates, the fused loss equals the one from logits, target among the candidates or not."""
    states, items, target = inputs()
    correction = math.log(3)
    ours = softmax_loss(states, items, target, 10, correction)
    ours.backward()
    grads = states.grad.clone(), items.grad.clone()
    states.grad = items.grad = None
    theirs = logit_softmax_loss(states @ items[:10].T, (states * items[target]).sum(-1), target, correction)
    theirs.backward()
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
    torch.testing.assert_close(grads[0], states.grad, atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(grads[1], items.grad, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("scale", [1.0, 40.0])
def test_smoothing_is_that_of_cross_entropy(scale):
    """A share of each target that goes to all items alike: value and both gradients are PyTorch's."""
    states, items, target = inputs(scale)
    ours = softmax_loss(states, items, target, 30, 0.0, 0.2)
    ours.backward()
    grads = states.grad.clone(), items.grad.clone()
    states.grad = items.grad = None
    theirs = functional.cross_entropy(states @ items.T, target, label_smoothing=0.2)
    theirs.backward()
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
    torch.testing.assert_close(grads[0], states.grad, atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(grads[1], items.grad, atol=1e-5, rtol=1e-4)


def test_smoothing_goes_to_the_candidates():
    """With sampled items the share goes to these, in the fused loss as in the one from logits."""
    states, items, target = inputs()
    ours = softmax_loss(states, items, target, 10, math.log(3), 0.3)
    ours.backward()
    grads = states.grad.clone(), items.grad.clone()
    states.grad = items.grad = None
    own = (states * items[target]).sum(-1)
    theirs = logit_softmax_loss(states @ items[:10].T, own, target, math.log(3), 0.3)
    theirs.backward()
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
    torch.testing.assert_close(grads[0], states.grad, atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(grads[1], items.grad, atol=1e-5, rtol=1e-4)


def test_a_second_backward_is_refused():
    """Its gradients were used up by the first: an error, where wrong numbers would be believed."""
    states, items, target = inputs()
    loss = softmax_loss(states, items, target, 30, 0.0)
    loss.backward(retain_graph=True)
    with pytest.raises(RuntimeError, match="can be differentiated once, found a second backward"):
        loss.backward()


def test_gbce_by_hand():
    """One state, its item at logit 1, one negative at 0, all items sampled: beta is 1, plain cross-entropy."""
    loss = gbce_loss(torch.tensor([[0.0]]), torch.tensor([1.0]), torch.tensor([5]), share=1.0)
    assert loss.item() == pytest.approx((math.log(2) + math.log(1 + math.exp(-1))) / 2)
