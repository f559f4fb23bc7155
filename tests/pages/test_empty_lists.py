"""Where nothing is left to list, pages say so in place of an empty table."""

import pytest
from streamlit.testing.v1 import AppTest


def moved() -> None:
    """The lists of the sandbox and of the live form."""
    import pandas as pd

    from pages.explore import _moves

    _moves.draw(pd.DataFrame(columns=["item_id", "title", "category", "rank", "rank_before", "change"]), "key", "read")


def hidden() -> None:
    """A list of which all items were had."""
    import pandas as pd

    from pages.explore import _lists

    _lists._table(pd.DataFrame(columns=["rank", "title", "category", "rank_by_score"]), "left")


def filtered() -> None:
    """A list that no item fits."""
    import pandas as pd

    from pages.explore import _lists

    _lists._table(pd.DataFrame(columns=["rank", "title", "category", "rank_by_score"]), "left", hide_seen=False)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (moved, "the user has had every item"),
        (hidden, "the user has had every item"),
        (filtered, "no item fits what was asked for"),
    ],
)
def test_an_empty_list_is_a_sentence(page, message):
    """One sentence, and no table."""
    shown = AppTest.from_function(page, default_timeout=60).run()
    assert not shown.exception
    assert message in shown.info[0].value
    assert not shown.dataframe
