"""Run what numba compiles once on next to nothing, so that it lies on disk: `python -m scripts.compile_loops drift`."""

import sys

import numpy as np
from numpy.typing import NDArray

from core import atlas
from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.drift.live.watcher import watch
from core.drift.verdict.detection import detect
from core.settings import AtlasSettings, DriftSettings, SimulationSettings


class AtRandom:
    """A model whose items and states lie anywhere."""

    def __init__(self, log: Sequences) -> None:
        self.item_vectors = np.random.default_rng(0).normal(size=(log.n_items, 8)).astype(np.float32)

    def states(self, sequences: Sequences) -> NDArray[np.float32]:
        """Each where its item is."""
        return self.item_vectors[sequences.item]


def main() -> None:
    """Compile what is named: drift, or map."""
    simulated = simulate(SimulationSettings(users=60, seed=1))
    log = build_sequences(simulated.events, simulated.items, simulated.users)
    if sys.argv[1] == "map":
        atlas.fit(AtRandom(log), log, AtlasSettings(method="umap", landmarks=200))
        return
    settings = DriftSettings(permutations=10)
    detect(log, settings)
    watch(log, settings)


if __name__ == "__main__":
    main()
