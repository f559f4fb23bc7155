"""Commands that ask about one user's list: what it would be with another history."""

import json
from argparse import Namespace
from typing import TYPE_CHECKING

from core.commands import moment_of, workspace_of
from core.console import print_report, write_csv
from core.errors import InputError

if TYPE_CHECKING:
    from core.explain.whatif import Edits


def whatif_command(options: Namespace) -> None:
    """Write the list after some edits beside the one before, or the smallest set of events that holds it up."""
    from core import pipeline
    from core.settings import RecommendSettings

    workspace = workspace_of(options)
    query = pipeline.Query(at=moment_of(workspace, options), model=options.model)
    if options.smallest:
        found = pipeline.counterfactual(workspace, options.name, options.user, query)
        print_report({"item": found.item, "events": list(found.events), "instead": found.instead}, as_json=options.json)
        return
    settings = RecommendSettings(k=options.k)
    table = pipeline.what_if(workspace, options.name, options.user, _edits(options), query, settings)
    if options.json:
        print_report({"list": json.loads(table.to_json(orient="records"))}, as_json=True)
    else:
        write_csv(table, None)


def _edits(options: Namespace) -> "Edits":
    """Edits from the options: `--remove 3,5 --move 7:0 --add ITEM@4`; without `@` an item comes last."""
    from core.explain.whatif import END, Edits

    moved = [each.partition(":") for each in options.move]
    added = [each.rpartition("@") if "@" in each else (each, "@", str(END)) for each in options.add]
    return Edits(
        removed=tuple(_place(place) for place in options.remove.split(",") if place),
        moved=tuple((_place(place), _place(target)) for place, _, target in moved),
        added=tuple((item, _place(place)) for item, _, place in added),
    )


def _place(text: str) -> int:
    if not text.strip().lstrip("-").isdecimal():
        raise InputError(
            f"{text!r} is no place of an event. Write whole numbers from 0, as in --remove 3,5 --move 7:0."
        )
    return int(text)
