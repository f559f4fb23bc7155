"""Names of regions: the categories that stand out among their items, or the words of their titles; no two the same."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from core.atlas.regions import Codes
from core.data import Catalogue
from core.drift import name_groups

STANDS_OUT = 1.5
"""A category is as much more frequent in a region than in all others, at least."""
SHOWN, ALONE = 0.15, 0.5
"""Share of a region's items from which a category stands in its name, and from which it stands there alone."""
LONGEST = 24
"""Letters of what tells two regions of one category apart."""
Ints = NDArray[np.int64]


def region_names(region: Codes, catalogue: Catalogue, counts: Ints) -> list[str]:
    """A short name for each region.

    `region` and events (`counts`) of each item, (n_items,). Categories by how much more of the region's items have
    them than of all others (lift); where none stands out, or several regions would have one name, the words of titles.
    """
    number = int(region.max(initial=-1)) + 1
    told = [" + ".join(names) for names in _standing_out(region, catalogue, number)]
    same = Counter(told)
    if all(name and same[name] == 1 for name in told):
        return told
    words = name_groups(region.astype(np.int64), counts + 1, catalogue.titles)
    for name, regions in same.items():
        if name and regions > 1:
            words = _apart(words, [each for each in range(number) if told[each] == name], region, (catalogue, counts))
    words = [word or f"#{each + 1}" for each, word in enumerate(words)]
    found = [words[each] if not name else name if same[name] == 1 else f"{name}: {_first(words[each])}"
             for each, name in enumerate(told)]  # fmt: skip
    twice = Counter(found)
    return [name if twice[name] == 1 else f"{name} ({each + 1})" for each, name in enumerate(found)]


def _standing_out(region: Codes, catalogue: Catalogue, number: int) -> list[list[str]]:
    """One or two categories of each region, none where none stands out."""
    if not catalogue.categories:
        return [[] for _ in range(number)]
    held = np.stack([np.asarray(catalogue.shares[region == each].sum(axis=0)).ravel() for each in range(number)])
    own, rest = held, held.sum(axis=0) - held
    share = own / np.maximum(own.sum(axis=1, keepdims=True), 1e-9)
    # One item more on either side, so that a rare category does not stand out by a single item.
    spread = 1.0 / len(catalogue.categories)
    lift = (own + spread) / (own.sum(axis=1, keepdims=True) + 1)
    lift /= (rest + spread) / (rest.sum(axis=1, keepdims=True) + 1)
    score = np.where((lift >= STANDS_OUT) & (share >= SHOWN), share * np.log(np.maximum(lift, 1.0)), 0.0)
    found = []
    for row, shares in zip(score, share, strict=True):
        best = [int(at) for at in np.argsort(-row, kind="stable")[:2] if row[at] > 0]
        found.append([catalogue.categories[at] for at in (best[:1] if best and shares[best[0]] >= ALONE else best)])
    return found


def _apart(words: list[str], regions: list[int], region: Codes, known: tuple[Catalogue, Ints]) -> list[str]:
    """The words of some regions anew: those that tell these from one another."""
    catalogue, counts = known
    group = np.full(len(region), -1, dtype=np.int64)
    for place, each in enumerate(regions):
        group[region == each] = place
    found = name_groups(group, counts + 1, catalogue.titles)
    return [found[regions.index(each)] if each in regions else word for each, word in enumerate(words)]


def _first(words: str) -> str:
    """The first word or title of a name of words, short enough to stand behind another."""
    return words.partition(" · ")[0][:LONGEST]
