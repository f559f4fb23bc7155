"""Every error that Meander raises on purpose.

MeanderError
├── InputError             what the user gave cannot be used; one line says how to mend it
│   ├── EventsError        the log, items or users file
│   ├── SettingsError      a setting's name or value
│   ├── LanguageError      a language model or vectors that cannot be used
│   ├── InvalidNameError   a name that may not become a folder
│   ├── UnknownDataSetError
│   ├── UnknownUserError
│   ├── UnknownItemError
│   ├── UnknownRunError    also: no run yet, a run of another data set or version
│   ├── NoteError          a note that is empty, too long, or not there (any more)
│   └── MarkerError        a marker that cannot be, or is not there (any more)
├── WorkspaceError         the workspace itself cannot be read or written (disk full, no rights)
│   └── WorkspaceRemovedError
├── ForbiddenError         whoever asks may not do that, or not here
├── OvertakenError         someone else changed or deleted a data set while something was made of it
├── RankLostError          one of several processes that train together is gone
└── JobCancelledError      someone pressed cancel; nothing half-done is kept
"""


class MeanderError(Exception):
    """Root of all errors raised on purpose; its text is fit to be shown to a user."""

    @property
    def said(self) -> str:
        """The text, with its code where `core.phrases` made it."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


class InputError(MeanderError):
    """What the user gave cannot be used; the text says what was found, expected, and what to do."""


class EventsError(InputError):
    """A log, items or users file that cannot be read as one."""


class SettingsError(InputError):
    """A setting that does not exist or whose value is out of range."""


class LanguageError(InputError):
    """A language model that is not there or cannot be used, or vectors that are none."""


class InvalidNameError(InputError):
    """A name of a data set or run that may not become a folder."""


class UnknownDataSetError(InputError):
    """No data set of this name in the workspace."""


class UnknownUserError(InputError):
    """No such user in the data set."""


class UnknownItemError(InputError):
    """No such item in the data set."""


class UnknownRunError(InputError):
    """No such run, no finished run yet, or a run made from another data set or version."""


class NoteError(InputError):
    """A note that is empty, too long, or not there (any more)."""


class CohortError(InputError):
    """A cohort that cannot be saved, or is not there (any more)."""


class MarkerError(InputError):
    """A marker that cannot be, or is not there (any more)."""


class WorkspaceError(MeanderError):
    """The workspace cannot be read or written."""


class WorkspaceRemovedError(WorkspaceError):
    """Someone removed the workspace while it was in use."""


class ForbiddenError(MeanderError):
    """Whoever asks has no role that may do this."""


class OvertakenError(MeanderError):
    """Someone else changed or deleted a data set while something was made of it; nothing of that was kept."""


class RankLostError(MeanderError):
    """One of several processes that train one model ended, or cannot be reached."""


class JobCancelledError(MeanderError):
    """The step was cancelled; nothing half-done is kept."""
