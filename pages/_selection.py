"""What a reader is looking at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """What the reader is looking at; hashable, so that it can be an argument of cached functions."""

    data_set: str | None = None
    """Name of the data set; None before there is one, or if the link names one that is not there."""
    id: str = ""
    """Of the version: that of no other one, also where another data set had this name before."""
    version: int = 0
    run: str | None = None
    """Newest finished run of this version."""
    run_created: str = ""
    """Day and minute that the run was started, UTC."""
    root: str = ""
    """Folder of the workspace."""
    asked: str | None = None
    """The data set that the link names, there or not."""
    masked: bool = False
    """User ids are pseudonyms: what is kept for those who see ids is nothing for this visitor."""
    marks: str = ""
    """Of the markers as they are: of others when one is added or goes."""
