"""What the engine says to people, each text with a code: pages say it in the reader's language, all others in English.

    raise UnknownUserError(say("errors.unknown_user", user="ann", users=12, some="bob"))

A text is a plain string that remembers its code and values, so that whoever does not care need not know. Where it
is written down (a job's row) it is packed as JSON, and comes back as what it was.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Self, TypeAlias

from core.phrases import access, account, answers, engines, errors, language, log, steps, watching
from core.phrases.filling import filled as filled
from core.phrases.filling import foreign as foreign
from core.phrases.filling import harmless as harmless
from core.phrases.filling import texts_in as texts_in

TEXTS: Mapping[str, str] = {
    **log.TEXTS,
    **errors.TEXTS,
    **steps.TEXTS,
    **answers.TEXTS,
    **account.TEXTS,
    **language.TEXTS,
    **access.TEXTS,
    **watching.TEXTS,
    **engines.TEXTS,
}
"""English text by code (section and name, as in the catalogues of pages), with room for values."""
LONGEST = 300
"""Characters of a value that are written down."""
Value: TypeAlias = "str | float"


class Said(str):
    """A text in English that remembers what it was made from."""

    code: str
    """A key of `TEXTS`."""
    values: Mapping[str, Value]
    """What was filled in; some may be `Said` themselves."""
    __slots__ = ("code", "values")

    def __new__(cls, code: str, **values: Value) -> Self:
        """The text of a code with values filled in."""
        said = super().__new__(cls, TEXTS[code].format(**values))
        said.code, said.values = code, values
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Value]]:
        """What a copy is made from."""
        return (self.code,), dict(self.values)


def say(code: str, /, **values: Value) -> Said:
    """The text of a code, with values filled in.

    >>> say("reasons.old", days=30)
    'event is older than 30 days'
    """
    return Said(code, **values)


def read(text: str) -> Said | None:
    """The reason or note that an import wrote down as `text`; None if it is none of today's.

    >>> found = read("event is older than 30 days")
    >>> found.code, found.values
    ('reasons.old', {'days': 30})
    """
    for code, pattern in _patterns().items():
        if match := pattern.fullmatch(text):
            return say(code, **{name: _value(text) for name, text in match.groupdict().items()})
    return None


def packed(text: str) -> str:
    """A text as it is written down: JSON with code, values and the English, or plain if it has no code.

    >>> packed(say("reasons.old", days=30))
    '{"code": "reasons.old", "values": {"days": 30}, "text": "event is older than 30 days"}'
    """
    return json.dumps(_plain(text)) if isinstance(text, Said) else text


def unpacked(text: str) -> str:
    """What `packed` was given; its English where there is no such code (any more), and plain text as it is.

    >>> unpacked(packed(say("reasons.old", days=30))).code
    'reasons.old'
    >>> unpacked("Epoch 3")
    'Epoch 3'
    """
    if not text.startswith('{"code": '):
        return text
    try:
        return _again(json.loads(text))
    except ValueError:
        return text


def _plain(said: Said) -> dict[str, object]:
    values = {
        name: _plain(value) if isinstance(value, Said) else value[:LONGEST] if isinstance(value, str) else value
        for name, value in said.values.items()
    }
    return {"code": said.code, "values": values, "text": str(said)}


def _again(found: dict[str, object]) -> str:
    values = found["values"]
    assert isinstance(values, dict)
    try:
        return say(
            str(found["code"]),
            **{name: _again(value) if isinstance(value, dict) else value for name, value in values.items()},
        )
    except (KeyError, ValueError):
        return str(found["text"])


def _value(text: str) -> Value:
    """A whole number, or a word in capitals."""
    return text if text.isalpha() else int(text.replace(",", ""))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """What the texts of reasons and notes look like, by code; their values are whole numbers or words in capitals."""
    return {
        code: re.compile(re.sub(r"\\\{(\w+)(:,)?\\\}", r"(?P<\1>[0-9,]+|[A-Z]+)", re.escape(template)))
        for code, template in log.TEXTS.items()
        if not code.startswith(("cautions.", "remarks.", "doubts.", "decided."))
    }
