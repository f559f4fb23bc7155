"""The settings themselves: one frozen dataclass per concern, a line on each field."""

from dataclasses import dataclass, field

from core.errors import SettingsError
from core.phrases import say
from core.settings import limits
from core.settings.doors import DoorSettings
from core.settings.imports import ImportSettings
from core.settings.language import LanguageSettings
from core.settings.simulation import SimulationSettings

ENCODERS = ("attention", "gru", "average")
SCORERS = ("inner", "mlp", "product")
OPTIMISERS = ("adam", "adamw", "rmsprop")
LOSSES = ("softmax", "sampled", "gbce")
DEVICES = ("auto", "cpu", "cuda", "mps")
PRECISIONS = ("auto", "float32", "bfloat16")
PRESETS = ("auto", "small", "standard", "large")
METHODS = ("auto", "umap", "pca")
MOST_RANKS = 64
"""Processes of one machine that train together, at most."""
HEADS, LEARNING_RATE = 2, 3e-3
"""Attention heads and step size where neither a setting nor a preset says any."""
QUALITY_TABLES = ("models", "length", "popularity", "cold", "lists", "chances", "lag", "lags", "pace", "aging",
                  "advice", "faithfulness", "curves")  # fmt: skip
"""What is measured of a model and its baselines: `evaluate --table`, `pipeline.quality_table`."""
AT_ONCE = "MEANDER_JOBS"
"""The variable that says how many jobs run at the same time."""
AUDIT_ROWS = "MEANDER_AUDIT_ROWS"
"""The variable that says how many rows of the audit are kept."""


@dataclass(frozen=True)
class ModelSettings:
    """The shape of the model of interests; what is `None` (written `auto`) is chosen from the data."""

    encoder: str = "attention"
    """How a history becomes a state: attention, gru or average."""
    scorer: str = "inner"
    """How a state and an item give a score: inner, mlp or product."""
    embedding_size: int | None = None
    """Length of item vectors and user states."""
    heads: int | None = None
    """Attention heads; must divide `embedding_size`."""
    blocks: int | None = None
    """Layers of the encoder."""
    window: int | None = None
    """Most recent events that one state looks back on."""
    dropout: float | None = None
    """Share of activations dropped in training."""
    id_dropout: float | None = None
    """Share of items whose id is hidden in training, so that an item without history is known by what it is."""
    event_dropout: float | None = None
    """Share of events of a history whose item is hidden in training, so that a state does not hang on any one."""
    attributes: bool = True
    """Know items and users also by their categories and other columns."""
    times: bool = True
    """Read the time gaps between events, where the log has a clock."""
    weights: bool = True
    """Read the ratings or weights of events, where the log has any."""
    words: bool = False
    """Learn also from what items mean (vectors of their words, or those that were brought), where there are any."""

    def __post_init__(self) -> None:
        """Refuse shapes that cannot be built."""
        limits.choice("model.encoder", self.encoder, ENCODERS)
        limits.choice("model.scorer", self.scorer, SCORERS)
        for name in ("embedding_size", "heads", "blocks", "window"):
            limits.at_least(f"model.{name}", getattr(self, name), 2 if name == "window" else 1)
        heads = self.heads or HEADS
        if (self.embedding_size or heads) % heads:
            raise SettingsError(say("errors.heads", size=self.embedding_size or 0, heads=heads))
        for name in ("dropout", "id_dropout", "event_dropout"):
            limits.share(f"model.{name}", getattr(self, name))


@dataclass(frozen=True)
class TrainingSettings:
    """How the model is trained; what is `None` (written `auto`) is chosen from the data."""

    epochs: int | None = None
    """Passes over all targets at most; early stopping usually ends sooner."""
    patience: int | None = None
    """Epochs without a better validation NDCG@10 before training stops."""
    optimiser: str = "adam"
    """adam, adamw or rmsprop."""
    learning_rate: float | None = None
    """Step size of the optimiser after warm-up."""
    warm_up: int = 100
    """Steps over which the step size rises to `learning_rate`."""
    weight_decay: float = 0.0
    """Decay of the weights: decoupled for adamw, L2 for the others."""
    averaging: float = 0.99
    """Weights that rank are a running mean of the trained ones, this share of it kept at each step; 0: none."""
    loss: str | None = None
    """softmax (over all items), sampled (softmax with shared negatives) or gbce."""
    batch_tokens: int | None = None
    """Events in a batch."""
    negatives: int | None = None
    """Sampled items shared by a batch where the catalogue is too large for the full softmax."""
    ahead: float | None = None
    """Share of the targets that are the event after the next instead, if it is there: less is learned by heart."""
    smoothing: float | None = None
    """Share of each target that goes to all items alike, so that the model is not too sure (not with gbce)."""
    repeats: bool = False
    """Learn to foresee also items that the user has had before; ranked lists hide them."""
    category_task: float = 0.0
    """Weight of guessing the next item's category beside the next item."""
    kind_task: float = 0.0
    """Weight of guessing the next event's kind of behaviour beside the next item."""
    preset: str = "auto"
    """How large a model, and so how long it takes: small (a laptop in two minutes), standard, large (for a GPU)."""
    device: str = "auto"
    """Where it is trained: cpu, cuda or mps; auto takes an NVIDIA GPU where there is one. All else runs on the cpu."""
    precision: str = "auto"
    """Numbers that a GPU multiplies: bfloat16 (auto, where it has it) or float32; weights are float32 always."""
    threads: int = 1
    """Processor cores that training uses; with one, a run has the same weights wherever it is trained."""
    ranks: int = 1
    """Processes of this machine that train together, each on its part of every batch; on GPUs one for each."""
    holdout: int = 2
    """Last events of each user kept out of training: validation, then test."""
    finish: bool = True
    """Once validation has chosen the weights, they learn from its events too, and are served; never from the test's."""
    seed: int = 0
    """Seed of everything random in a run."""
    tensorboard: str = ""
    """A folder that curves are written to as TensorBoard reads them, each run in one of its own; empty: none."""

    def __post_init__(self) -> None:
        """Refuse values that cannot be trained with."""
        limits.choice("training.optimiser", self.optimiser, OPTIMISERS)
        limits.choice("training.loss", self.loss, LOSSES)
        limits.choice("training.preset", self.preset, PRESETS)
        limits.choice("training.device", self.device, DEVICES)
        limits.choice("training.precision", self.precision, PRECISIONS)
        for name in ("epochs", "patience", "batch_tokens", "negatives", "threads", "ranks"):
            limits.at_least(f"training.{name}", getattr(self, name), 1)
        limits.at_most("training.ranks", self.ranks, MOST_RANKS)
        limits.at_least("training.holdout", self.holdout, 0)
        for name in ("averaging", "ahead", "smoothing"):
            limits.share(f"training.{name}", getattr(self, name))


@dataclass(frozen=True)
class DriftSettings:
    """How drift is tested."""

    alpha: float = 0.05
    """Share of users without drift that may be flagged."""
    permutations: int = 60
    """Shuffles of each user's sessions; those of all users of like length are the reference of each."""
    min_events: int = 10
    """Users with fewer events are `insufficient`."""
    min_sessions: int = 4
    """Users with fewer sessions are `insufficient`."""
    seed: int = 0
    """Seed of the permutations."""
    p_values: bool = True
    """Whether to tell how sure it is; without, scores and kinds of change alone, in a fraction of the time."""

    def __post_init__(self) -> None:
        """Refuse values that test nothing."""
        if not 0 < self.alpha < 1:
            raise SettingsError(say("errors.alpha", found=self.alpha))
        for name in ("permutations", "min_events", "min_sessions"):
            limits.at_least(f"drift.{name}", getattr(self, name), 1)


@dataclass(frozen=True)
class RecommendSettings:
    """What a ranked list holds."""

    k: int = 10
    """Items in a list."""
    hide_seen: bool = True
    """Leave out what the user has already had."""

    def __post_init__(self) -> None:
        """Refuse empty lists."""
        limits.at_least("recommend.k", self.k, 1)


@dataclass(frozen=True)
class AtlasSettings:
    """The 2-D map of items and user states."""

    method: str = "auto"
    """umap, pca, or auto: both are fitted, and the one with the better trustworthiness is kept."""
    landmarks: int = 5000
    """Points that the map is fitted on; all others are placed between their nearest landmarks."""
    neighbours: int = 15
    """Neighbours that umap keeps together."""
    seed: int = 0
    """Seed of the map."""

    def __post_init__(self) -> None:
        """Refuse maps that cannot be drawn."""
        limits.choice("atlas.method", self.method, METHODS)
        limits.at_least("atlas.landmarks", self.landmarks, 10)
        limits.at_least("atlas.neighbours", self.neighbours, 2)


@dataclass(frozen=True)
class JobSettings:
    """How work is done in the background."""

    at_once: int = 2
    """Jobs that run at the same time; the others wait."""
    attempts: int = 3
    """A job whose process dies is started again until it was started this often."""
    grace_seconds: float = 10.0
    """A cancelled step that has not stopped by itself is ended after this long."""
    idle_seconds: float = 120.0
    """A worker with nothing to do ends after this long."""
    poll_seconds: float = 0.2
    """Pause between two looks at the queue."""
    niceness: int = 10
    """How far jobs step back behind the pages, 0 (not at all) to 19."""

    def __post_init__(self) -> None:
        """Refuse to run nothing."""
        limits.at_least("jobs.at_once", self.at_once, 1)


@dataclass(frozen=True)
class AuditSettings:
    """How much is kept of what was done; that it is kept is no choice."""

    rows: int = 100_000
    """Rows at most: then the oldest go, and what is left can still be verified."""

    def __post_init__(self) -> None:
        """Refuse to keep next to nothing."""
        limits.at_least("audit.rows", self.rows, 100)


@dataclass(frozen=True)
class Settings:
    """Everything that a step of the pipeline may be told."""

    data: ImportSettings = field(default_factory=ImportSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    drift: DriftSettings = field(default_factory=DriftSettings)
    recommend: RecommendSettings = field(default_factory=RecommendSettings)
    atlas: AtlasSettings = field(default_factory=AtlasSettings)
    simulation: SimulationSettings = field(default_factory=SimulationSettings)
    language: LanguageSettings = field(default_factory=LanguageSettings)
    doors: DoorSettings = field(default_factory=DoorSettings)
