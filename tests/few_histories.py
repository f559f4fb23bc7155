"""The drift test as it is, learning from few made-up histories: a second less for each log that is looked through."""

import contextlib
from collections.abc import Iterator

import pytest

from core.drift.evidence import lessons
from core.drift.verdict import detection, onsets, rehearsal

FEW = {(detection, "REFERENCE"): 400, (onsets, "PLANTED"): 90, (rehearsal, "MADE"): 90, (lessons, "PLANTED"): 90}


@contextlib.contextmanager
def taught() -> Iterator[None]:
    """Whatever is held inside rests on none of these numbers."""
    with pytest.MonkeyPatch.context() as patch:
        for (module, name), number in FEW.items():
            patch.setattr(module, name, number)
        yield
