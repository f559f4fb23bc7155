"""Rankers by name: the blend, the trained model, the baselines, each fitted on what it may know."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from core.data import Sequences, load_sequences
from core.errors import SettingsError, UnknownRunError
from core.phrases import say
from core.pipeline.gate import ANYONE, needs
from core.pipeline.importing import load
from core.pipeline.results import Form, Result
from core.pipeline.words import item_vectors
from core.progress import Progress
from core.settings import VIEWER
from core.workspace import DataSet, Run, Workspace

if TYPE_CHECKING:
    from core.data import Floats
    from core.model import Blend, InterestModel, Ranker, Recipe

BLEND = "blend"
"""What `--model` calls the trained model mixed with the baselines that complete it: the source of lists."""
ATTENTION = "attention"
"""What `--model` calls the trained model alone; every further name is a baseline."""
TRAINED = (BLEND, ATTENTION)
"""Names that stand on a trained run."""
CONTENT = "content"
"""The baseline that reads what items mean."""
HELD_OUT = 2
"""Last events of each user that a fair test needs kept out of training: validation, then test."""
TESTED = 1
"""Of these the ones that are kept from models to the end: what validation has decided is learned from as well."""
FINISHED = "finish_epochs"
"""Among the metrics of a run: epochs in which the weights that were chosen learned from validation events; 0: none."""


@needs(VIEWER)
def model(
    workspace: Workspace, name: str, run: str | None = None, sequences: Sequences | None = None
) -> "InterestModel":
    """The trained model of a run (None: the newest finished one); raises `UnknownRunError`.

    Give the `sequences` if they are loaded already.
    """
    from core.model import storage

    folder = workspace.run(name, run).folder
    return storage.load(folder, load(workspace, name) if sequences is None else sequences)


def chosen_model(run: Run, sequences: Sequences) -> "InterestModel":
    """The model of a run as validation chose it: by it alone choices are made, for it has not seen their events."""
    from core.model import storage

    return storage.load(run.folder, sequences, chosen=True)


def kept_out(found: DataSet | Run) -> int:
    """Last events of each user that a run, its baselines with it, never learns from; of a data set these alone.

    It is the test event; validation too where a run has not gone on to learn from that.
    """
    return HELD_OUT if isinstance(found, Run) and not found.metrics.get(FINISHED) else TESTED


@needs(ANYONE)
def known_models() -> list[str]:
    """All names that `--model` takes."""
    from core.model import BASELINES

    return [*TRAINED, *BASELINES]


def check_models(names: list[str]) -> None:
    """Raise `SettingsError` unless there is a name, and every one is known."""
    unknown = [name for name in names if name not in known_models()]
    if unknown or not names:
        found = ", ".join(map(repr, unknown)) or "given"
        raise SettingsError(say("errors.no_model", found=found, known=", ".join(known_models())))


def model_names(workspace: Workspace, name: str, models: str, run: str | None = None) -> list[str]:
    """Names from `all` or a list with commas; with `all`, the trained ones only where there is a run."""
    workspace.data_set(name)
    if models != "all":
        names = [each.strip() for each in models.split(",") if each.strip()]
        check_models(names)
        return names
    try:
        workspace.run(name, run)
    except UnknownRunError:
        return [each for each in known_models() if each not in TRAINED]
    return known_models()


def owner(workspace: Workspace, name: str, names: list[str], run: str | None = None) -> DataSet | Run:
    """What stands behind these models: a run if one of them is trained, else the data set; raises `UnknownRunError`."""
    return workspace.run(name, run) if set(names) & set(TRAINED) else workspace.data_set(name)


def log_of(workspace: Workspace, found: DataSet | Run) -> Sequences:
    """The log that something is computed from: of this very version, or, of a run, of the current one."""
    return load_sequences(found) if isinstance(found, DataSet) else load(workspace, found.data_set)


def check_held_out(run: Run) -> None:
    """Raise `SettingsError` if a run has learned from the events that it would be tested on."""
    holdout = run.settings["training"]["holdout"]
    if holdout < HELD_OUT:
        raise SettingsError(say("errors.holdout", run=run.id, holdout=holdout, least=HELD_OUT))


def said(workspace: Workspace, found: DataSet | Run | None, sequences: Sequences) -> "Floats | None":
    """What the items of a run or data set mean, unit vectors or zero, (n_items, size); None where nothing is known.

    A run says what it was trained with; of a data set what was not read yet is read.
    """
    from core.model import kept_meanings, meanings_of, side_by_side

    if found is None:
        return None
    known = kept_meanings(found.folder) if isinstance(found, Run) else meanings_of(item_vectors(workspace, found))
    if not known or len(known[0].vectors) != sequences.n_items:
        return None
    return side_by_side(known, sequences.n_items)


@needs(VIEWER)
def ranker(
    workspace: Workspace,
    found: DataSet | Run | None,
    which: str,
    sequences: Sequences,
    past: Sequences,
    trained: "InterestModel | None" = None,
) -> "Ranker":
    """A ranker by name: trained ones are those of a run, whose log is `sequences`; baselines know only `past`.

    `found` is the run, or the data set, that says what items mean. Give the `trained` model if it is loaded already.
    """
    return unfitted(workspace, found, which, sequences, trained).fit(past)


def unfitted(
    workspace: Workspace,
    found: DataSet | Run | None,
    which: str,
    sequences: Sequences,
    trained: "InterestModel | None" = None,
) -> "Ranker":
    """The same before its baselines know anything; of `sequences` no events need be at hand."""
    check_models([which])
    if which in TRAINED and isinstance(found, Run):
        trained = trained or model(workspace, found.data_set, found.id, sequences)
        return trained if which == ATTENTION else _blend(workspace, found, trained, sequences)
    from core.model import baseline

    return baseline(which, said(workspace, found, sequences) if which == CONTENT else None)


@needs(VIEWER)
def blend(workspace: Workspace, run: Run, trained: "InterestModel", sequences: Sequences, past: Sequences) -> "Blend":
    """The blend of a run, its baselines fitted on `past`."""
    return _blend(workspace, run, trained, sequences).fit(past)


def _blend(workspace: Workspace, run: Run, trained: "InterestModel", sequences: Sequences) -> "Blend":
    from core.model import Blend

    recipe = blend_recipe(workspace, run, sequences)
    if sequences.whole is not None and not recipe.ready:  # parts are chosen by events that are not at hand
        recipe = blend_recipe(workspace, run, load(workspace, run.data_set))
    return Blend(recipe.get(), {ATTENTION: trained})


def blend_recipe(workspace: Workspace, run: Run, sequences: Sequences) -> "Result[Recipe]":
    """Parts and weights of a run's blend, and NDCG@10 on validation events of all that could take part.

    Without held-out events (`--holdout 0`) there is nothing to choose by: the blend is the model alone.
    """

    def compute(progress: Progress) -> "Recipe":
        from core.model import choose

        holdout = int(run.settings["training"]["holdout"])
        return choose(chosen_model(run, sequences), sequences, holdout=holdout, progress=progress).recipe

    def read(path: Path) -> "Recipe":
        from core.model import Recipe

        return Recipe.from_dict(json.loads(path.read_text()))

    form = Form(".json", lambda recipe, path: path.write_text(json.dumps(recipe.as_dict())), read)
    return Result(workspace, run, "blend", (), compute, form, {"run": run.id}, in_passing=True)
