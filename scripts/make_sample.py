"""Make anew what comes with the sample: `python scripts/make_sample.py [--all]`.

The sample is imported, looked through for drift, trained on, measured and mapped as the product does, and all of that
put into `sample_data/computed`. What lies there and was made by today's methods, as its marks say, is taken over unless
`--all` is given: raise the mark of what has changed (`core/pipeline/results.py`, `core/pipeline/shipped.py`), then run
this. `tests/pipeline/test_shipped.py` tells when it is time. All of it takes some ten minutes of one core.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from core import pipeline  # noqa: E402
from core.cli.console import Progress  # noqa: E402
from core.pipeline import sample, shipped  # noqa: E402
from core.workspace import Workspace  # noqa: E402

RUN = "20260101-000000-5a3e"
"""Id of the run, the same each time."""


def main() -> None:
    """Make it, and put it where it is taken from."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "workspace")
        data_set = (sample.import_anew if "--all" in sys.argv else pipeline.import_sample)(workspace, Progress())
        for line in pipeline.noted(data_set):
            print(line, file=sys.stderr)  # noqa: T201
        if not workspace.runs(data_set.name):
            run = pipeline.new_run(workspace, data_set.name, run_id=RUN)
            pipeline.train(workspace, data_set.name, run, Progress())
        for result in sample.sample_results(workspace):
            result.get(Progress())
        shipped.pack(data_set, workspace.run(data_set.name), shipped.FOLDER)
    files = [path for path in shipped.FOLDER.rglob("*") if path.is_file()]
    print(f"{sum(path.stat().st_size for path in files):,} bytes in {len(files)} files", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
