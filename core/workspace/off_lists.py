"""One person taken out of the cohorts that a data set has: off their lists, and out of their names and rules."""

import json
import sqlite3
from itertools import chain, count

from core.workspace.person import Person


def forget(database: sqlite3.Connection, data_set: str, person: Person) -> None:
    """Take a person out of a data set's cohorts, inside a transaction of the caller: off lists, out of names and rules.

    The name of a cohort that names them becomes another that no cohort has.
    """
    query = "delete from cohort_people where data_set = ? and user_id = ?"
    database.executemany(query, [(data_set, user) for user in person.ids])
    taken = {str(row["name"]) for row in database.execute("select name from cohorts where data_set = ?", (data_set,))}
    for row in database.execute("select name, rule from cohorts where data_set = ?", (data_set,)).fetchall():
        rule = row["rule"] and json.dumps(person.without(json.loads(row["rule"])), ensure_ascii=False, sort_keys=True)
        name = person.hidden(row["name"])
        if name != row["name"]:
            name = _another(name, taken)
            move = "update cohort_people set cohort = ? where data_set = ? and cohort = ?"
            database.execute(move, (name, data_set, row["name"]))
        change = "update cohorts set name = ?, rule = ? where data_set = ? and name = ?"
        database.execute(change, (name, rule, data_set, row["name"]))


def _another(name: str, taken: set[str]) -> str:
    """The name, with a number where another cohort has it."""
    free = next(each for each in chain([name], (f"{name} {number}" for number in count(2))) if each not in taken)
    taken.add(free)
    return free
