"""How likely the items of a run's lists are: the curve that scores are read off by, and whether it holds."""

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import pandas as pd

from core.phrases import say
from core.pipeline.gate import needs
from core.pipeline.importing import load
from core.pipeline.rankers import BLEND, HELD_OUT, check_held_out, chosen_model, kept_out, ranker
from core.pipeline.results import Result, frames
from core.progress import Progress
from core.settings import VIEWER
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.model import Chances

FITTED = 4000
"""Users whose validation events the curve is read off, at most."""


@dataclass(frozen=True, eq=False)
class ListChances:
    """What makes scores of a run's lists chances."""

    curve: pd.DataFrame
    """log_share (of an item in all scores of its user) and chance, both rising; empty where nothing could be told."""
    line: pd.DataFrame
    """One row: the numbers of `core.model.odds.Line`; none where nothing could be told."""
    reliability: pd.DataFrame
    """On each user's last event, which no choice has seen: see `core.model.chances.reliability`."""

    @property
    def chances(self) -> "Chances | None":
        """Curve and line as a function."""
        from core.model import Chances, Line

        if self.curve.empty:
            return None
        logs, chances = self.curve.to_numpy(dtype=float).T
        return Chances(logs, chances, Line(*map(float, self.line.iloc[0])))

    @property
    def calibration(self) -> pd.DataFrame:
        """Expected calibration error of single items and of whole lists: of, cases, said, came, error."""
        from core.model import chances

        return chances.calibration_error(self.reliability)


@needs(VIEWER)
def list_chances(workspace: Workspace, name: str, run: str | None = None) -> Result[ListChances]:
    """Chances of the blend of a run, read off validation events and tested on last events; raises `UnknownRunError`."""
    found = workspace.run(name, run)

    def compute(progress: Progress) -> ListChances:
        from core.model import Chances, Line, chances, evaluation

        check_held_out(found)
        sequences = load(workspace, name)
        before = sequences.without_last(HELD_OUT)
        blend = ranker(workspace, found, BLEND, sequences, before, chosen_model(found, sequences))
        progress(0.3, say("steps.validation"))
        curve = Chances.of(blend, evaluation.held_out(sequences, HELD_OUT, limit=FITTED))
        line = pd.DataFrame([asdict(curve.line)] if curve else [], columns=[each.name for each in fields(Line)])
        if curve is None:
            return ListChances(pd.DataFrame(columns=["log_share", "chance"]), line, chances.no_reliability())
        progress(0.6, say("steps.ranking", model=BLEND))
        blend = ranker(workspace, found, BLEND, sequences, sequences.without_last(kept_out(found)))
        tested = chances.tested(curve, blend, evaluation.held_out(sequences, 1, limit=FITTED))
        return ListChances(pd.DataFrame({"log_share": curve.logs, "chance": curve.chances}), line, tested)

    form = frames(ListChances, "curve", "line", "reliability")
    return Result(workspace, found, "chances", (), compute, form, {"run": found.id, "table": "chances"})
