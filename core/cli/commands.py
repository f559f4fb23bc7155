"""What each command of the command line does; `core.cli.arguments` says what it may be given."""

from argparse import Namespace
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from core import settings as configuration
from core.cli.console import Progress, print_report, say, whole, write_parts, write_table
from core.errors import InputError, UnknownRunError
from core.phrases import say as phrase
from core.settings import NamingSettings, RecommendSettings, Settings
from core.workspace import Run, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from core.lists import Basis
    from core.pipeline import Query

TRAINED_WITH = ("holdout", "epochs", "preset", "device", "ranks")
"""Options of `train` that are settings of training."""


def train_command(options: Namespace) -> None:
    """Train or resume a run; print what it came to. Of the processes that torchrun starts, the first does."""
    from core import pipeline

    workspace = workspace_of(options)
    if pipeline.assisted(workspace, options.name):
        return
    run = _run_to_train(workspace, options)
    trained = pipeline.train(workspace, options.name, run, Progress())
    print_report(asdict(trained), as_json=options.json)


def recommend_command(options: Namespace) -> None:
    """Write ranked lists as CSV."""
    from core import pipeline

    workspace = workspace_of(options)
    settings = RecommendSettings(k=options.k, hide_seen=not options.seen)
    if options.engine and not options.all:
        raise InputError("--engine makes the lists of everyone: --all. Leave it out for one user, or for words.")
    if options.text is not None:
        if options.at or options.split or options.model != pipeline.BLEND:
            raise InputError("--text knows no events, and no other model. Leave out --at, --split and --model.")
        pipeline.exported(workspace, options.name, "list for words")
        listed = pipeline.recommend_for_words(workspace, options.name, options.text, settings, Progress())
        write_table(listed, options.out, exact=options.exact)
        return
    at = moment_of(workspace, options)
    query = pipeline.Query(options.user, at, options.split, options.model)
    if options.engine:
        _recommend_by(workspace, options, query, settings)
        return
    lists = pipeline.recommend(workspace, options.name, query, settings, Progress())
    pipeline.exported(workspace, options.name, "lists", options.user or "")
    if options.user is not None:
        tell_basis(workspace, options, query)
    write_table(lists, options.out, exact=options.exact, key=_key(workspace, options))
    _tell_empty(lists["user_id"].nunique(), workspace.data_set(options.name).summary["users"], options)


def _recommend_by(workspace: Workspace, options: Namespace, query: "Query", settings: RecommendSettings) -> None:
    """Write everyone's lists as the workers of an engine make them, a part at a time."""
    from core import pipeline

    users: list[int] = []

    def counted(parts: "Iterator[pd.DataFrame]") -> "Iterator[pd.DataFrame]":
        for frame in parts:
            users.append(frame["user_id"].nunique())
            yield frame

    with pipeline.recommend_by(workspace, options.name, query, settings, options.engine, Progress()) as parts:
        write_parts(counted(parts), options.out, exact=options.exact, key=_key(workspace, options))
    pipeline.exported(workspace, options.name, "lists")
    _tell_empty(sum(users), workspace.data_set(options.name).summary["users"], options)


def drift_command(options: Namespace) -> None:
    """Write the drift table as CSV; with --live or --view model what a live watcher or a trained model says instead."""
    from core import pipeline
    from core.data import schema
    from core.drift import BEFORE, judged, judged_live

    settings = replace(
        _with_options(configuration.defaults(), options, "drift", "alpha").drift, p_values=not options.no_p_values
    )
    if options.engine and (options.live or options.view == "model"):
        raise InputError(
            "--engine tests whole histories by what they hold. Leave out --engine, or --live and --view model."
        )
    naming = _naming(options)
    workspace = workspace_of(options)
    if options.live:
        table = judged_live(pipeline.live_drift(workspace, options.name, settings).get(Progress()), naming)
    elif options.view == "model":
        table = judged(pipeline.model_view(workspace, options.name, settings).get(Progress()), naming)
    else:
        if options.engine:  # what it learns tells of doubts, too
            pipeline.drift(workspace, options.name, settings, options.engine).get(Progress())
        for doubt in pipeline.drift_doubts(workspace, options.name, settings).get(Progress()):
            say(doubt)
        table = pipeline.drift(workspace, options.name, settings).get(Progress())
        table = pipeline.category_names(workspace, options.name).in_table(table)
        table = judged(table[[*schema.DRIFT_COLUMNS, *({BEFORE} & {*table})]], naming)
    pipeline.exported(workspace, options.name, "drift")
    write_table(table, options.out, exact=options.exact, key=_key(workspace, options))


def plant_command(options: Namespace) -> None:
    """Print what the drift test finds of planted changes."""
    from core import pipeline

    found = pipeline.planted(
        workspace_of(options), options.name, options.users, seed=options.seed, engine=options.engine
    )
    tried = found.get(Progress())
    print_report(pipeline.proof(tried, _naming(options), more=options.more), as_json=options.json)


def _naming(options: Namespace) -> NamingSettings:
    """The share of false alarms that is accepted."""
    return NamingSettings() if options.accept is None else NamingSettings(options.accept)


def states_command(options: Namespace) -> None:
    """Write the state after each event as Parquet."""
    from core import pipeline

    workspace = workspace_of(options)
    workspace.data_set(options.name)
    with whole(options.out) as temporary:
        if options.engine:
            rows = pipeline.export_states_by(
                workspace, options.name, temporary, options.engine, Progress(), mask=options.mask
            )
        else:
            rows = pipeline.export_states(workspace, options.name, temporary, progress=Progress(), mask=options.mask)
    pipeline.exported(workspace, options.name, "states")
    say(f"{rows:,} states in {options.out}")


def notes_command(options: Namespace) -> None:
    """Write or delete a note if asked to, then write them all as CSV."""
    import pandas as pd

    from core import pipeline

    workspace, name = workspace_of(options), options.name
    log = pipeline.load(workspace, name)
    if options.add is not None:
        if options.user is None:
            raise InputError("--add needs the user whom the note is on: --user U.")
        pipeline.write_note(workspace, name, log, options.user, options.add, options.event)
    if options.remove is not None:
        pipeline.remove_note(workspace, name, options.remove)
    columns = ("id", "user_id", "event_index", "changed", "text")
    rows = [
        (note.id, note.user, note.anchor and note.anchor.step, note.changed, note.text)
        for note in pipeline.notes(workspace, name, log, options.user)
    ]
    frame = pd.DataFrame(rows, columns=columns).astype({"event_index": "Int64"})
    pipeline.exported(workspace, name, "notes", options.user or "")
    write_table(frame, options.out, exact=options.exact, key=_key(workspace, options))


def simulate_command(options: Namespace) -> None:
    """Write a simulated log."""
    from core import pipeline

    begun = replace(configuration.defaults(), simulation=configuration.world(options.world))
    settings = _with_options(begun, options, "simulation", "users", "seed").simulation
    with whole(options.out) as temporary:
        rows = pipeline.simulate(temporary, settings)
    say(f"{', '.join(f'{count:,} {part}' for part, count in rows.items())} in {options.out}")


def purge_command(options: Namespace) -> None:
    """Remove events that have grown too old; print how many there were of each data set."""
    from core import pipeline

    workspace = workspace_of(options)
    names = [options.name] if options.name else [data_set.name for data_set in workspace.data_sets()]
    removed = {name: pipeline.purge(workspace, name, Progress()) for name in names}
    print_report({"removed": removed}, as_json=options.json)


def delete_command(options: Namespace) -> None:
    """Remove a data set."""
    from core import pipeline

    pipeline.delete(workspace_of(options), options.name)
    say(f"Deleted {options.name}.")


def _key(workspace: Workspace, options: Namespace) -> str:
    """What masks user ids, empty where they are not to be masked."""
    return workspace.secret() if options.mask else ""


def _tell_empty(found: int, users: int, options: Namespace) -> None:
    """Say whose lists are empty, and which setting would fill them."""
    from core.lists import why_empty

    if options.user is not None and not found:
        say(why_empty(hide_seen=not options.seen))
    elif options.user is None and found < users:
        say(phrase("basis.users_without", users=users - found, all=users))


def tell_basis(workspace: Workspace, options: Namespace, query: "Query") -> "Basis":
    """Say what the list of `--user` rests on, where that is no history; refuse the unknown without `--someone-new`."""
    from core import pipeline
    from core.errors import UnknownUserError

    found = pipeline.basis(workspace, options.name, options.user, query)
    if not options.someone_new and not found.known:
        meant = f" Did you mean {', '.join(map(repr, found.near))}?" if found.near else ""
        text = f"User {options.user!r} is not in the log.{meant} The list for someone new: --someone-new."
        raise UnknownUserError(text)
    if found.known:
        pipeline.opened(workspace, options.name, options.user)
    for remark in found.remarks:
        say(remark)
    return found


def workspace_of(options: Namespace) -> Workspace:
    """The workspace that a command works in."""
    return Workspace(getattr(options, "workspace", None))


def _run_to_train(workspace: Workspace, options: Namespace) -> Run:
    from core import pipeline

    if options.resume:
        try:
            run = pipeline.unfinished_run(workspace, options.name)
        except UnknownRunError:
            say("No unfinished run; this is a new one.")
        else:
            settings = _with_options(configuration.from_dict(run.settings), options, "training", *TRAINED_WITH)
            return workspace.set_run_settings(run, configuration.as_dict(pipeline.boarded(settings)))
    settings = _with_options(configuration.defaults(), options, "training", *TRAINED_WITH)
    return pipeline.new_run(workspace, options.name, settings, options.start)


def _with_options(settings: Settings, options: Namespace, section: str, *names: str) -> Settings:
    """Settings with the options of a command that are fields of a section, where given, and those of `--set`."""
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    return configuration.override(configuration.from_dict({section: given}, settings), getattr(options, "set", []))


def columns_of(text: str | None) -> dict[str, str] | None:
    """`user_id=who,item_id=what` as a dictionary."""
    if not text:
        return None
    pairs = [pair.partition("=") for pair in text.split(",")]
    if any(not equals or not name.strip() or not column.strip() for name, equals, column in pairs):
        raise InputError(f"--columns {text!r} cannot be read. Write user_id=COLUMN,item_id=COLUMN,timestamp=COLUMN.")
    return {name.strip(): column.strip() for name, _, column in pairs}


def moment_of(workspace: Workspace, options: Namespace) -> int | None:
    """The moment of `--at`, None without."""
    return moment_at(workspace, options, options.at)


def moment_at(workspace: Workspace, options: Namespace, text: str | None) -> int | None:
    """The moment that an option says, None without."""
    from core import pipeline

    return None if text is None else pipeline.moment(workspace.data_set(options.name), text)
