"""What is said of data sets that are watched, and of where alerts are sent to."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "errors.alert_hook": "alerts.hook must be an https address (http only on this machine).",
    "errors.alert_mail": "alerts.mail_host needs alerts.mail_from and alerts.mail_to: who sends, and who is "
    "written to.",
    "errors.alert_plain": "alerts.mail_security=none sends mail that anyone on the way can read, to {host}. Use "
    "starttls or tls.",
    "errors.alert_secret": "alerts.hook needs alerts.hook_secret, the key of the signature: set "
    "MEANDER_ALERTS__HOOK_SECRET.",
    "errors.not_watched": "Data set {data_set!r} is not watched. Begin with: python -m core watch {data_set} "
    "--from FOLDER.",
    "errors.watch_folder": "No folder {path}. Check the path.",
    "errors.watch_nothing": "A watch needs something to watch: a folder, the address of a database with --query, "
    "or a log to follow.",
    "errors.watch_password": "The address holds a password, which would be kept with the watch. Leave it out and "
    "set PGPASSWORD where the server runs.",
    "errors.watch_query": "A query that is watched needs {last} where the moment of the last known event "
    "belongs, as in `where time > '{last}'`: else the whole answer would be read each time.",
    "errors.watch_rule": "No rule {found!r}. Choose from {known}, as in named=5%.",
    "errors.watch_share": "{found!r} is no share. Write 5% or 0.05.",
    "errors.watch_time": "{found!r} is no time. Write 90s, 15m, 6h, 1d or 2w.",
    "errors.watch_without": "There is no data set {data_set!r} to watch. Import it once first.",
    "alerts.failed": "The look at the data set failed: {why}",
    "alerts.fell": "Quality after a date (NDCG@10) fell from {before:.3f} to {now:.3f}, surely: the intervals do "
    "not meet. The rule is {limit:.0%}.",
    "alerts.late": "The last event of the log is {hours:,.1f} hours old; the rule is {limit:,.1f} hours.",
    "alerts.named": "{share:.1%} of the {active:,} users active in the last seven days of the log can be named "
    "as changed in them ({named:,}); the rule is {limit:.1%}.",
    "alerts.served": "Ten events after a change of interest lists serve {share:.0%} of the new one; the rule is "
    "{limit:.0%}.",
    "alerts.stopped": "No event of the kind {kind!r} since {day}, while others go on; they used to come "
    "{often:,.1f} times a day.",
}
"""English by code, with room for values."""
