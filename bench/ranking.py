"""Quality and speed of lists: `python -m bench.ranking NAME ... [--workspace DIR]` on trained data sets.

For each data set: the quality of every model, what the blend is made of, how long its parts took to choose,
CPU seconds of the lists for all users (in process, and as the command), and the time of one user's list.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np

from core import pipeline
from core.lists import ranked
from core.lists.server import Server
from core.model.blend import Blend, parts_line
from core.model.blend_choice import choose
from core.pipeline.rankers import chosen_model
from core.settings import RecommendSettings
from core.workspace import Workspace

ASKED = 300
"""Users whose lists are timed one at a time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", metavar="NAME", help="data sets with a trained run")
    parser.add_argument("--workspace", metavar="DIR")
    options = parser.parse_args()
    workspace = Workspace(options.workspace)
    for name in options.names:
        print(f"\n## {name}\n")
        quality(workspace, name)
        lists(workspace, name)
        command(workspace, name)


def quality(workspace: Workspace, name: str) -> None:
    table = pipeline.evaluate(workspace, name)
    columns = ["model", "users", "hr@10", "ndcg@10", "ndcg@10_low", "ndcg@10_high", "mrr"]
    print(table[columns].round(4).to_string(index=False))


def lists(workspace: Workspace, name: str) -> None:
    sequences = pipeline.load(workspace, name)
    trained = pipeline.model(workspace, name, None, sequences)
    began = time.process_time()
    blend = choose(chosen_model(workspace.run(name), sequences), sequences)
    print(f"\nblend: {parts_line(blend.recipe.parts)}; chosen in {time.process_time() - began:.1f} CPU-s")
    users, histories = np.arange(sequences.n_users), sequences.without_last(1)
    blend = Blend(blend.recipe, {trained.name: trained}).fit(histories)
    for ranker in (trained, blend):
        began = time.process_time()
        ranked.top_k(ranker, histories, users, RecommendSettings())
        print(f"{ranker.name}: lists for all {len(users):,} users {time.process_time() - began:.1f} CPU-s", end="; ")
        print(f"one user {one_user(Server(ranker, histories), sequences.users):.2f} ms at the median")


def one_user(server: Server, users: np.ndarray) -> float:
    """Median milliseconds of one user's list."""
    chosen = np.random.default_rng(0).choice(users, ASKED)
    spent = []
    for user in chosen:
        began = time.perf_counter()
        server.top(user)
        spent.append(time.perf_counter() - began)
    return 1000 * float(np.median(spent))


def command(workspace: Workspace, name: str) -> None:
    """CPU seconds of the command as a whole, start and import of libraries included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    line = [sys.executable, "-m", "core", "recommend", name, "--all", "--split", "test", "--out", "/dev/null"]
    subprocess.run([*line, "--workspace", str(workspace.root)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"command": "recommend --all --split test", "cpu_seconds": round(spent, 1)}))


if __name__ == "__main__":
    main()
