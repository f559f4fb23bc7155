"""Every way to say which events were behind a list, by name."""

import numpy as np

from core.data.sequences import Sequences
from core.errors import SettingsError
from core.explain import attribution
from core.explain.attribution import Effects
from core.explain.gradients import integrated_gradients
from core.model.storage import InterestModel

METHODS = ("integrated-gradients", "leave-one-out", "shapley", "attention", "rollout")
"""Methods that explain."""
DEFAULT = "integrated-gradients"
"""The method that pages show first."""


def effects(method: str, model: InterestModel, sequences: Sequences, user: int, item: int) -> Effects:
    """What each event did for an item by one method, (n_events,); raises `SettingsError`."""
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
    raise SettingsError(f"No method {method!r}. Choose from {', '.join(METHODS)} or recency.")
