"""Where questions are answered: one workspace, what was read of it last, and what may be computed for an answer."""

import shlex
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from core import pipeline
from core.agents.answers import Answer, Page
from core.agents.who import Who
from core.data import schema
from core.drift import NAMED, SURE_COLUMN
from core.errors import InputError
from core.report import Asked, Facts, gather, judged
from core.settings import DoorSettings, NamingSettings
from core.workspace import DataSet, Workspace

if TYPE_CHECKING:
    import pandas as pd

    from core.data import Sequences
    from core.drift import Cohort

T = TypeVar("T")
PROGRAM = ("python", "-m", "core")
HELD = 8
"""Logs, and drift tables as they are read, that are held in memory."""
SMALL_LOG, SMALL_CATALOGUE, LARGE_LOG = 20_000, 5_000, 5_000_000
"""Events and items up to which something is computed for an answer, and events above which no list is made for one."""


class Desk:
    """Answers one question at a time."""

    def __init__(self, workspace: Workspace, settings: DoorSettings | None = None) -> None:
        self.workspace, self.settings = workspace, settings or DoorSettings()
        self.who = Who(workspace, hidden=self.settings.mask_ids)
        self._held: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def log(self, name: str) -> "Sequences":
        """The log of a data set."""
        found = self.workspace.data_set(name)
        return self._once(("log", name, found.id), lambda: pipeline.load(self.workspace, name))

    def search(self, name: str) -> "pipeline.Search":
        """What a data set can be asked in words."""
        found = self.workspace.data_set(name)
        return self._once(("search", name, found.id), lambda: pipeline.Search.of(self.workspace, found))

    def judged(self, name: str, naming: NamingSettings) -> "tuple[pd.DataFrame, Sequences]":
        """The drift table and the log as the overview reads them."""
        found, table = self.workspace.data_set(name), pipeline.drift(self.workspace, name)
        self.kept(table, self.command("drift", name), at_once=self.is_small(found))
        return self._once(("judged", name, found.id, naming), lambda: judged(self.workspace, name, naming))

    def facts(self, name: str, naming: NamingSettings, cohort: "Cohort | None" = None, within: str = "") -> Facts:
        """All that a report tells of a data set, or of its users `within` a named cohort.

        Raises `InputError` where no user fits.
        """
        known, found = self.judged(name, naming), self.workspace.data_set(name)
        named = pipeline.cohort(self.workspace, name, within) if within else None
        asked = Asked(naming, cohort, named, within, people=0)
        of = ("facts", name, found.id, naming, cohort, named)
        return self._once(of, lambda: gather(self.workspace, name, asked, known))

    def sureness(self, name: str, user: str) -> dict[str, Any]:
        """How sure it is that a user changed at all; nothing where that is not computed, or the user is not known."""
        if not pipeline.drift(self.workspace, name).ready:
            return {}
        table = self.judged(name, NamingSettings())[0]
        row = table.loc[table[schema.USER] == user, ["p_value", "q_value", SURE_COLUMN, NAMED]]
        return {} if row.empty else {str(key): value for key, value in row.iloc[0].items()}

    def kept(self, result: "pipeline.Result[T]", command: str, *, at_once: bool = False) -> T:
        """What is kept, or is computed at once; else raises `InputError` with the command that makes it."""
        if not result.ready and not at_once:
            raise InputError(
                f"This is not computed yet, and takes longer than an answer may. Compute it once: {command}."
            )
        return result.get()

    def can_list(self, name: str, command: str) -> None:
        """Raise `InputError` where a list takes longer than an answer may."""
        events = self.workspace.data_set(name).summary["rows_kept"]
        if events > LARGE_LOG:
            raise InputError(f"Lists of a log of {events:,} events take longer than an answer may. Use: {command}.")

    def is_small(self, found: DataSet) -> bool:
        """Whether drift is computed in the time that an answer has."""
        return int(found.summary["rows_kept"]) <= SMALL_LOG

    def user(self, name: str, asked: str) -> str:
        """The user whom an id from outside stands for; it is noted in the audit that somebody looks."""
        user = self.who.meant(asked, self.log(name))
        pipeline.opened(self.workspace, name, user)
        return user

    def give(self, answer: Answer, page: Page | None = None, *, of: tuple[str, str] | None = None) -> dict[str, Any]:
        """An answer as it leaves: ids as they may be shown; a table `of` a data set is noted in the audit."""
        if of is not None:
            pipeline.exported(self.workspace, *of)
        rows = None if answer.rows is None else self.who.table(answer.rows)
        shown = replace(answer, rows=rows, beware=[self.who.told(line) for line in answer.beware])
        return shown.plain(page or Page(0, self.settings.rows), self.settings.rows)

    def named(self, user: str) -> str:
        """A user as a command line names them; where ids are hidden no id is written."""
        return "USER" if self.who.hidden else user

    def line(self, question: str, name: str, user: str) -> str:
        """A line of a notebook, for what no command gives."""
        return f"meander.{question}(meander.open_log({name!r}), {self.named(user)!r})"

    @staticmethod
    def command(*words: object) -> str:
        """A line for a shell."""
        return shlex.join([*PROGRAM, *map(str, words)])

    def _once(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        if key not in self._held:
            self._held[key] = make()
        self._held.move_to_end(key)
        while len(self._held) > HELD:
            self._held.popitem(last=False)
        found: T = self._held[key]
        return found
