"""Several categories an item: which of them an event was about.

Equal shares would blur a person's mix, as the other categories of an item come along uncalled for. By
expectation-maximisation, as in topic models, each event goes to its categories in proportion to how much the same
user seeks them elsewhere, and to how much their place in the item's list tells: many shops list the category that
matters first, others by the alphabet. What the places tell is learned from the log. The order of a user's events
plays no part, so sessions stay exchangeable.
"""

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence.trend import user_mixes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PLACES = 4
"""Places in a list of categories that are told apart; those behind count as the last of these."""
STEPS, LEARNING_STEPS = 4, 8
"""Steps of expectation and maximisation, of one user and of what all users teach: both settle in fewer."""


def places_of(count: Ints) -> Ints:
    """Place of each entry in the list of its event, from the number of entries of each event, (n_entries,).

    >>> places_of(np.array([2, 1])).tolist()
    [0, 1, 0]
    """
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.asarray(np.minimum(place, PLACES - 1))


def learn_places(user: Ints, category: Ints, count: Ints, shape: tuple[int, int]) -> Floats:
    """How much each place of a list tells, mean 1 where all tell the same, (PLACES,).

    Takes user and category of each entry, the number of entries of each event, and (users, categories).
    """
    weight, place = np.ones(PLACES), places_of(count)
    several = np.repeat(count > 1, count)
    if not several.any():
        return weight
    equal = np.bincount(place[several], np.repeat(1.0 / np.maximum(count, 1), count)[several], PLACES)
    share = np.repeat(1.0 / np.maximum(count, 1), count)
    for _ in range(LEARNING_STEPS):
        share = _step(count, user_mixes(user, category, share, shape)[user, category] * weight[place])
        weight = (np.bincount(place[several], share[several], PLACES) + 1) / (equal + 1)
    return np.asarray(weight)


def entry_shares(  # entries, and what is known of everyone
    user: Ints, category: Ints, count: Ints, shape: tuple[int, int], weight: Floats, everyone: Floats | None = None
) -> Floats:
    """Share of its event that each entry has, summing to 1 in each event, (n_entries,); `everyone` as `user_mixes`."""
    share = np.repeat(1.0 / np.maximum(count, 1), count)
    if (count <= 1).all():
        return share
    told = weight[places_of(count)]
    for _ in range(STEPS):
        share = _step(count, user_mixes(user, category, share, shape, everyone)[user, category] * told)
    return share


def _step(count: Ints, claim: Floats) -> Floats:
    event = np.repeat(np.arange(len(count)), count)
    return np.asarray(claim / np.bincount(event, claim, len(count))[event])
