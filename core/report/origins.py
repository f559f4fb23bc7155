"""What a report is about and stands on: whose it is, whether it can be believed, and how it was computed."""

from dataclasses import asdict
from typing import Any

from core import phrases, pipeline
from core.charts import calibration
from core.drift import Cohort
from core.report import commands, pictures, sentences
from core.report.blocks import Block, Commands, Picture, Points, Section, Table, Text, Title
from core.report.gathering import Facts
from core.report.words import Words
from core.settings import ImportSettings, NamingSettings, Settings, as_dict
from core.workspace import upgrades

DECIDED = {"date_order"}
"""Settings of an import that are written down as they were decided, whatever was asked for."""


def lead(facts: Facts, words: Words) -> tuple[str, ...]:
    """What the log is, and which of its users the report is about."""
    summary, known = facts.data_set.summary, facts.account
    counts = {"users": len(facts.everyone), "events": len(facts.log), "items": summary["items"]}
    if known["ordinal"] or not known["first"]:
        about = words.say("findings.about_ordinal", **counts)
    else:
        about = words.say("findings.about", **counts, first=str(known["first"])[:10], last=str(known["last"])[:10])
    if not facts.narrowed:
        return (about,)
    told = " · ".join(_filters(facts, words))
    return about, words.say("findings.cohort", users=len(facts.table), filters="{}").replace("{}", told)


def _filters(facts: Facts, words: Words) -> list[str]:
    """What narrows the users down, in words."""
    say, cohort = words.say, facts.asked.cohort or Cohort()
    coded, named = ("statuses", "kinds", "directions"), ("sources", "targets")
    values = {name: [say(f"findings.{value}") for value in getattr(cohort, name)] for name in coded}
    values |= {name: list(getattr(cohort, name)) for name in named}
    told = [say("findings.by_cohort", cohort=facts.asked.name)] if facts.asked.name else []
    told += [say(f"findings.by_{name}", values=", ".join(each)) for name, each in values.items() if each]
    told += [say("findings.by_start", day=f"{cohort.start:%Y-%m-%d}")] if cohort.start is not None else []
    told += [say("findings.by_end", day=f"{cohort.end:%Y-%m-%d}")] if cohort.end is not None else []
    told += [say("findings.by_min_events", events=cohort.min_events)] if cohort.min_events else []
    told += [say("findings.by_attribute", column=column, value=value) for column, value in cohort.attributes]
    if cohort.text:
        hidden = bool(facts.asked.key)
        told.append(say("findings.by_text_hidden") if hidden else say("findings.by_text", text=cohort.text))
    return told + ([say("findings.by_users", users=len(cohort.users))] if cohort.users is not None else [])


def believe(facts: Facts, words: Words) -> Section:
    """What speaks for the verdicts: the truth where it is known, planted changes, and the p-values of all."""
    say, blocks = words.say, [Text(words.say("findings.careful"))] if facts.found.summary.named else []
    if facts.narrowed:
        blocks.append(Text(say("findings.all_users"), quiet=True))
    if facts.agreement is not None:
        known = facts.agreement
        blocks.append(Text(say("believe.planted_known", changed=known.changed, named=known.named, real=known.real)))
    out: list[Block] = [*blocks, Title(say("findings.planted"))]
    if facts.proof is None:
        out += [Text(say("findings.planted_none")), Commands((commands.plant(facts.data_set.name),))]
    else:
        out += [Points(tuple(sentences.planted(facts.proof, say))), Text(say("believe.how"), quiet=True)]
    return Section(say("findings.believe"), (*out, *_p_values(facts, words)))


def _p_values(facts: Facts, words: Words) -> list[Block]:
    say = words.say
    named, others = (side.tolist() for side in calibration.counted(facts.everyone))
    title, told = Title(say("findings.p_title")), Text(sentences.p_values(facts.everyone, say))
    if not sum(named) + sum(others):
        return [title, told]
    rows = tuple(
        (f"{place / calibration.BINS:.2f}", f"{first:,}", f"{first + second:,}")
        for place, (first, second) in enumerate(zip(named, others, strict=True))
    )
    heads = (say("findings.p_from"), say("findings.named"), say("findings.users"))
    read = say("findings.p_read")
    picture = Picture(pictures.p_values(named, others, read), read, Table(heads, rows, frozenset({0, 1, 2})))
    return [title, told, picture, Text(read, quiet=True)]


def computed(facts: Facts, words: Words) -> Section:
    """Versions, rows, settings, what to beware of, and how to get each table."""
    say, found, hidden = words.say, facts.data_set, bool(facts.asked.key)
    versions = say(
        "findings.versions", product=upgrades.PRODUCT, name=found.name, version=found.version, day=found.created[:10],
        method=pipeline.mark("drift"), accept=facts.asked.naming.accept,
    )  # fmt: skip
    run = [Text(say("findings.run", run=facts.run.id))] if facts.run is not None and facts.lag is not None else []
    careful = [words.told(each, hidden=hidden) for each in (*facts.doubts, *facts.account["cautions"])]
    cautions: list[Block] = [Title(say("findings.cautions")), Points(tuple(careful))] if careful else []
    return Section(
        say("findings.computed"),
        (Text(versions), *run, *_rows(facts, words), *_settings(facts, words), *cautions,
         Text(say("findings.commands")), Commands(commands.of_tables(facts.data_set.name, facts.asked))),
    )  # fmt: skip


def _rows(facts: Facts, words: Words) -> list[Block]:
    """What became of every row of the log."""
    known, say = facts.account, words.say
    counts = {name: known[f"rows_{name}"] or 0 for name in ("read", "kept", "rejected")}
    text = Text(say("findings.rows", **counts, duplicates=known["duplicates"] or 0))
    reasons = sorted((known["reasons"] or {}).items(), key=lambda pair: -pair[1])
    if not reasons:
        return [text]
    rows = tuple((words.told(phrases.read(reason) or reason), f"{count:,}") for reason, count in reasons)
    return [text, Table((say("findings.reason"), say("findings.count")), rows, frozenset({1}))]


def _settings(facts: Facts, words: Words) -> list[Block]:
    say, found = words.say, different(facts)
    if not found:
        return [Text(say("findings.settings_none"))]
    heads = tuple(say(f"findings.{name}") for name in ("setting", "value", "default"))
    return [
        Title(say("findings.settings")),
        Table(heads, tuple((name, _plain(at), _plain(by)) for name, at, by in found)),
    ]


def different(facts: Facts) -> list[tuple[str, Any, Any]]:
    """Settings of the import, of naming, and of the model whose lists are told of that are not at their default."""
    recipe = facts.data_set.summary.get("recipe", {}).get("settings", {})
    pairs = [("data", recipe, asdict(ImportSettings())), ("", asdict(facts.asked.naming), asdict(NamingSettings()))]
    if facts.run is not None and facts.lag is not None:
        defaults = as_dict(Settings())
        pairs += [(name, facts.run.settings.get(name, {}), defaults[name]) for name in ("model", "training")]
    return [
        (f"{section}.{name}" if section else f"--{name}", value, default[name])
        for section, values, default in pairs
        for name, value in values.items()
        if name in default and name not in DECIDED and _plain(value) != _plain(default[name])
    ]


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
