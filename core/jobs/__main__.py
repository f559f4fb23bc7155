"""`python -m core.jobs WORKSPACE [--job ID]`: the worker of a workspace, or one job of it; started by the product."""

import argparse
from dataclasses import replace

from core.jobs import upkeep, worker
from core.settings import at_work
from core.workspace import Workspace


def main() -> None:
    """Work until there is nothing to do, or do one job."""
    parser = argparse.ArgumentParser(prog="python -m core.jobs", description=__doc__)
    parser.add_argument("workspace")
    parser.add_argument("--job", help="do only this job")
    parser.add_argument("--idle", type=float, help="seconds without work after which the worker ends")
    options = parser.parse_args()
    settings = at_work()
    if options.idle is not None:
        settings = replace(settings, idle_seconds=options.idle)
    if options.job:
        from core.jobs import steps

        steps.run(Workspace(options.workspace), options.job, settings)
    else:
        upkeep.purge_old(Workspace(options.workspace))
        worker.work(Workspace(options.workspace), settings)


if __name__ == "__main__":
    main()
