"""Tables of quality that stand on one result each, by the names that the command line and agents have for them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pandas import DataFrame

    from core.pipeline.dated import Temporal
    from core.pipeline.ranking import Quality

BOTH: "Final[dict[str, Callable[[Quality], DataFrame]]]" = {
    "models": lambda quality: quality.models,
    "length": lambda quality: quality.by_length,
    "popularity": lambda quality: quality.by_popularity,
    "ahead": lambda quality: quality.told,
}
"""Tables that either protocol gives."""
AFTER_DATE: "Final[dict[str, Callable[[Temporal], DataFrame]]]" = {
    "kinds": lambda found: found.kinds,
    "age": lambda found: found.by_age,
    "changes": lambda found: found.after_change,
    "beside": lambda found: found.beside,
    "calibration": lambda found: found.calibration,
    "reliability": lambda found: found.reliability,
}
"""Tables of the temporal protocol alone."""
LEAKAGE: Final = (
    "leave-one-out: models have learned from what others did after the events that they are tested on, so figures are "
    "higher than what a model of that day would have reached; for comparison with papers."
)
"""What to beware of in quality by each user's last event."""
LEARNED: Final = (
    "Models and baselines learned from the validation events too, once these had decided; published figures are of "
    "models that never did, as is a run with --set training.finish=false."
)
"""Said wherever that holds of what was tested."""
