"""Weights and the state of training on disk: safetensors and JSON only, each file replaced as a whole."""

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.errors import UnknownRunError
from core.model import distributed
from core.phrases import say

MODEL, CHECKPOINT, DESCRIPTION = "model.safetensors", "checkpoint.safetensors", "model.json"
CHOSEN = "chosen.safetensors"
FINISHING = "finishing.safetensors"
"""The weights that validation chose, before they learned from its events: by them is decided what it decides."""
FORMAT = 1
"""Raised when files of older versions can no longer be read."""


def write_tensors(path: Path, tensors: dict[str, Tensor], about: dict[str, Any]) -> None:
    """Write tensors with a JSON description in the header; the file appears whole or not at all.

    Of several ranks the first writes.
    """
    if not distributed.present().leads:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    save_file(
        {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}, draft, {"about": json.dumps(about)}
    )
    os.replace(draft, path)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and description; raises `UnknownRunError` where there is no such file or it is no checkpoint."""
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {})["about"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except (OSError, SafetensorError, KeyError, json.JSONDecodeError) as error:
        raise UnknownRunError(
            say("errors.weights_missing", run=path.parent.name, file=path.name, why=type(error).__name__)
        ) from error
    if about.get("format") != FORMAT:
        raise UnknownRunError(
            say(
                "errors.weights_format",
                run=path.parent.name,
                file=path.name,
                found=str(about.get("format")),
                expected=str(FORMAT),
            )
        )
    return tensors, about


def write_json(path: Path, value: Any) -> None:
    """Write JSON; the file appears whole or not at all. Of several ranks the first writes."""
    if not distributed.present().leads:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(value, ensure_ascii=False))
    os.replace(draft, path)


def read_json(path: Path) -> dict[str, Any]:
    """Read JSON; raises `UnknownRunError` where there is none."""
    try:
        value: dict[str, Any] = json.loads(path.read_text())
    except (OSError, json.JSONDecodeError) as error:
        raise UnknownRunError(
            say("errors.weights_broken", run=path.parent.name, file=path.name, why=str(error))
        ) from error
    return value


def optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The optimiser's moments by parameter number and name."""
    state = optimiser.state_dict()["state"]
    return {
        f"optimiser.{number}.{name}": torch.as_tensor(value)
        for number, values in state.items()
        for name, value in values.items()
        if value is not None
    }


def restore_optimiser(optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put the moments back."""
    whole = optimiser.state_dict()
    state: dict[int, dict[str, Tensor]] = {}
    for path, tensor in tensors.items():
        if path.startswith("optimiser."):
            _, number, name = path.split(".", 2)
            state.setdefault(int(number), {})[name] = tensor
    optimiser.load_state_dict({"state": state, "param_groups": whole["param_groups"]})
