"""How models are judged: which events are to be found, after what."""

from dataclasses import dataclass

from core.errors import SettingsError
from core.phrases import say
from core.settings import limits

TEMPORAL, LAST_EVENT = "temporal", "leave-one-out"
PROTOCOLS = (TEMPORAL, LAST_EVENT)
TARGETS = ("all", "first", "last")
MOST_SHARE = 0.5


@dataclass(frozen=True)
class EvaluationSettings:
    """How a log is cut at two dates: training before the first, validation before the second, test from there on."""

    test_share: float = 0.1
    """Share of the events, the newest, that are to be found."""
    validation_share: float = 0.1
    """Share of the events, those before, that every choice is made by."""
    split_date: int | None = None
    """The test begins then, microseconds since 1970 UTC, whatever its share; None: by share."""
    targets: str = "all"
    """Which of a user's events in the test are to be found: all, first or last."""

    def __post_init__(self) -> None:
        """Refuse cuts that leave nothing to learn from."""
        limits.choice("evaluation.targets", self.targets, TARGETS)
        for name in ("test_share", "validation_share"):
            found = getattr(self, name)
            if not 0 < found < MOST_SHARE:
                raise SettingsError(say("errors.part", setting=f"evaluation.{name}", found=found, most=MOST_SHARE))
