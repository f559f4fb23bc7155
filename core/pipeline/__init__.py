"""The order of the steps: the only code that knows it. Command line, jobs and pages call these functions.

Every step takes the workspace and the name of a data set first, reports through `progress`, and raises a
`MeanderError` whose text is fit to be shown. What a step computes is kept beside the data set or run that it was
computed from, under a name that holds the settings, so that it is computed once and read afterwards.
"""

from core.data.log_files import LogFiles
from core.pipeline.committing import commit
from core.pipeline.detecting import (
    drift_ready,
    drift_table,
    live_ready,
    live_table,
    model_view,
    model_view_ready,
    trail,
    watcher,
    watcher_ready,
)
from core.pipeline.explaining import (
    Explanation,
    about_list,
    believable,
    counterfactual,
    explain,
    faithfulness,
    faithfulness_ready,
    shaped_list,
    what_if,
)
from core.pipeline.hearing import heard_of, refused
from core.pipeline.importing import (
    delete,
    import_log,
    imported,
    load,
    moment,
    purge,
    queried,
    recipe,
    simulate,
    sorted_out,
)
from core.pipeline.judging import (
    adaptation,
    adaptation_ready,
    aging,
    aging_ready,
    cold_quality,
    list_quality,
    quality_table,
)
from core.pipeline.kept import fingerprint, kept
from core.pipeline.mapping import atlas, atlas_ready, export_states
from core.pipeline.noting import change_note, notes, remove_note, write_note
from core.pipeline.rankers import ATTENTION, BLEND, known_models, model, ranker
from core.pipeline.ranking import Quality, Query, basis, evaluate, quality, quality_ready, recommend
from core.pipeline.sample import SAMPLE, import_sample
from core.pipeline.streaming import Feed, caught_up, keep, live, stream, streamed, streaming
from core.pipeline.training import Trained, curve, new_run, train, unfinished_run

__all__ = [
    "ATTENTION",
    "BLEND",
    "SAMPLE",
    "Explanation",
    "Feed",
    "LogFiles",
    "Quality",
    "Query",
    "Trained",
    "about_list",
    "adaptation",
    "adaptation_ready",
    "aging",
    "aging_ready",
    "atlas",
    "atlas_ready",
    "basis",
    "believable",
    "caught_up",
    "change_note",
    "cold_quality",
    "commit",
    "counterfactual",
    "curve",
    "delete",
    "drift_ready",
    "drift_table",
    "evaluate",
    "explain",
    "export_states",
    "faithfulness",
    "faithfulness_ready",
    "fingerprint",
    "heard_of",
    "import_log",
    "import_sample",
    "imported",
    "keep",
    "kept",
    "known_models",
    "list_quality",
    "live",
    "live_ready",
    "live_table",
    "load",
    "model",
    "model_view",
    "model_view_ready",
    "moment",
    "new_run",
    "notes",
    "purge",
    "quality",
    "quality_ready",
    "quality_table",
    "queried",
    "ranker",
    "recipe",
    "recommend",
    "refused",
    "remove_note",
    "shaped_list",
    "simulate",
    "sorted_out",
    "stream",
    "streamed",
    "streaming",
    "trail",
    "train",
    "unfinished_run",
    "watcher",
    "watcher_ready",
    "what_if",
    "write_note",
]
