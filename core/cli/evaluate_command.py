"""The quality of models by a protocol: what is found, of which cut of the log, and what can be said for sure."""

import json
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from core.cli.commands import moment_at, workspace_of
from core.cli.console import Progress, say, without_nan
from core.errors import InputError
from core.pipeline import AFTER_DATE, BOTH, LEAKAGE, LEARNED
from core.settings import LAST_EVENT, PROTOCOLS, QUALITY_TABLES, TARGETS, TEMPORAL, EvaluationSettings
from core.workspace import Workspace

if TYPE_CHECKING:
    from pandas import DataFrame

    from core.pipeline import Quality, Temporal

METRICS = ("ndcg@10", "hr@10", "mrr@10", "ndcg@10_low", "ndcg@10_high")


def evaluate_arguments(parser: ArgumentParser) -> None:
    """Which models, by which protocol, and which table."""
    tables = (*dict.fromkeys((*QUALITY_TABLES, *BOTH, *AFTER_DATE)),)
    parser.add_argument("--models", default="all", help="all, or names with commas between")
    parser.add_argument(
        "--protocol",
        choices=PROTOCOLS,
        help="temporal: learn before a date, test after another (where the log has a clock); leave-one-out: find each "
        "user's last event, as papers do (whose models never learn from validation events: train with --set "
        "training.finish=false to compare)",
    )
    parser.add_argument(
        "--seeds", type=int, default=1, metavar="S", help="trainings of the model, each another seed (1)"
    )
    parser.add_argument("--split-date", metavar="TIME", help="the test begins then; else the newest tenth is the test")
    parser.add_argument(
        "--targets", choices=TARGETS, default="all", help="which of a user's test events are found (all)"
    )
    parser.add_argument(
        "--table",
        choices=tables,
        default="models",
        help="models; differences and whether they are sure (ahead); by length of history, popularity of item; of the "
        "temporal protocol also known or new (kinds), age of the last event, before and after named changes, coverage, "
        "novelty and more (beside), calibration of chances; by each user's last event cold users and items, what lists "
        "are like, how soon they follow users who drifted (lag, lags, pace); how models age (aging), how often to "
        "train anew (advice); which explanations can be believed",
    )


def evaluate_command(options: Namespace) -> None:
    """Print the quality of models, best first."""
    from core import pipeline

    workspace = workspace_of(options)
    if options.table not in {*BOTH, *AFTER_DATE}:
        _print(pipeline.quality_table(workspace, options.name, options.models, options.table, Progress()), options)
    elif _protocol(workspace, options) == TEMPORAL:
        _temporal(workspace, options)
    else:
        _last_event(workspace, options)


def _protocol(workspace: Workspace, options: Namespace) -> str:
    """The one asked for, else the temporal one where the log has a clock."""
    clock = not workspace.data_set(options.name).summary.get("ordinal")
    found = str(options.protocol or (TEMPORAL if clock else LAST_EVENT))
    if not options.protocol and not clock:
        say("The log has no clock, so there is no date to cut it at: evaluated by each user's last event.")
    if found == LAST_EVENT and options.table in AFTER_DATE:
        raise InputError(
            f"The table {options.table!r} belongs to --protocol {TEMPORAL}. Choose from {', '.join(BOTH)}."
        )
    if found == LAST_EVENT and (options.split_date or options.seeds != 1 or options.targets != "all"):
        raise InputError(f"--split-date, --targets and --seeds belong to --protocol {TEMPORAL}. Leave them out.")
    if options.seeds < 1:
        raise InputError(f"--seeds must be at least 1, found {options.seeds}.")
    return found


def _temporal(workspace: Workspace, options: Namespace) -> None:
    from core import pipeline

    date = moment_at(workspace, options, options.split_date)
    settings = EvaluationSettings(split_date=date, targets=options.targets)
    found = pipeline.temporal(workspace, options.name, options.models, None, settings, options.seeds).get(Progress())
    if bool(found.about["learned_validation"].iloc[0]):
        say(LEARNED)
    about: dict[str, Any] = json.loads(found.about.to_json(orient="records", date_format="iso"))[0]
    if options.table != "models":
        table = AFTER_DATE[options.table](found) if options.table in AFTER_DATE else BOTH[options.table](found.quality)
        _print(table, options)
    elif options.json:
        more = {name: _records(AFTER_DATE[name](found)) for name in ("kinds", "changes", "beside", "calibration")}
        _print_json(about, found.quality, more | {"ahead_after_change": _records(found.ahead_after_change)})
    else:
        _tell(found, about)


def _tell(found: "Temporal", about: dict[str, Any]) -> None:
    """What was cut, figures, and what can be said for sure."""
    then = "decide and are learned from then" if about["learned_validation"] else "decide"
    print(
        f"temporal: {about['training']:,} events before {about['opens'][:10]} learned from, {about['validation']:,} "
        f"before {about['tests'][:10]} {then}, {about['found']:,} of {about['test']:,} from then on to be "
        f"found ({about['targets']}; {about['had']:,} had before, {about['twins']:,} twice in a moment) for "
        f"{about['users']:,} users, {about['new_users']:,} of them new. Fingerprint {about['fingerprint']}."
    )
    print(_lines(found.quality.models[["model", "users", *METRICS]]))
    print(_verdicts(found.quality.told))
    if not found.after_change.empty:
        print("\nIn the ten events before and after a named change:")
        print(_lines(found.after_change[["model", "when", "users", "ndcg@10", "ndcg@10_low", "ndcg@10_high"]]))
    for title, table in (
        ("Where user and item were known, and where not:", found.kinds[["model", "kind", "users", "ndcg@10"]]),
        ("Beside being right:", found.beside),
        ("Chances said beside what came:", found.calibration),
    ):
        if not table.empty:  # without a trained model nothing says a chance
            print(f"\n{title}\n{_lines(table)}")


def _last_event(workspace: Workspace, options: Namespace) -> None:
    from core import pipeline

    quality = pipeline.quality(workspace, options.name, options.models, progress=Progress())
    learned = pipeline.learned_validation(workspace, options.name, options.models)
    say(f"{LEAKAGE} {LEARNED}" if learned else LEAKAGE)
    if options.table != "models":
        _print(BOTH[options.table](quality), options)
        return
    print_of = pipeline.last_event_print(workspace, options.name)
    about = {"protocol": LAST_EVENT, "fingerprint": print_of, "learned_validation": learned}
    if options.json:
        _print_json(about, quality, {"leakage": LEAKAGE})
    elif quality.models.empty:
        print("Nothing to measure: no user has events that were held out.")
    else:
        print(f"leave-one-out: each user's last event is found. Fingerprint {about['fingerprint']}.")
        print(_lines(quality.models))
        print(_verdicts(quality.told))


def _print_json(about: dict[str, Any], quality: "Quality", more: dict[str, Any]) -> None:
    models = {row["model"]: row for row in _records(quality.models)}
    users = max((row.pop("users") for row in models.values()), default=0)
    told = {name: {key: value for key, value in row.items() if key != "model"} for name, row in models.items()}
    print(json.dumps(without_nan({**about, "users": users, "models": told, "ahead": _records(quality.told), **more})))


def _print(table: "DataFrame", options: Namespace) -> None:
    if options.json:
        print(json.dumps({options.table: _records(table)}))
    else:
        print("Nothing to measure: no user has events that were held out." if table.empty else _lines(table))


def _verdicts(told: "DataFrame") -> str:
    """A line for each trained model against the best of the others on the same users."""
    rows = told[(told["metric"] == "ndcg@10") & told["best"]].to_dict("records")
    return "\n".join(
        f"{row['model']} {row['verdict']} {row['other']}, the best simple method: NDCG@10 {row['ahead']:+.4f} "
        f"({row['low']:+.4f} to {row['high']:+.4f}) on the same {row['users']:,} users"
        for row in rows
    )


def _records(table: "DataFrame") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records"))
    return rows


def _lines(table: "DataFrame") -> str:
    return str(table.round(4).to_string(index=False))
