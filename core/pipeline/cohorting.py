"""Named cohorts: saved by a rule or by ids, read as whoever asks may see them, and found among the users of today."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.data import export, lookup
from core.errors import CohortError
from core.phrases import say
from core.pipeline.calling import category_names
from core.pipeline.gate import key, needs
from core.settings import EDITOR, VIEWER
from core.workspace import DataSet, SavedCohort, Workspace
from core.workspace import cohorts as kept

if TYPE_CHECKING:
    import pandas as pd

    from core.data import Sequences
    from core.drift import Cohort


@dataclass(frozen=True)
class CohortKept:
    """What became of a cohort that was to be saved."""

    users: int
    """Ids that were listed; 0 for a rule."""
    unknown: int
    """Ids that no user of the log has, which were left out."""


@needs(VIEWER)
def cohorts(workspace: Workspace, name: str) -> list[SavedCohort]:
    """The named cohorts of a data set; a part of an id in a rule is left out for whoever must not see ids.

    Raises `UnknownDataSetError`.
    """
    workspace.data_set(name)
    found, masked = kept.read(workspace, name), bool(key(workspace))
    return [_hidden(cohort) if masked else cohort for cohort in found]


@needs(VIEWER)
def cohort(workspace: Workspace, name: str, cohort: str) -> "Cohort":
    """The users of a named cohort as they are picked from a drift table; raises `CohortError` without one.

    Whoever must not see ids gets pseudonyms, also in place of users that a part of an id picks.
    """
    from core.drift import Cohort, cohort_rules

    data_set, masks = workspace.data_set(name), key(workspace)
    found = kept.find(workspace, name, cohort)
    if found.rule is None:
        listed = kept.people(workspace, name, cohort)
        return Cohort(users=frozenset(export.mask(user, masks) for user in listed) if masks else listed)
    names, picked = category_names(workspace, name), cohort_rules.read(found.rule)
    picked = replace(picked, sources=names.names(picked.sources), targets=names.names(picked.targets))
    if not masks or not picked.text:
        return picked
    fits = (user for user in lookup.all_users(data_set) if picked.text.casefold() in user.casefold())
    return replace(picked, text="", users=frozenset(export.mask(user, masks) for user in fits))


@needs(VIEWER)
def cohort_users(workspace: Workspace, name: str, cohort_name: str, table: "pd.DataFrame", log: "Sequences") -> Any:
    """Rows of a judged drift table that a named cohort picks, the surest first; raises `CohortError` without one."""
    from core.drift import cohorts, population

    found = cohort(workspace, name, cohort_name)
    if found.users is not None and found == replace(type(found)(), users=found.users):
        return cohorts.choose(table, found)
    return cohorts.choose(table, found, population.changes(table, log), cohorts.attributes(log))


@needs(EDITOR)
def save_cohort(
    workspace: Workspace, name: str, cohort: str, rule: "Cohort | None" = None, users: Collection[str] = ()
) -> CohortKept:
    """Keep a rule, or users by their ids, under a name, in the place of the cohort that had it.

    Ids that no user of the current version has are left out. Raises `UnknownDataSetError` and `CohortError`.
    """
    from core.drift import cohort_rules

    data_set = workspace.data_set(name)
    if rule is not None:
        # Kept by the log's own categories, so that it means the same under other names for them.
        names = category_names(workspace, name)
        rule = replace(rule, sources=names.own(rule.sources), targets=names.own(rule.targets))
        kept.save(workspace, name, cohort, cohort_rules.plain(rule))
        return CohortKept(0, 0)
    known = _known(workspace, data_set, frozenset(users))
    kept.save(workspace, name, cohort, None, known)
    return CohortKept(len(known), len(frozenset(users)) - len(known))


@needs(EDITOR)
def remove_cohort(workspace: Workspace, name: str, cohort: str) -> None:
    """Delete a cohort; raises `CohortError` where it is gone."""
    kept.remove(workspace, name, cohort)


def leave_cohorts(workspace: Workspace, data_set: DataSet) -> None:
    """Take whoever is in no event of a data set any more off the lists of its cohorts."""
    if any(cohort.users for cohort in kept.read(workspace, data_set.name)):
        kept.keep_only(workspace, data_set.name, lookup.all_users(data_set))


def _known(workspace: Workspace, data_set: DataSet, users: frozenset[str]) -> frozenset[str]:
    """Those of some ids that the data set has, as it writes them: pseudonyms where it holds these."""
    known = frozenset(lookup.all_users(data_set))
    found = users & known
    if data_set.summary.get("recipe", {}).get("settings", {}).get("pseudonyms"):
        secret = workspace.secret()
        found |= frozenset(export.mask(user, secret) for user in users - found) & known
    if users and not found:
        some = min(known, default="")
        raise CohortError(
            say("errors.unknown_people", users=len(users), known=len(known), data_set=data_set.name, some=some)
        )
    return found


def _hidden(cohort: SavedCohort) -> SavedCohort:
    if not cohort.rule or "text" not in cohort.rule:
        return cohort
    return replace(cohort, rule={name: value for name, value in cohort.rule.items() if name != "text"})


COLUMNS = ("name", "by", "users", "changed", "rule")


@needs(VIEWER)
def cohort_table(workspace: Workspace, name: str) -> "pd.DataFrame":
    """The named cohorts of a data set as a table: name, by (rule or ids), users (of lists), changed, rule."""
    import json

    import pandas as pd

    rows = [
        (each.name, "ids" if each.rule is None else "rule", each.users if each.rule is None else None, each.changed,
         "" if each.rule is None else json.dumps(each.rule, ensure_ascii=False))
        for each in cohorts(workspace, name)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"users": "Int64"})
