"""Whole trainings on a device, by preset, and how well what they learned ranks each user's last event."""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from bench.device_logs import prepared
from core.data import Sequences
from core.model.evaluation import summarise, user_ranks
from core.model.storage import load
from core.model.training import train
from core.settings import Settings, override


def trainings(here: list[str], options: argparse.Namespace) -> Iterator[Callable[[], dict[str, Any]]]:
    """Each log by each preset, on the last device."""
    for folder in options.folders:
        log = prepared(Path(folder))
        for preset in options.preset:
            changes = [f"training.preset={preset}", f"training.device={here[-1]}", *options.set]
            yield lambda log=log, changes=changes, folder=folder: {  # type: ignore[misc]
                "log": Path(folder).name, **_trained(log, changes, options.seconds)
            }  # fmt: skip


def _trained(log: Sequences, changes: list[str], seconds: float) -> dict[str, Any]:
    """A whole training, and the quality of its model on test events, ranked on the processor."""
    begin, said, records = time.monotonic(), [], []

    def watch(share: float, message: str) -> None:
        if not share:
            said.append(message)
        if time.monotonic() - begin > seconds:
            raise KeyboardInterrupt

    cut = False
    with tempfile.TemporaryDirectory() as place:
        try:
            chosen = override(Settings(), ["training.finish=false", *changes])
            train(log, chosen, Path(place), progress=watch, on_epoch=records.append)
        except KeyboardInterrupt:
            cut = True
        spent = time.monotonic() - begin
        if not records:
            return {"plan": said[0], "cut": "before the end of an epoch"}
        torch.set_num_threads(os.cpu_count() or 1)
        model = load(Path(place), log)
        row = summarise(user_ranks([model], log)).iloc[0]
    best = max(records, key=lambda record: record.validation_ndcg)
    return {
        "plan": said[0],
        "ndcg@10": round(float(row["ndcg@10"]), 4),
        "hr@10": round(float(row["hr@10"]), 4),
        "validation": round(best.validation_ndcg, 4),
        "best epoch": best.epoch,
        "epochs": len(records),
        "seconds": round(spent, 1),
        "cut": cut,
        "seconds to best": round(best.seconds, 1),
    }
