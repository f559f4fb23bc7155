"""What an import would keep and reject, told before it is run."""

from typing import Any

import streamlit as st

from core.errors import MeanderError
from core.settings import ImportSettings
from pages import _computed as computed
from pages import _session as session
from pages import _words as words
from pages.data import _report as report
from pages.data._files import Received

say = session.say


def draw(
    columns: dict[str, str], files: dict[str, tuple[Received, ...]], settings: ImportSettings
) -> dict[str, Any] | None:
    """Counts of what would become of the rows, and why some would go; exact for small files. Returns the summary."""
    paths = tuple((slot, str(file.path)) for slot, received in files.items() for file in received)
    try:
        with st.spinner(say("forecast.looking")):
            found = computed.check(tuple(columns.items()), paths, settings)
    except MeanderError as error:
        st.error(words.told(error))
        return None
    summary: dict[str, Any] = found.summary
    text = say(
        "forecast.whole" if found.whole else "forecast.first",
        rows=summary["rows_read"],
        kept=summary["rows_kept"],
        rejected=summary["rows_rejected"],
        duplicates=summary["duplicates"],
    )
    if summary.get("first") and not summary.get("ordinal"):
        span = {name: words.moment(summary[name]) for name in ("first", "last")}
        text = f"{text} {say('forecast.span', **span)}"
    st.info(text + report.reasons(summary))
    report.matches(summary)
    return summary
