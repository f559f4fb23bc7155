"""Every way to say which events were behind a list, by name."""

import numpy as np

from core.data import Sequences, history_of
from core.errors import SettingsError
from core.explain import attribution
from core.explain.attribution import Effects
from core.explain.gradients import integrated_gradients
from core.model import Blend, InterestModel, Ranker
from core.phrases import say

METHODS = ("shapley", "integrated-gradients", "leave-one-out", "attention", "rollout")
"""Methods that explain."""
DEFAULT = "shapley"
"""The method that pages show first: it explains every ranker, and names planted causes best (bench/explain.py)."""


def effects(method: str, model: InterestModel, sequences: Sequences, user: int, item: int) -> Effects:
    """What each event did for an item of the model's list by one method, (n_events,); raises `SettingsError`."""
    if method == "leave-one-out":
        return attribution.left_out(model, sequences, user, item)
    if method == "integrated-gradients":
        return integrated_gradients(model, sequences, user, item)
    if method == "shapley":
        return attribution.shapley(model, sequences, user, item)
    if method == "attention":
        return attribution.looked_at(model, sequences, user)
    if method == "rollout":
        return attribution.rollout(model, sequences, user)
    if method == "recency":
        return np.arange(int(sequences.lengths[user]), dtype=np.float64)
    raise SettingsError(say("errors.no_method", method=method, known=", ".join(METHODS)))


def effects_of(method: str, ranker: Ranker, sequences: Sequences, user: int, item: int) -> Effects:
    """As `effects`, for any ranker; raises `SettingsError` where a method needs a model and there is none.

    A blend is explained part by part, each part's effects on its scaled score times its share: the model by the
    method, baselines, which add up what events say one by one, by leaving events out.
    """
    if not sequences.lengths[user]:
        return np.zeros(0)
    if isinstance(ranker, InterestModel):
        return effects(method, ranker, sequences, user, item)
    if method == "leave-one-out":
        return attribution.left_out(ranker, sequences, user, item)
    if method == "shapley":
        return attribution.shapley(ranker, sequences, user, item)
    if not isinstance(ranker, Blend):
        raise SettingsError(say("errors.method_of_model", method=method, model=ranker.name))
    total = np.zeros(int(sequences.lengths[user]))
    for part, each in ranker.parts_after(int(sequences.lengths[user])):
        if isinstance(each, InterestModel):
            total += part.weight * _on_scale(effects(method, each, sequences, user, item), each, sequences, user, item)
        else:
            total += part.weight * _standing_left_out(each, sequences, user, item)
    return total


def _on_scale(effect: Effects, model: InterestModel, sequences: Sequences, user: int, item: int) -> Effects:
    """Effects stretched so that they sum to what the history made of the item's standing."""
    history = history_of(sequences, user)
    whole, nothing = attribution.standings(model, sequences, user, item, [history, history.take(slice(0, 0))])
    total = effect.sum()
    return effect * (whole - nothing) / total if abs(total) > 1e-9 else effect * 0.0


def _standing_left_out(ranker: Ranker, sequences: Sequences, user: int, item: int) -> Effects:
    history = history_of(sequences, user)
    variants = [history, *(history.without(place) for place in range(len(history)))]
    standing = attribution.standings(ranker, sequences, user, item, variants)
    loss: Effects = standing[0] - standing[1:]
    return loss
