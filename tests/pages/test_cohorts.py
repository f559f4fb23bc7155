"""Named cohorts on pages: chosen by a link or by hand, all then of them with their count said, saved, deleted."""

import pytest

from core import pipeline
from core.drift import Cohort
from core.drift.overview import cohorts, judged
from tests.pages.conftest import DATA_SET
from tests.pages.test_explore import OVERVIEW, USER, charts, texts


@pytest.fixture
def some(explored):
    """Half of the users under a name; their rows of the drift table."""
    table = judged(pipeline.drift(explored, DATA_SET).get())
    users = sorted(table["user_id"])[::2]
    pipeline.save_cohort(explored, DATA_SET, "half", users=users)
    return cohorts.surest(table[table["user_id"].isin(users)])


def test_the_overview_is_of_the_cohort(open_explored, some):
    """Sentence, strip and list are of the cohort of the link alone, and the page says how many that are."""
    app = open_explored(OVERVIEW, cohort="half")
    named, tested = int(some["named"].sum()), int((some["status"] == "ok").sum())
    assert f"{len(some)} of 60 users" in texts(app)
    assert f"{named} of {tested} users" in app.subheader[0].value
    assert "still decided among everybody" in app.selectbox("picked_cohort").help
    assert set(app.dataframe[0].value["user_id"]) == set(some["user_id"])
    assert app.button("show_named").label.startswith(f"{named} ")
    app.selectbox("picked_cohort").set_value(None).run()
    assert not app.exception
    assert "cohort" not in app.query_params
    assert len(app.dataframe[0].value) == 60
    app = open_explored(USER, cohort="half")
    assert app.selectbox("picked_user").options == some["user_id"].tolist()


@pytest.mark.usefixtures("some")
def test_filters_are_saved_as_a_cohort_and_deleted(explored, open_explored):
    """What the filters leave is kept by rule, the page goes on with it, and a click deletes it."""
    app = open_explored(OVERVIEW)
    app.button("show_named").click().run()
    app.session_state["cohort_box"] = True
    app.run()
    app.text_input("cohort_name").set_value("the named")
    app.button("cohort_save").click().run()
    assert not app.exception
    assert pipeline.cohort(explored, DATA_SET, "the named") == Cohort(statuses=("named",))
    assert app.query_params["cohort"] == ["the named"] or app.query_params["cohort"] == "the named"
    assert app.dataframe[0].value["status"].eq("named").all()
    assert "Filters" in [box.label for box in app.expander], "the filters are in the cohort now"
    app.button("cohort_delete").click().run()
    assert [each.name for each in pipeline.cohorts(explored, DATA_SET)] == ["half"]
    assert len(app.dataframe[0].value) == 60


@pytest.mark.usefixtures("some")
def test_a_link_to_a_cohort_that_is_gone(open_explored):
    """One line says so, and the page is of everybody."""
    app = open_explored(OVERVIEW, cohort="gone")
    assert "no cohort “gone”" in texts(app)
    assert len(app.dataframe[0].value) == 60


def test_a_cohort_stands_beside_the_rest(explored, open_explored, some):
    """The comparison counts both sides as the table does, and says by how much they are apart, with an interval."""
    app = open_explored("explore/compare.py", cohort="half")
    rows = app.dataframe[0].value
    table = judged(pipeline.drift(explored, DATA_SET).get())
    assert rows["named"].tolist() == [some["named"].sum(), table["named"].sum() - some["named"].sum()]
    assert rows["users"].tolist() == [30, 30]
    assert "picked by what the test says of its users, or by hand" in texts(app)
    pipeline.save_cohort(explored, DATA_SET, "long", Cohort(min_events=int(table["n_events"].median())))
    app = open_explored("explore/compare.py", cohort="long")
    assert "a difference of" in texts(app)


def test_quality_is_told_for_a_cohort(explored, open_explored, some):
    """Where it was measured, the page of quality says how lists serve the cohort and the rest, as the engine does."""
    ranks = pipeline.ranks(explored, DATA_SET, "popularity,attention").get()
    real = pipeline.ranks(explored, DATA_SET)
    real.path.parent.mkdir(exist_ok=True, parents=True)
    ranks.to_parquet(real.path)
    app = open_explored("model/quality.py", cohort="half")
    beside = pipeline.quality_of(ranks, some["user_id"]).beside.set_index(["model", "who"])
    assert f"{beside.loc[('attention', 'difference'), 'value']:+.3f}" in texts(app)
    assert "30 of 60 users" in texts(app)


def test_who_came_and_left_is_told_of_the_cohort(explored, open_explored):
    """The box holds the rule for being gone, three charts, and files; nothing of it is computed while it is folded."""
    app = open_explored(OVERVIEW)
    folded = len(charts(app))
    app.session_state["life_box"] = True
    app.session_state["categories_box"] = True
    app.run()
    assert not app.exception
    assert "19 of 20 were never away for longer than" in texts(app)
    assert len(charts(app)) >= folded + 2
    own = app.multiselect("categories_which").options
    app.multiselect("categories_which").set_value(own[:2])
    app.text_input("categories_shown").set_value("Both")
    next(button for button in app.button if button.label == "Show them so").click()
    app.run()
    assert not app.exception
    assert set(pipeline.category_names(explored, DATA_SET).merged["Both"]) == set(own[:2])
    assert "Shown as one: Both" in texts(app).replace("\\", "")
