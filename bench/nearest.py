"""Lists through the index of a large catalogue: `python -m bench.nearest NAME [--workspace DIR]` on a trained data set.

Whatever the size of its catalogue, it is searched both ways: share of the ten exact items that the index finds, and
milliseconds of CPU for one user's list.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np

from core import pipeline
from core.model.ranking import hide_seen, top_items
from core.workspace import Workspace

ASKED = 300
"""Users whose lists are compared, one at a time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", metavar="NAME", help="a data set with a trained run")
    parser.add_argument("--workspace", metavar="DIR")
    options = parser.parse_args()
    workspace = Workspace(options.workspace)
    sequences = pipeline.load(workspace, options.name)
    model = pipeline.model(workspace, options.name, None, sequences)
    users = np.random.default_rng(0).permutation(sequences.n_users)[:ASKED, None]
    start = time.process_time()
    model.nearest(sequences, users[0], 10, hide_seen=True)
    print(f"{sequences.n_items:,} items, index made in {time.process_time() - start:.1f} CPU-s")
    found, through = _timed(lambda user: model.nearest(sequences, user, 10, hide_seen=True)[0], users)
    exact, whole = _timed(
        lambda user: top_items(hide_seen(model.scores(sequences, user), sequences, user), 10)[0], users
    )
    recall = np.mean([np.isin(row, truth).mean() for row, truth in zip(found, exact, strict=True)])
    print(f"of the ten exact items {recall:.3f} found; one list {through:.2f} ms, all items scored {whole:.2f} ms")


def _timed(lists: Callable[[np.ndarray], np.ndarray], users: np.ndarray) -> tuple[list[np.ndarray], float]:
    """The lists, and the median milliseconds of one."""
    found, spent = [], []
    for user in users:
        start = time.thread_time()
        found.append(lists(user)[0])
        spent.append(time.thread_time() - start)
    return found, 1000 * float(np.median(spent))


if __name__ == "__main__":
    main()
