"""The commands of the command line: what each is called, does and takes, and which function runs it."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import NamedTuple

from core.cli import arguments, commands, list_commands, stream_command
from core.cli.access_command import grant_arguments, grant_command, grants_command
from core.cli.atlas_command import atlas_arguments, atlas_command
from core.cli.audit_command import audit_arguments, audit_command
from core.cli.backup_command import backup_command, file_arguments, restore_command
from core.cli.categories_command import categories_arguments, categories_command
from core.cli.cohort_command import cohort_arguments, cohort_command
from core.cli.evaluate_command import evaluate_arguments, evaluate_command
from core.cli.import_command import import_arguments, import_command
from core.cli.lifecycle_command import lifecycle_arguments, lifecycle_command
from core.cli.marker_command import marker_arguments, marker_command
from core.cli.mcp_command import mcp_arguments, mcp_command
from core.cli.person_command import (
    export_person_arguments,
    export_person_command,
    forget_arguments,
    forget_command,
)
from core.cli.ready_command import ready_arguments, ready_command
from core.cli.report_command import report_arguments, report_command
from core.cli.runs_command import runs_arguments, runs_command
from core.cli.search_command import search_arguments, search_command
from core.cli.serve_command import serve_arguments, serve_command
from core.cli.watch_command import watch_arguments, watch_command


class Command(NamedTuple):
    """One command: what it is called, what it does, and what it takes beside the name of a data set."""

    name: str
    help: str
    run: Callable[[Namespace], None]
    arguments: Callable[[ArgumentParser], None]
    takes_name: bool = True
    json: bool = False


COMMANDS = (
    Command(
        "import",
        "read a log into a data set; an existing name gets a new version",
        import_command,
        import_arguments,
        takes_name=False,
        json=True,
    ),
    Command("train", "train the model of interests", commands.train_command, arguments.train_arguments, json=True),
    Command(
        "runs",
        "trained runs as CSV; of some of them settings that differ, curves, and quality on the same users",
        runs_command,
        runs_arguments,
    ),
    Command(
        "evaluate",
        "quality of the model and of baselines, after a date or on each user's last event",
        evaluate_command,
        evaluate_arguments,
        json=True,
    ),
    Command(
        "recommend",
        "ranked lists as CSV: user_id,rank,item_id,score",
        commands.recommend_command,
        arguments.recommend_arguments,
    ),
    Command(
        "drift",
        "who drifted, when, from what to what, as CSV; needs no trained model",
        commands.drift_command,
        arguments.drift_arguments,
    ),
    Command(
        "plant",
        "what the drift test finds of changes planted in the log's own histories",
        commands.plant_command,
        arguments.plant_arguments,
        json=True,
    ),
    Command(
        "report",
        "what is sure of a data set or of some of its users, on one page to hand on (HTML or Markdown)",
        report_command,
        report_arguments,
    ),
    Command(
        "cohort",
        "named cohorts: listed, saved by a rule or by ids, deleted; and the users of one, as CSV",
        cohort_command,
        cohort_arguments,
        json=True,
    ),
    Command(
        "lifecycle",
        "who came, came back, changed and left, how long users stay, what they did before they left; as CSV",
        lifecycle_command,
        lifecycle_arguments,
    ),
    Command(
        "categories",
        "what categories are called and coloured where they are shown: renamed, several as one; as CSV",
        categories_command,
        categories_arguments,
    ),
    Command(
        "explain",
        "which past events put an item into a user's list",
        list_commands.explain_command,
        arguments.explain_arguments,
        json=True,
    ),
    Command(
        "whatif",
        "the list of a user with another history, beside the one without",
        list_commands.whatif_command,
        arguments.whatif_arguments,
        json=True,
    ),
    Command(
        "list",
        "one user's list by filters and recipes: rank,item_id,score,rank_by_score",
        list_commands.list_command,
        arguments.list_arguments,
    ),
    Command(
        "search",
        "items by what they say, and users by what they are after, asked in words: item_id,score,title",
        search_command,
        search_arguments,
        json=True,
    ),
    Command(
        "atlas",
        "the map of items and states as a table with its regions; net flows, nearest items, users of one way",
        atlas_command,
        atlas_arguments,
    ),
    Command("states", "the state after each event, as Parquet", commands.states_command, arguments.states_arguments),
    Command(
        "stream",
        "follow a growing log: each event once, into states",
        stream_command.stream_command,
        arguments.stream_arguments,
        json=True,
    ),
    Command(
        "watch",
        "look at a data set in a rhythm: what is new, who drifted, and alerts by rules",
        watch_command,
        watch_arguments,
        json=True,
    ),
    Command(
        "notes",
        "notes on users and events as CSV: id,user_id,event_index,changed,text",
        commands.notes_command,
        arguments.notes_arguments,
    ),
    Command(
        "marker",
        "releases, campaigns and redesigns of a data set, as CSV: list, add, load a file, delete",
        marker_command,
        marker_arguments,
    ),
    Command(
        "simulate",
        "write a log with known drift: events, items, users, truth",
        commands.simulate_command,
        arguments.simulate_arguments,
        takes_name=False,
    ),
    Command(
        "purge",
        "remove events that are older than data sets keep them (data.retention_days)",
        commands.purge_command,
        arguments.purge_arguments,
        takes_name=False,
        json=True,
    ),
    Command(
        "delete",
        "remove a data set and all that was made from it",
        commands.delete_command,
        arguments.no_more_arguments,
    ),
    Command(
        "forget",
        "take one person out of a data set: every version, stream, note, job and list of whom runs have seen",
        forget_command,
        forget_arguments,
        json=True,
    ),
    Command(
        "export-person",
        "all that is held of one person, as a zip of CSV and JSON",
        export_person_command,
        export_person_arguments,
    ),
    Command(
        "audit",
        "what was done, by whom and when, as CSV; audit verify: that nobody has changed it",
        audit_command,
        audit_arguments,
        takes_name=False,
        json=True,
    ),
    Command(
        "grant",
        "give somebody a role on a shared server, or take it: viewer, editor, admin, none",
        grant_command,
        grant_arguments,
        takes_name=False,
    ),
    Command(
        "grants",
        "who was given which role, as CSV",
        grants_command,
        arguments.no_more_arguments,
        takes_name=False,
    ),
    Command(
        "backup",
        "write the workspace as it is now to one file, also while jobs run",
        backup_command,
        file_arguments,
        takes_name=False,
        json=True,
    ),
    Command(
        "restore",
        "make a workspace of a backup, in a place where there is nothing",
        restore_command,
        file_arguments,
        takes_name=False,
        json=True,
    ),
    Command(
        "ready",
        "whether a server can do its work: the workspace is writable, jobs are worked on, pages answer",
        ready_command,
        ready_arguments,
        takes_name=False,
        json=True,
    ),
    Command("serve", "the dashboard", serve_command, serve_arguments, takes_name=False),
    Command(
        "mcp",
        "answer agents: every question of these commands, read-only, by the Model Context Protocol",
        mcp_command,
        mcp_arguments,
        takes_name=False,
    ),
)
