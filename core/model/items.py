"""Item encoder: what an item is (id, categories, columns, text), fused into one vector."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data import CATEGORY_SEPARATOR
from core.model.features import Bag, Features, Floats


class TokenMean(nn.Module):
    """Mean of the vectors of a row's tokens; zero where it has none."""

    offsets: Tensor
    index: Tensor

    def __init__(self, bag: Bag, size: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(len(bag.tokens), size) / size**0.5)
        self.register_buffer("offsets", torch.tensor(bag.offsets), persistent=False)
        self.register_buffer("index", torch.tensor(bag.index), persistent=False)

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors (n, size) and whether there is any token (n,)."""
        counts = self.offsets[rows + 1] - self.offsets[rows]
        starts = torch.cumsum(counts, 0) - counts
        total = int(counts.sum())
        shift = torch.repeat_interleave(self.offsets[rows] - starts, counts, output_size=total)
        places = torch.arange(total, device=rows.device) + shift
        vectors = functional.embedding_bag(self.index[places], self.table, starts, mode="mean")
        return vectors, counts > 0


class TextVector(nn.Module):
    """A projected text vector."""

    texts: Tensor

    def __init__(self, features: Features, size: int) -> None:
        super().__init__()
        self.register_buffer("texts", torch.from_numpy(features.texts), persistent=False)
        self.project = nn.Linear(self.texts.shape[1], size, bias=False)

    def forward(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors (n, size) and whether there is any text (n,)."""
        texts = self.texts[rows]
        return self.project(texts), texts.any(-1)


class AttributeFusion(nn.Module):
    """Vectors of all columns of a row, weighed by attention: a column that says more of this row counts more.

    weight of column j = softmax_j(query . vector_j / sqrt(size) + bias_j) among the columns that the row has.
    """

    def __init__(self, features: Features, size: int) -> None:
        super().__init__()
        sources: list[nn.Module] = [TokenMean(bag, size) for bag in features.bags]
        if features.texts.shape[1]:
            sources.append(TextVector(features, size))
        self.sources = nn.ModuleList(sources)
        self.query = nn.Parameter(torch.zeros(size))
        self.bias = nn.Parameter(torch.zeros(len(sources)))

    def forward(self, rows: Tensor) -> Tensor:
        """Fused vectors, (n, size)."""
        pairs = [source(rows) for source in self.sources]
        return self.fused(
            torch.stack([vector for vector, _ in pairs], 1), torch.stack([there for _, there in pairs], 1)
        )

    def fused(self, vectors: Tensor, there: Tensor) -> Tensor:
        """Fused vectors (n, size) from those of the columns (n, columns, size) and which a row has (n, columns)."""
        logits = vectors @ self.query / vectors.shape[-1] ** 0.5 + self.bias
        weights = torch.softmax(logits.masked_fill(~there, -1e9), 1) * there
        return (weights.unsqueeze(1) @ vectors).squeeze(1)


class Meaning(nn.Module):
    """What items mean, turned and stretched into the space of their ids; at the start of the length of an id."""

    said: Tensor

    def __init__(self, said: Floats, size: int) -> None:
        super().__init__()
        self.register_buffer("said", torch.from_numpy(said), persistent=False)
        self.project = nn.Linear(said.shape[1], size, bias=False)
        nn.init.orthogonal_(self.project.weight)

    def forward(self, rows: Tensor) -> Tensor:
        """Vectors of some items, (n, size)."""
        vectors: Tensor = self.project(self.said[rows])
        return vectors


class ItemEncoder(nn.Module):
    """One vector for each item: its id's, what its attributes say, and what it means, added."""

    def __init__(self, features: Features, size: int, *, attributes: bool) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.randn(features.rows, size) / size**0.5)
        known = attributes and (features.bags or features.texts.shape[1])
        self.attributes = AttributeFusion(features, size) if known else None
        self.meaning = None if features.said is None else Meaning(features.said, size)
        self.sparse = False
        """Whether gradients of the table name their rows, for an optimiser that leaves the others alone."""

    def forward(self, rows: Tensor, id_kept: Tensor | None = None) -> Tensor:
        """Vectors of some items, (n, size); `id_kept` (n, 1) hides the ids of some and scales the others."""
        vectors = functional.embedding(rows, self.table, sparse=self.sparse)
        if id_kept is not None:
            vectors = vectors * id_kept
        for known in (self.attributes, self.meaning):
            if known is not None:
                vectors = vectors + known(rows)
        return vectors

    @property
    def described(self) -> bool:
        """Whether anything but its id is known of an item."""
        return self.attributes is not None or self.meaning is not None


def described(items: ItemEncoder, bags: Sequence[Bag], known: Mapping[str, str]) -> Tensor:
    """Vector of an item that no table knows, (size,), from texts by column; without a word that is known it is zero."""
    fusion = items.attributes
    if fusion is None:
        return torch.zeros(items.table.shape[1])
    vectors = torch.zeros(1, len(fusion.sources), len(fusion.query))
    there = torch.zeros(1, len(fusion.sources), dtype=torch.bool)
    for place, (bag, source) in enumerate(zip(bags, fusion.sources, strict=False)):
        words = {word.strip().casefold() for word in known.get(bag.name, "").split(CATEGORY_SEPARATOR)}
        tokens = sorted(number for word in words for number in bag.numbers.get(word, ()))
        if tokens:
            vectors[0, place], there[0, place] = source.table[tokens].mean(0), True  # type: ignore[index]
    fused: Tensor = fusion.fused(vectors, there)[0]
    return fused
