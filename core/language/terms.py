"""Words as they are, weighed by how rare they are: what finds a name that no vector knows."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WEIGHTS, RARITY, PLACE = "weights.npz", "rarity.npy", "terms.json"
RUN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]+|[^\W_]+")
"""Letters that are written together: of scripts without spaces, or of any others."""
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f]")

ENDINGS = (("ies", "i"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""))
"""Endings of English words, and what stands in their place, the first that fits: baking, baked, bakes are bake."""
ROOT = 3
"""Letters that are left of a word at least."""
SMALL = frozenset(
    """
    a about after all also am an and any are as at be because been before being between both but by can could did do
    does during each for from had has have he her hers him his how i if in into is it its just like me more most my
    no nor not of off on one only or other our out over own same she should so some somebody someone something such
    than that the their them then there these they thing things this those through to too under until up us very was
    we were what when where which while who whom whose why will with without would you your
    """.split()  # noqa: SIM905
)
"""Words of English that say nothing of what is looked for."""


def terms(text: str) -> list[str]:
    """Words in small letters without English endings, and pairs of letters where a script has no spaces.

    >>> terms("Red TENTS, 双人帐篷")
    ['red', 'tent', '双人', '人帐', '帐篷']
    """
    found = []
    for run in RUN.findall(text.casefold()):
        if UNSPACED.match(run):
            found += [run[place : place + 2] for place in range(max(1, len(run) - 1))]
        else:
            found.append(_root(run))
    return found


def asked_terms(text: str) -> list[str]:
    """Terms of a question without its small words, or with them where it has no others.

    >>> asked_terms("something for the cats"), asked_terms("The Who")
    (['cat'], ['the', 'who'])
    """
    telling = " ".join(run for run in RUN.findall(text.casefold()) if run not in SMALL)
    return terms(telling or text)


@lru_cache(maxsize=1 << 16)
def _root(word: str) -> str:
    """A word less its ending, and one of two like letters that are left at its end."""
    if word.isascii() and word.isalpha() and not word.endswith("ss"):
        for ending, instead in ENDINGS:
            left = len(word) - len(ending)
            if word.endswith(ending) and left >= ROOT:
                word = word[:left] + instead
                break
        if len(word) > ROOT and word[-1] == word[-2] and word[-1] not in "lsz":
            word = word[:-1]
        word = f"{word[:-1]}i" if len(word) > ROOT and word.endswith("y") else word
    return word


@dataclass(frozen=True, eq=False)
class Terms:
    """Texts by the words in them."""

    weights: Any
    """TF-IDF of each text, rows of length 1: a sparse matrix by columns, (texts, terms)."""
    rarity: Floats
    """Logarithm of how rare each term is, (terms,)."""
    place: dict[str, int]
    """Column of each term."""

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Terms":
        """Counted in some texts; a term counts the logarithm of how often it is there."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        if not any(map(terms, texts)):
            from scipy import sparse

            return cls(sparse.csc_matrix((len(texts), 0), dtype=np.float32), np.zeros(0, dtype=np.float32), {})
        counter = TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float32)
        weights = counter.fit_transform(texts)
        place = {name: column for column, name in enumerate(counter.get_feature_names_out())}
        return cls(weights.tocsc(), counter.idf_.astype(np.float32), place)

    def save(self, folder: Path) -> None:
        """Write a new folder."""
        from scipy import sparse

        folder.mkdir()
        sparse.save_npz(folder / WEIGHTS, self.weights, compressed=False)
        np.save(folder / RARITY, self.rarity)
        (folder / PLACE).write_text(json.dumps(list(self.place), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Terms":
        """What `save` wrote."""
        from scipy import sparse

        names = json.loads((folder / PLACE).read_text(encoding="utf-8"))
        rarity = np.load(folder / RARITY, allow_pickle=False)
        return cls(sparse.load_npz(folder / WEIGHTS), rarity, {name: column for column, name in enumerate(names)})

    def scores(self, text: str) -> Floats:
        """Cosine of each text with one that is asked for, (texts,)."""
        found = np.zeros(self.weights.shape[0], dtype=np.float32)
        wanted = [self.place[term] for term in asked_terms(text) if term in self.place]
        if not wanted:
            return found
        columns, counts = np.unique(wanted, return_counts=True)
        asked = (1 + np.log(counts)) * self.rarity[columns]
        asked = asked / np.linalg.norm(asked)
        for column, weight in zip(columns, asked, strict=True):
            rows = slice(self.weights.indptr[column], self.weights.indptr[column + 1])
            found[self.weights.indices[rows]] += np.float32(weight) * self.weights.data[rows]
        return found
