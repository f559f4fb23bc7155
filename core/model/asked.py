"""A list for words: what somebody likes, said in a sentence, where there are no events to go by.

What is said stands for one event with an item that says the same: its vector is that of the trained items nearest in
meaning. What the model then expects next and what says the like count the same, for the model follows habits and
likeness the subject:

    score of i = exp(logit_i - max) + max(0, cosine_i)^4 / max
"""

import numpy as np
import torch
from numpy.typing import NDArray

from core.data import Sequences
from core.model.batches import Batch
from core.model.blend import scale
from core.model.interest_model import InterestModel
from core.model.meanings import Meaning
from core.model.newcomers import said_by

Floats = NDArray[np.float32]
SHARPNESS = 4
"""Power of the cosine: what is hardly alike must not outweigh the model."""


def alike(said: Floats, meaning: Meaning) -> Floats:
    """How much each item says what is said, between 0 and 1, (n_items,); `said` is a whitened unit vector, (size,)."""
    powers = np.maximum(meaning.vectors @ said, 0.0) ** SHARPNESS
    found: Floats = scale(powers[None].astype(np.float32), None)[0]
    return found


@torch.no_grad()
def expected(model: InterestModel, said: Floats, meaning: Meaning, log: Sequences) -> Floats:
    """What the model expects after one event at the end of the log with an item that says it, best 1, (n_items,).

    0 for all where no trained item says anything.
    """
    trained = np.flatnonzero((model.popularity > 0) & meaning.vectors.any(1))
    if not len(trained):
        return np.zeros(log.n_items, dtype=np.float32)
    vector = said_by(said[None], model.raw_vectors, model.popularity, (meaning.vectors, trained))
    network, place, none = model.network, torch.zeros(1, 1, dtype=torch.int64), torch.empty(0, dtype=torch.int64)
    time = torch.full((1, 1), int(log.time.max(initial=0)))
    user = torch.tensor([network.shape.users.rows])
    batch = Batch(place, place, torch.ones(1, 1), time, user, none, none)
    state = network.scorer.states(network.at(vector[:, None], batch, none.new_zeros(1)))
    found: Floats = scale(model.score_states(state.numpy()), 1.0)[0]
    return found
