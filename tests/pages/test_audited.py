"""Pages are a door like any other: what is done there is written down, by session."""

from core import pipeline
from tests.pages.conftest import DATA_SET


def test_a_users_page_is_opened_once_a_session(explored, open_page):
    """The first look is a row with the session's mark, further ones are not; another session is another row."""
    users = list(pipeline.load(explored, DATA_SET).users[:2])
    for _ in range(2):
        app = open_page("explore/user.py", dataset=DATA_SET, user=users[0])
        app.run()
        app.run()
    table = pipeline.audit_table(explored, DATA_SET)
    opened = table[table["what"] == "opened"]
    assert list(opened["person"]) == [users[0], users[0]]
    assert set(opened["door"]) == set(opened["who"]) == {"page"}
    assert opened["place"].str.fullmatch("[0-9a-f]{8}").all()
    assert pipeline.verify_audit(explored)["rows"] == len(table)


def test_a_deletion_on_a_page_is_written_down(workspace, open_page):
    """Also what a button does before its page is drawn anew."""
    app = open_page("data/library.py", dataset=DATA_SET)
    app.button("delete_small").click().run()
    app.button("delete_yes").click().run()
    (row,) = pipeline.audit_table(workspace, DATA_SET).tail(1).to_dict("records")
    assert (row["what"], row["door"], row["data_set"]) == ("deleted", "page", DATA_SET)
