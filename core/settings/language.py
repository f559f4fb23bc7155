"""What words mean: which model reads them, and which columns of items it reads."""

from dataclasses import dataclass

from core.settings import limits

NONE = "none"
"""Written for no model: words are not read."""


@dataclass(frozen=True)
class LanguageSettings:
    """How what items say becomes vectors."""

    model: str = "auto"
    """What reads words: auto (the encoder that comes with Meander), none, or the path of a folder with a model in the
    format of sentence-transformers or transformers."""
    columns: str = "auto"
    """Columns of items that are read, with commas between; auto: title, category, and other columns of words."""
    characters: int = 600
    """Characters that are read of an item; the rest of a longer text is left out, and such items are counted."""
    event_texts: str = "auto"
    """Columns of the log whose texts (what was searched, a review) are part of what their items say, with commas
    between; none; auto: those that hold words and differ between events of one item. Never taken under pseudonyms."""
    event_newest: int = 20
    """Different texts of the events of an item that an import keeps, the newest ones."""
    event_characters: int = 300
    """Characters of the texts of its events that are read of an item, the newest first."""
    most: int = 300_000
    """Different texts that are read, in the order of the items; items behind them have no vector, and are counted."""

    def __post_init__(self) -> None:
        """Refuse to read nothing."""
        limits.at_least("language.characters", self.characters, 20)
        limits.at_least("language.event_newest", self.event_newest, 1)
        limits.at_least("language.event_characters", self.event_characters, 20)
        limits.at_least("language.most", self.most, 1)
