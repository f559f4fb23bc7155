"""Commands that ask about one user's list: why, what it would be with another history, and other recipes for it."""

import json
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from core.cli.commands import moment_of, tell_basis, workspace_of
from core.cli.console import print_report, say, write_table
from core.errors import InputError

if TYPE_CHECKING:
    from core.explain import Edits
    from core.pipeline import Explanation

SIMPLE = ("user", "item", "title", "rank", "score", "method", "answer")
"""What an explanation tells beside its tables."""


def explain_command(options: Namespace) -> None:
    """Print why an item is in a list: the answer, past events with effects, and what of the item speaks for it."""
    from core import pipeline

    workspace = workspace_of(options)
    query = pipeline.Query(at=moment_of(workspace, options))
    found = pipeline.explain(workspace, options.name, options.user, options.item, query, options.method)
    basis = tell_basis(workspace, options, query)
    if options.json:
        print_report(_as_report(found) | {"known": basis.known, "events_known": basis.events}, as_json=True)
        return
    print(f"{found.title} ({found.item}): rank {found.rank}, score {found.score:.3f}, for user {found.user}")
    print(found.answer)
    if found.events.empty:
        return
    print(f"Past events, those that speak most for it first (effect: what the event did for it, by {found.method}):")
    print(found.events.sort_values("effect", ascending=False).head(20).round(4).to_string(index=False))
    belief = "" if found.surrogate.believable else ", too low to be believed"
    if found.surrogate.parts.empty:
        print("Nothing is known of the items that could speak for one.")
        return
    print(f"What of the item speaks for it (by a simple model with R2 {found.surrogate.fidelity:.2f}{belief}):")
    print(found.surrogate.parts.round(4).to_string(index=False))


def _as_report(found: "Explanation") -> dict[str, Any]:
    events = json.loads(found.events.to_json(orient="records", date_format="iso", date_unit="s"))
    parts = json.loads(found.surrogate.parts.to_json(orient="records"))
    simple = {key: getattr(found, key) for key in SIMPLE}
    because = {"because": list(found.reasons.events), "share": found.reasons.share}
    return simple | because | {"attributes": parts, "attributes_r2": found.surrogate.fidelity, "events": events}


def whatif_command(options: Namespace) -> None:
    """Write the list after some edits beside the one before, or the smallest set of events that holds it up."""
    from core import pipeline
    from core.lists import why_empty
    from core.settings import RecommendSettings

    workspace = workspace_of(options)
    query = pipeline.Query(at=moment_of(workspace, options), model=options.model)
    if options.smallest:
        found = pipeline.counterfactual(workspace, options.name, options.user, query)
        tell_basis(workspace, options, query)
        print_report({"item": found.item, "events": list(found.events), "instead": found.instead}, as_json=options.json)
        return
    settings = RecommendSettings(k=options.k, hide_seen=not options.seen)
    table = pipeline.what_if(workspace, options.name, options.user, _edits(options), query, settings)
    tell_basis(workspace, options, query)
    if options.json:
        print_report({"list": json.loads(table.to_json(orient="records"))}, as_json=True)
    else:
        write_table(table, None)
    if table.empty:
        say(why_empty(hide_seen=settings.hide_seen))


def list_command(options: Namespace) -> None:
    """Write one user's list by filters, order, diversity or calibration as CSV."""
    from core import pipeline
    from core.lists import why_empty
    from core.settings import ListSettings

    workspace = workspace_of(options)
    query = pipeline.Query(at=moment_of(workspace, options), model=options.model)
    settings = ListSettings(
        k=options.k,
        hide_seen=not options.seen,
        categories=tuple(options.category),
        new_only=options.new,
        order=options.order,
        diversity=options.diversity,
        calibration=options.calibration,
    )
    listed = pipeline.shaped_list(workspace, options.name, options.user, settings, query)
    tell_basis(workspace, options, query)
    if listed.empty:
        say(why_empty(hide_seen=settings.hide_seen))
    if options.about:
        print_report(pipeline.about_list(workspace, options.name, listed), as_json=False)
        return
    write_table(listed, None)


def _edits(options: Namespace) -> "Edits":
    """Edits from the options: `--remove 3,5 --move 7:0 --add ITEM@4`; without `@` an item comes last."""
    from core.explain import END, Edits

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
