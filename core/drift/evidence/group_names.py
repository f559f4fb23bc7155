"""Short names of groups: the words that set the titles of a group apart from those of all others.

Class-based TF-IDF (Grootendorst, BERTopic, 2022): how often a word is in a group's titles, each as often as it was
sought, times log(1 + mean words of a group / how often the word is in all groups).
"""

import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
WORD = re.compile(r"[^\W\d_]+")
SHORTEST = 3
"""Letters of a word, where words are parted by spaces."""
UNPARTED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Letters of scripts in which words are not parted by spaces, or are shorter: two of them stand for a word."""
APART = 1.5
"""A word is as much more frequent in a group than in all, at least."""
LONGEST = 40
"""Letters of a title that stands for a group without words."""
WORDS = 4
"""Words of a name at most; two, where no other group has the same."""


def name_groups(group: Ints, counts: Ints, titles: NDArray[np.object_]) -> list[str]:
    """A name of each group of titles, no two the same: "cheese · wine"; its two top titles where words set none apart.

    `group`: number of each title's group from 0, -1 without one; `counts`: how often each was sought; (n_titles,).
    """
    groups = [np.flatnonzero(group == number) for number in range(int(group.max(initial=-1)) + 1)]
    said = {int(unit): words_of(str(titles[unit])) for members in groups for unit in members}
    inside = [_counted(members, counts, said) for members in groups]
    whole: Counter[str] = Counter()
    for own in inside:
        whole.update(own)
    names: list[str] = []
    for members, own in zip(groups, inside, strict=True):
        ranked = _ranked(own, whole, len(groups), _several(members, said))
        names.append(_unlike(names, _varied(ranked, members, said), members, (counts, titles)))
    return names


def words_of(title: str) -> list[str]:
    """Words of a title, each once, in small letters.

    >>> words_of("Red WINE 2 l, red")
    ['red', 'wine']
    """
    found: list[str] = []
    for run in WORD.findall(title.lower()):
        if UNPARTED.search(run):
            found += [run[place : place + 2] for place in range(max(1, len(run) - 1))]
        elif len(run) >= SHORTEST:
            found.append(run)
    return list(dict.fromkeys(found))


def _counted(members: Ints, counts: Ints, said: dict[int, list[str]]) -> Counter[str]:
    own: Counter[str] = Counter()
    for unit in members.tolist():
        own.update(dict.fromkeys(said[unit], int(counts[unit])))
    return own


def _several(members: Ints, said: dict[int, list[str]]) -> set[str]:
    """Words of two titles or more; of any where there is one title."""
    titles = Counter(word for unit in members.tolist() for word in said[unit])
    return {word for word, number in titles.items() if number > 1 or len(members) == 1}


def _ranked(own: Counter[str], whole: Counter[str], groups: int, among: set[str]) -> list[str]:
    """Words that set a group apart, best first."""
    size, total = max(1, sum(own.values())), max(1, sum(whole.values()))
    score = {
        word: own[word] / size * np.log1p(total / groups / whole[word])
        for word in among
        if own[word] and own[word] / size >= APART * whole[word] / total
    }
    return sorted(score, key=lambda word: (-score[word], word))


def _varied(ranked: list[str], members: Ints, said: dict[int, list[str]]) -> list[str]:
    """The same with words behind that mostly stand beside the first."""
    if not ranked:
        return []
    beside = Counter(word for unit in members.tolist() if ranked[0] in said[unit] for word in said[unit])
    titles = Counter(word for unit in members.tolist() for word in said[unit])
    return sorted(ranked, key=lambda word: word != ranked[0] and 2 * beside[word] > titles[word])


def _unlike(names: list[str], words: list[str], members: Ints, known: tuple[Ints, NDArray[np.object_]]) -> str:
    """A name that no other group has: more words, then a number."""
    counts, titles = known
    for number in range(2, min(len(words), WORDS) + 1):
        if " · ".join(words[:number]) not in names:
            return " · ".join(words[:number])
    top = members[np.argsort(-counts[members], kind="stable")][:2]
    name = " · ".join(words[:2] if len(words) > 1 else [str(titles[unit])[:LONGEST] for unit in top])
    return name if name not in names else f"{name} ({len(names) + 1})"
