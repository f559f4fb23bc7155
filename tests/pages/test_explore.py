"""Overview, user and atlas: what they show of a small log, and what they say when something is not there."""

import json
import re
import shlex
from dataclasses import replace

import pandas as pd
import pytest

from core import jobs, pipeline, report
from core.cli import main
from core.cli.parser import build
from core.data import LogFiles
from core.data.simulate import simulate
from core.drift import STATUSES, for_charts
from core.drift.overview import cohorts, judged
from core.drift.overview.cohorts import telling
from core.explain import Faithfulness
from core.jobs.steps import run as run_job
from core.phrases import say
from core.pipeline import results
from core.report.blocks import Table
from core.settings import AtlasSettings, DriftSettings, ImportSettings, JobSettings, NamingSettings, SimulationSettings
from core.workspace import Workspace
from pages._commands import PROGRAM
from tests.pages.conftest import DATA_SET, finish, labels, publish

OVERVIEW, USER, ATLAS, COMPARE = (f"explore/{name}.py" for name in ("overview", "user", "atlas", "compare"))


@pytest.fixture(scope="session")
def table(made_explored):
    """The drift table of the workspace as pages read it, the surest first."""
    return cohorts.choose(judged(pipeline.drift(Workspace(made_explored), DATA_SET).get()), cohorts.Cohort())


def texts(app) -> str:
    """All words of a page in one string."""
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.success]
    return "\n".join(str(part.value) for part in parts)


def charts(app) -> list[str]:
    """JSON of the plotly figures of a page."""
    return [chart.proto.spec for chart in app.get("plotly_chart")]


def test_overview_opens_with_who_can_be_named(open_explored, table):
    """The first sentence holds what the drift table holds; no other number of users counts more than are named."""
    app = open_explored(OVERVIEW)
    named, tested = int(table["named"].sum()), int((table["status"] == "ok").sum())
    assert named > 0, "the fixture must hold drift"
    assert app.subheader[0].value == f"{named} of {tested} users can be named as changed"
    assert "At most 5% of them are wrong" in texts(app)
    assert f"{int((table['status'] != 'ok').sum())} came too rarely to be judged: at least 4 visits with 10" in texts(
        app
    )
    assert len(charts(app)) >= 5
    assert len(app.dataframe[0].value) == len(table), "it opens on everyone"


def test_overview_tells_what_verdicts_stand_on(explored, open_explored, monkeypatch):
    """Doubts about sessions, found and kept with the drift table, stand above all that rests on it."""
    found = pipeline.drift_doubts(explored, DATA_SET)
    assert found.ready
    assert found.get() == ()
    monkeypatch.setattr("pages._computed.drift_doubts", lambda _: (say("doubts.one_unit", percent=51),))
    assert open_explored(OVERVIEW).warning[0].value.startswith("51 % of the users have a single session")


@pytest.mark.parametrize("accept", ["0.01", "0.05", "0.2"])
def test_what_is_accepted_holds_on_all_of_the_page(open_explored, explored, accept):
    """Sentence, list, flows and slider follow the link; the slider writes it."""
    table = judged(pipeline.drift(explored, DATA_SET).get(), NamingSettings(float(accept)))
    app = open_explored(OVERVIEW, q=accept)
    assert app.slider("picked_accept").value == round(100 * float(accept))
    named = int(table["named"].sum())
    assert (f"{named} of" if named else "Nobody can be named") in app.subheader[0].value
    assert (app.dataframe[0].value["status"] == "named").sum() == named
    app.slider("picked_accept").set_value(10).run()
    assert not app.exception
    assert app.query_params["q"] == "0.1"


@pytest.mark.parametrize("link", ["7", "nan", "x", "-1", "0.5"])
def test_a_link_with_a_share_that_cannot_be_accepted(open_explored, link):
    """One line says so, the default holds, and the link is mended."""
    app = open_explored(OVERVIEW, q=link)
    assert "which cannot be" in texts(app)
    assert app.slider("picked_accept").value == 5
    assert "q" not in app.query_params


def test_a_marked_time_is_a_chip_that_can_be_taken_away(open_explored, table):
    """The worst period is a click away, narrows the list, is shown as a chip, and goes with it."""
    app = open_explored(OVERVIEW)
    app.button("worst_period").click().run()
    assert not app.exception
    assert len(app.dataframe[0].value) < len(table)
    (chip,) = [button for button in app.button if button.key.startswith("chip_")]
    assert chip.label.startswith("Changed 2")
    assert any("scrollIntoView" in str(part.proto) for part in app.get("html"))
    chip.click().run()
    assert len(app.dataframe[0].value) == len(table)


@pytest.mark.parametrize("name", ["named", "perhaps", "steady", "insufficient"])
def test_every_part_of_the_strip_leads_to_its_users(open_explored, table, name):
    """The button shows the users that it counts, with a chip that takes the filter away again."""
    app = open_explored(OVERVIEW)
    users = cohorts.status_of(table) == name
    button = app.button(f"show_{name}")
    assert button.label.startswith(f"{users.sum()} ")
    assert button.disabled == (not users.any())
    if users.any():
        button.click().run()
        assert not app.exception
        assert set(app.dataframe[0].value["user_id"]) == set(table.loc[users, "user_id"])
        app.button(f"chip_cohort_statuses_{name}").click().run()
        assert len(app.dataframe[0].value) == len(table)


def test_how_sure_it_is_stands_first(open_explored):
    """The first column says how sure it is, in words that never go up again."""
    app = open_explored(OVERVIEW)
    assert app.dataframe[0].proto.column_order[:2] == ["sure", "user_id"]
    words = ["very sure", "sure", "perhaps", "no sign", ""]
    places = [words.index(word) for word in app.dataframe[0].value["sure"]]
    assert places == sorted(places)


def test_a_user_with_signs_alone_is_told_as_perhaps(open_explored, explored):
    """Who is not named at what is accepted is no headline, but told of as perhaps, with the place of the change."""
    table = judged(pipeline.drift(explored, DATA_SET).get(), NamingSettings(0.01))
    maybe = table[cohorts.status_of(table) == "perhaps"]
    assert len(maybe), "the fixture must hold signs"
    row = maybe.iloc[0]
    app = open_explored(USER, user=row["user_id"], q="0.01")
    assert "Perhaps changed" in texts(app)
    assert f"event {row['change_events'][0] + 1}" in texts(app)


def test_who_came_too_rarely_is_told_what_is_needed(open_explored, table):
    """Visits and events there are, and how many it takes."""
    row = table[table["status"] == "insufficient"].iloc[0]
    said = texts(open_explored(USER, user=row["user_id"]))
    assert "Cannot be judged" in said
    assert "at least 4 visits and 10 events are needed" in said


def test_filters_survive_a_change_of_page(open_explored):
    """What was filtered on the overview is filtered on the user page, also once folded away, and shows unfolded."""
    app = unfolded(open_explored(OVERVIEW), "filters_box")
    app.text_input("cohort_text").set_value("u00000")
    app.multiselect("cohort_statuses").set_value(["steady"]).run()
    for page in (OVERVIEW, USER, OVERVIEW, USER):
        app.switch_page(f"pages/{page}").run()
        assert not app.exception
        assert "Filters (2 set)" in [expander.label for expander in app.expander]
    app = unfolded(app, "filters_box")
    assert app.text_input("cohort_text").value == "u00000"
    assert app.multiselect("cohort_statuses").value == ["steady"]


def test_nobody_fits(open_explored):
    """Filters that leave nobody say so."""
    app = unfolded(open_explored(OVERVIEW), "filters_box")
    app.text_input("cohort_text").set_value("no such user").run()
    assert "No user fits these filters" in texts(app)


def test_user_page_tells_what_changed(open_explored, table):
    """A drifted user's verdict has the events of the change, and the charts are drawn."""
    row = table.iloc[0]
    app = open_explored(USER, dataset=DATA_SET, user=row["user_id"])
    change = row["change_events"][0]
    assert f"event {change + 1}" in texts(app)
    assert not charts(app), "single charts are drawn on request"


def test_list_of_the_step_agrees_with_the_command_line(open_explored, explored, table):
    """After the last event the page lists what `recommend` lists."""
    user = table["user_id"].iloc[0]
    app = unfolded(open_explored(USER, dataset=DATA_SET, user=user), "user_as_table")
    expected = pipeline.recommend(explored, DATA_SET, pipeline.Query(user=user))
    shown = app.dataframe[0].value
    assert shown["item_id"].tolist() == expected["item_id"].tolist()
    assert shown["score"].round(4).tolist() == expected["score"].round(4).tolist()


def test_deep_link_opens_at_its_step(open_explored, table):
    """User and step of the link are shown; where the slider goes the list and the link follow."""
    user = table["user_id"].iloc[0]
    app = open_explored(USER, dataset=DATA_SET, user=user, event="4")
    assert app.slider("step_slider").value == 4
    app.slider("step_slider").set_value(2).run()
    assert app.query_params["event"] == "2"
    assert not app.dataframe
    app = unfolded(app, "user_as_table")
    assert app.dataframe[0].value["event_index"].unique().tolist() == [1]
    assert not app.exception


def test_true_next_event_is_told(open_explored, table):
    """Beside the list stands what came next; after the last event nobody knows."""
    user = table["user_id"].iloc[0]
    app = open_explored(USER, dataset=DATA_SET, user=user, step="3")
    assert "What came next" in texts(unfolded(app, "user_as_table"))
    app = open_explored(USER, dataset=DATA_SET, user=user)
    assert "nobody knows yet" in texts(unfolded(app, "user_as_table"))


def test_demo_shows_the_most_telling_users(open_explored, explored):
    """The demo opens on any page, goes from user to user and round again, and can be left for the user shown."""
    users = telling(judged(pipeline.drift(explored, DATA_SET).get()))["user_id"].tolist()
    app = open_explored(USER, dataset=DATA_SET, demo="1")
    assert f"User {users[0]} (1 of {len(users)})" in texts(app)
    for place in [*range(1, len(users)), 0]:
        app.button("demo_next").click().run()
        assert f"User {users[place]} ({place + 1} of {len(users)})" in texts(app)
        assert app.query_params["demo"] == str(place + 1)
    app.button("demo_leave").click().run()
    assert not app.exception
    assert "demo" not in app.query_params
    assert app.query_params["user"] == users[0]
    assert app.title[0].value == "One user"


def test_demo_is_of_the_sample(open_page, workspace):
    """With other data sets beside it the demo opens on the sample, unless the link names one of them."""
    for name in (pipeline.SAMPLE, "newest"):
        publish(workspace, name, users=5)
    assert open_page(USER, demo="1").query_params["dataset"] == pipeline.SAMPLE
    assert open_page(USER, demo="1", dataset="newest").query_params["dataset"] == "newest"


def test_demo_of_a_log_without_drift(explored, open_explored, monkeypatch):
    """Where nobody drifted the demo says so."""
    assert explored.data_sets(), "a log that nobody has looked at"
    monkeypatch.setattr("core.drift.overview.cohorts.telling", lambda table: table.head(0))
    assert "Nobody in this log can be named" in texts(open_explored(USER, dataset=DATA_SET, demo="x"))


def test_a_link_of_before_opens_at_its_event(open_explored, table):
    """Links that counted from 0 lead to the same event as ever, and become links of today."""
    user = table["user_id"].iloc[0]
    app = open_explored(USER, dataset=DATA_SET, user=user, step="3")
    assert app.slider("step_slider").value == 4
    assert app.query_params["event"] == "4"
    assert "step" not in app.query_params


def test_next_and_random_user(open_explored, table):
    """Next goes down the ranking and forgets the step; any one is a user of the log."""
    app = open_explored(USER, dataset=DATA_SET, user=table["user_id"].iloc[0], event="4")
    app.button("user_next").click().run()
    assert app.query_params["user"] == table["user_id"].iloc[1]
    assert "event" not in app.query_params
    app.button("user_random").click().run()
    assert app.query_params["user"] in set(table["user_id"])
    assert not app.exception


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ({"user": "<b>nobody</b>"}, "There is no user"),
        ({"event": "99999"}, "has no event “99999”"),
        ({"event": "0"}, "has no event “0”"),
        ({"event": "x"}, "has no event “x”"),
        ({"step": "-1"}, "has no event"),
        ({"dataset": "../etc"}, "There is no data set called"),
    ],
)
def test_links_that_lead_nowhere(open_explored, link, message):
    """A message in place of a traceback."""
    assert message in texts(open_explored(USER, **({"dataset": DATA_SET} | link)))


def test_someone_new_gets_a_list(open_explored):
    """A mistyped id leads to whom was meant, and to the list for someone new with what it rests on."""
    app = open_explored(USER, dataset=DATA_SET, user="U1")
    assert "the list for someone new" in texts(app)
    assert "rests on no events" in texts(app)
    assert len(app.dataframe[0].value) == 10
    app.button("meant_u000001").click().run()
    assert app.query_params["user"] == "u000001"
    assert not app.exception


def test_few_events_are_said_beside_the_list(open_explored, table):
    """After the third event the page says how little the list rests on; not after the tenth."""
    user = table.sort_values("n_events")["user_id"].iloc[-1]
    assert "knows few events of the user (3)" in texts(
        open_explored(USER, dataset=DATA_SET, user=user, step="2")
    ).replace("\\", "")
    assert "knows few" not in texts(open_explored(USER, dataset=DATA_SET, user=user, step="9"))


def test_without_a_run_the_history_is_still_there(workspace, open_page):
    """No model: the user is played all the same, single charts can be opened, and what is missing is said."""
    pipeline.drift(workspace, DATA_SET).get()
    app = open_page(USER)
    assert "needs a trained model" in texts(app)
    assert len(app.get("bidi_component")) == 2


def test_deleted_people_are_not_shown_under_their_old_name(workspace, open_page):
    """A data set is deleted and another one imported under its name: version 1 again, and nobody of the first."""
    pipeline.drift(workspace, DATA_SET).get()
    user = "u000039"
    assert "is not in" not in texts(open_page(USER, dataset=DATA_SET, user=user))
    assert "40 users" in texts(open_page(OVERVIEW, dataset=DATA_SET)).replace("**", "")
    workspace.delete(DATA_SET)
    publish(workspace, DATA_SET, users=12)
    assert workspace.data_set(DATA_SET).version == 1
    pipeline.drift(workspace, DATA_SET).get()
    app = open_page(USER, dataset=DATA_SET, user=user)
    assert len(charts(app)) == 0, texts(app)
    shown = texts(open_page(OVERVIEW, dataset=DATA_SET))
    assert "40 users" not in shown


def test_drift_is_looked_for_in_a_job(workspace, open_page):
    """The first visit queues the test once and shows its progress."""
    app = open_page(OVERVIEW)
    assert "Looking for users whose interests changed" in texts(app)
    open_page(OVERVIEW)
    assert [job.step for job in jobs.active(workspace)] == ["drift"]


@pytest.mark.usefixtures("empty_workspace")
def test_first_start_waits_for_the_sample(open_page):
    """An empty workspace prepares the sample and says so."""
    app = open_page(OVERVIEW)
    assert "first log is being prepared" in texts(app)


def test_no_data_set_and_nothing_coming(empty_workspace, open_page):
    """Where the sample was cancelled, the page says what to do."""
    open_page(OVERVIEW)
    jobs.cancel(empty_workspace, jobs.active(empty_workspace)[0].id)
    assert "There is no data set yet" in texts(open_page(OVERVIEW))


def test_atlas_draws_items_and_states(open_explored):
    """The straight map is there at once, with its trustworthiness; colours can be drift or time."""
    app = open_explored(ATLAS)
    assert "trustworthiness 0." in texts(app)
    app.selectbox("atlas_color").set_value("progress").run()
    assert not app.exception
    assert charts(app) == []
    assert "colorbar" in charts(unfolded(app, "atlas_charts"))[0]


def test_atlas_fits_the_curved_map_in_a_job(explored, open_page):
    """UMAP is queued, not fitted while the reader waits: beside the straight map, and where it is chosen."""
    app = open_page(ATLAS)
    (better,) = jobs.active(explored)
    assert (better.step, better.arguments) == ("atlas", {"name": DATA_SET, "run": explored.run(DATA_SET).id})
    app.button_group(key="atlas_kind").set_value("umap").run()
    assert not app.exception
    assert [job.arguments.get("settings") for job in jobs.active(explored)] == [None, {"method": "umap"}]


def test_a_map_of_an_older_method_is_not_shown(explored, open_page, monkeypatch):
    """What was kept before the method changed is drawn anew in a job; why that failed is told of this map alone."""
    curved = pipeline.atlas(explored, DATA_SET, AtlasSettings(method="umap"))
    curved.path.mkdir()
    monkeypatch.setattr(results, "KINDS", results.KINDS | {"atlas": replace(results.KINDS["atlas"], method=9)})
    other = jobs.submit(explored, "atlas", {"name": DATA_SET, "run": "another"})
    finish(explored, jobs.get(explored, other), jobs.FAILED, error="Not this one.")
    app = open_page(ATLAS)
    app.button_group(key="atlas_kind").set_value("umap").run()
    (job,) = (each for each in jobs.active(explored) if each.arguments.get("settings"))
    assert (job.step, job.arguments) == curved.job
    assert "Not this one" not in texts(app)
    finish(explored, job, jobs.FAILED, error="Out of patience.")
    app.run()
    assert r"Out of patience\." in texts(app)
    app.button(f"again_{job.id}").click().run()
    (again,) = (each for each in jobs.active(explored) if each.arguments.get("settings"))
    assert again.arguments == job.arguments
    assert "Drawing the map of this data set" in texts(app)


@pytest.mark.usefixtures("workspace")
def test_atlas_needs_a_model(open_page):
    """Without a run the atlas says what to do, with a way there."""
    app = open_page(ATLAS)
    assert "needs a trained model" in texts(app)


def test_compare_two_users(open_explored, table):
    """The pair is played; single charts load when they are opened; choosing another user goes into the link."""
    one, two, three = table["user_id"].iloc[:3]
    app = open_explored(COMPARE, user=one, other=two)
    assert charts(app) == []
    assert "Both sides on one time axis" in texts(app)
    app = unfolded(app, "compare_charts")
    assert len(charts(app)) == 4
    assert all(user in charts(app)[3] for user in (one, two))
    app.selectbox("compare_other").set_value(three).run()
    assert not app.exception
    assert app.query_params["other"] == three


def test_compare_with_an_unknown_user(open_explored):
    """A message in place of a traceback."""
    assert "There is no user" in texts(open_explored(COMPARE, other="nobody"))


@pytest.mark.parametrize("page", [OVERVIEW, USER, ATLAS, COMPARE])
def test_chinese(open_explored, page):
    """All pages speak Chinese when the link asks for it."""
    app = open_explored(page, lang="zh")
    assert not app.exception
    assert any("\u4e00" <= letter <= "\u9fff" for letter in app.title[0].value)
    assert "Draw" not in labels(app.button)


def test_notes_are_written_changed_and_deleted(open_explored, explored, table):
    """A note on the event shown is kept with its text as written, can be changed and deleted, and is the user's own."""
    user, other = table["user_id"][:2]
    app = unfolded(open_explored(USER, user=user, step="3", dataset=DATA_SET), "notes_box")
    app.text_area(key="note_text").set_value("<b>Odd</b> *here*")
    submit(app, "Save note")
    note = only_note(explored, user)
    assert (note.text, note.anchor.step) == ("<b>Odd</b> *here*", 3)
    app = unfolded(app, "notes_box")
    assert "**Event 4**" in texts(app)
    assert r"\<b\>Odd\</b\> \*here\*" in texts(app)
    app.button(key=f"note_edit_{note.id}").click().run()
    app = unfolded(app, "notes_box")
    app.text_area(key=f"note_change_{note.id}").set_value("Better")
    app.button(key=f"note_keep_{note.id}").click().run()
    app = unfolded(app, "notes_box")
    assert only_note(explored, user).text == "Better"
    assert "Better" not in texts(unfolded(open_explored(USER, user=other, dataset=DATA_SET), "notes_box"))
    app.button(key=f"note_delete_{note.id}").click().run()
    assert not pipeline.notes(explored, DATA_SET, pipeline.load(explored, DATA_SET))


def test_an_empty_note_gets_one_clear_line(open_explored, explored, table):
    """Nothing is kept, and the page says why."""
    app = unfolded(open_explored(USER, user=table["user_id"][0], step="3", dataset=DATA_SET), "notes_box")
    submit(app, "Save note")
    assert "The note is empty" in texts(unfolded(app, "notes_box"))
    assert not pipeline.notes(explored, DATA_SET, pipeline.load(explored, DATA_SET))


def unfolded(app, key):
    """The page with a box opened."""
    app.session_state[key] = True
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def submit(app, label):
    """Press the button of a form."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception[0].stack_trace


def only_note(workspace, user):
    """The one note in the workspace."""
    (note,) = pipeline.notes(workspace, DATA_SET, pipeline.load(workspace, DATA_SET), user)
    return note


def moved(app):
    """The table of the sandbox."""
    return next(frame.value for frame in app.dataframe if "rank_before" in frame.value)


def test_a_sandbox_shows_the_list_with_another_history(open_explored, table):
    """Leaving an event out changes what is shown at once, and the log stays as it was."""
    user = str(table["user_id"].iloc[0])
    app = open_explored(USER, user=user, step="20")
    app.session_state["whatif_box"] = True
    app.run()
    assert not app.exception
    assert set(moved(app)["change"]) == {"same"}
    removed = next(each for each in app.multiselect if each.key.endswith("_remove"))
    removed.select(20).select(19).run()
    assert not app.exception
    assert (moved(app)["change"] != "same").any()
    app.button(key="whatif_tip").click().run()
    assert not app.exception
    assert any("first" in box.value for box in app.info)
    next(each for each in app.button if each.key and each.key.endswith("_reset")).click().run()
    assert set(moved(app)["change"]) == {"same"}


@pytest.mark.parametrize("method", ["shapley", "attention"])
def test_the_page_answers_why(open_explored, table, method):
    """One sentence with events, bars of both kinds, for any item of the list."""
    user = str(table["user_id"].iloc[0])
    app = open_explored(USER, user=user, step="20")
    drawn = len(charts(app))
    app.session_state["why_box"] = True
    app.session_state["why_method"] = method
    app.run()
    assert not app.exception
    assert "stands there" in texts(app)
    assert len(charts(app)) == drawn + 2
    item = app.selectbox(key=f"why_item_{user}_20")
    item.select_index(3).run()
    assert not app.exception
    assert item.options[3].partition(". ")[2] in texts(app).replace("\\", "")


def test_the_overview_tells_whether_lists_keep_up(explored, open_explored, monkeypatch):
    """Measured on wish in jobs; then a sentence on top, charts, and how often to train anew."""
    monkeypatch.setattr("core.pipeline.judging.AGING_EPOCHS", 2)
    app = open_explored(OVERVIEW)
    assert not any("have followed" in str(text.value) for text in app.markdown)
    for table in ("lag", "aging"):
        app.button(key=f"measure_{table}").click().run()
        (job,) = jobs.active(explored)
        assert (job.step, job.arguments["table"]) == ("evaluate", table)
        run_job(explored, job.id, JobSettings(niceness=0))
        app.run()
        assert not app.exception
    words = texts(app)
    assert "serves the old interest" in words or "No change of interest" in words
    assert "days" in words
    assert any("beside a fresh model" in spec for spec in charts(app))
    (advice, _) = pipeline.quality_table(explored, DATA_SET, "all", "advice").to_dict("records")
    assert advice["soonest"] <= advice["days"] <= advice["latest"]


def test_a_log_without_categories_shows_groups_of_items(empty_workspace, tmp_path, open_page):
    """Overview and user page draw what the drift table names: groups of items, by names of their own."""
    made = simulate(SimulationSettings(users=60, seed=3))
    made.events.to_csv(tmp_path / "events.csv", index=False)
    made.items.drop(columns="category").to_csv(tmp_path / "items.csv", index=False)
    files = LogFiles(tmp_path / "events.csv", tmp_path / "items.csv")
    pipeline.import_log(empty_workspace, "plain", files, ImportSettings())
    table = pipeline.drift(empty_workspace, "plain").get()
    page = open_page("explore/overview.py", dataset="plain")
    assert not any("have no categories" in info.value for info in page.info)
    drawn = [str(json.loads(chart.proto.spec)) for chart in page.get("plotly_chart")]
    page = open_page("explore/user.py", dataset="plain", user=str(table.user_id[table.status == "ok"].iloc[0]))
    played = [part.proto.json for part in page.get("bidi_component")]
    named = for_charts(pipeline.load(empty_workspace, "plain"), DriftSettings().seed).catalogue.categories
    assert len(named) > 1
    assert any(name in figure for figure in drawn for name in named)
    assert any(json.dumps(name)[1:-1] in part for part in played for name in named)


def test_our_lists_and_our_model_alone_are_two_sentences(explored, open_explored):
    """The quality page compares each with the best simple method on the same users, by plain names."""
    quality = pipeline.quality(explored, DATA_SET)
    app = open_explored("model/quality.py")
    said = texts(app)
    for name in ("Our lists", "Our model alone"):
        assert f"**{name}:" in said
    assert f"on the same {quality.ahead['users'].iloc[0]} users" in said
    assert "our lists" in charts(app)[0]


def test_two_lists_side_by_side_are_those_of_library_and_command_line(explored, open_explored, table, capsys):
    """The first of both is what is recommended, from wherever it is asked; a recipe changes the other."""
    user = str(table["user_id"].iloc[0])
    app = open_explored(USER, user=user)
    app.session_state["lists_box"] = True
    app.run()
    assert not app.exception
    left, _ = [frame.value for frame in app.dataframe if "rank_by_score" in frame.value]
    listed = pipeline.recommend(explored, DATA_SET, pipeline.Query(user))["item_id"].tolist()
    assert left["item_id"].tolist() == listed
    assert main(["recommend", DATA_SET, "--user", user]) == 0
    printed = capsys.readouterr().out
    assert [line.split(",")[2] for line in printed.splitlines()[1:]] == listed
    assert main(["list", DATA_SET, "--user", user]) == 0
    assert [line.split(",")[1] for line in capsys.readouterr().out.splitlines()[1:]] == listed
    app.selectbox(key="lists_recipe_right").set_value("diversity").run()
    app.slider(key="lists_weight_right").set_value(0.9).run()
    assert not app.exception
    assert [frame.value for frame in app.dataframe if "rank_by_score" in frame.value][1]["category"].nunique() > 2
    app.selectbox(key="lists_recipe_right").set_value("distance").run()
    assert not app.exception
    categories = app.multiselect(key="lists_categories")
    categories.select(categories.options[0]).run()
    assert left["category"].iloc[0]
    kept = [frame.value for frame in app.dataframe if "rank_by_score" in frame.value]
    assert {name for frame in kept for name in frame["category"]} == {app.multiselect(key="lists_categories").value[0]}


def test_the_models_view_is_asked_for_once_and_then_told(explored, open_explored, table):
    """Without it pages offer to ask; with it the user page tells both verdicts, and draws the trail."""
    user = str(table["user_id"].iloc[0])
    open_explored(OVERVIEW).button(key="ask_view").click().run()
    (job,) = jobs.active(explored)
    assert (job.step, job.arguments["name"]) == ("view", DATA_SET)
    app = open_explored(USER, user=user)
    assert "its view appears here when it is ready" in texts(app)
    assert "ask_view" not in {button.key for button in app.button}
    run_job(explored, job.id, JobSettings(niceness=0))
    view = pipeline.model_view(explored, DATA_SET).get().set_index("user_id")
    app = open_explored(USER, user=user)
    assert ("The model agrees" if view.loc[user, "q_value"] <= 0.05 else "The model does not confirm") in texts(app)
    before = len(charts(app))
    app.session_state["view_trail"] = True
    app.run()
    assert not app.exception
    assert len(charts(app)) == before + 1
    assert "encoded anew" in texts(app)


def test_users_whom_the_views_contradict_each_other_on_are_a_click_away(explored, open_explored, table, monkeypatch):
    """The overview counts them by the view that is alone, and the button narrows the ranking to them."""
    pipeline.model_view(explored, DATA_SET).get()
    few = frozenset(table["user_id"].iloc[:3])
    sides = {"model": few, "categories": frozenset()}
    monkeypatch.setattr("core.drift.by_model.model_view.contradictions", lambda *_: sides)
    app = open_explored(OVERVIEW)
    assert "3 users are named by it only" in texts(app)
    app.button("show_only_model").click().run()
    assert not app.exception
    assert set(app.dataframe[0].value["user_id"]) == few
    assert "show_only_categories" not in {button.key for button in app.button}


def test_a_user_who_cannot_be_judged_gets_no_second_verdict(explored, open_explored, table):
    """Where too little is known for one test, the other keeps quiet as well."""
    pipeline.model_view(explored, DATA_SET).get()
    short = table.loc[table["status"] == "insufficient", "user_id"]
    assert len(short)
    said = texts(open_explored(USER, user=str(short.iloc[0])))
    assert not any(
        word in said for word in ("The model agrees", "The model disagrees", "The model does", "The model sees")
    )


def test_a_log_in_which_nobody_drifted_has_an_overview(empty_workspace, tmp_path, open_page):
    """With one category there is nothing to turn to: the page says so, and breaks nowhere."""
    made = simulate(SimulationSettings(users=30, seed=3))
    made.events.to_csv(tmp_path / "events.csv", index=False)
    made.items.assign(category="All").to_csv(tmp_path / "items.csv", index=False)
    files = LogFiles(tmp_path / "events.csv", tmp_path / "items.csv")
    pipeline.import_log(empty_workspace, "same", files, ImportSettings())
    assert not pipeline.drift(empty_workspace, "same").get()["drifted"].any()
    app = open_page(OVERVIEW, dataset="same")
    assert [info.value for info in app.info].count("No user turned from one category to another.") == 2


@pytest.mark.parametrize(
    ("users", "events", "first"),
    [
        (1, 4, "Nobody can be judged"),
        (1, 40, "1 of 1 user"),
        (30, 4, "Nobody can be judged"),
        (30, 40, "30 of 30"),
    ],
)
def test_logs_at_the_edge_have_a_first_sentence(empty_workspace, tmp_path, open_page, users, events, first):
    """One user, nobody who can be judged, everybody changed: said in the first line, with why and what would help."""
    rows = [
        (
            f"u{user}",
            f"{'ab'[event * 2 >= events]}{event % 3}",
            f"2024-01-{1 + event * 27 // events:02}T{event % 24:02}:00",
        )
        for user in range(users)
        for event in range(events)
    ]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).sort_values("timestamp", kind="stable")
    frame.to_csv(tmp_path / "events.csv", index=False)
    items = pd.DataFrame({"item_id": [f"{letter}{n}" for letter in "ab" for n in range(3)]})
    items.assign(category=items["item_id"].str[0]).to_csv(tmp_path / "items.csv", index=False)
    files = LogFiles(tmp_path / "events.csv", tmp_path / "items.csv")
    pipeline.import_log(empty_workspace, "edge", files, ImportSettings(min_events=1))
    pipeline.drift(empty_workspace, "edge").get()
    for language in ("en", "zh"):
        app = open_page(OVERVIEW, dataset="edge", lang=language)
        if language == "en":
            assert app.subheader[0].value.startswith(first)
    assert not open_page(USER, dataset="edge", user="u0").exception


def test_a_step_of_the_slider_reads_no_file(explored, open_explored, table, monkeypatch):
    """Whether explanations have passed their test is told as soon as it was measured, and read once."""
    app = open_explored(USER, user=str(table["user_id"].iloc[0]), step="20")
    assert "names the deciding events no better" not in texts(app)
    frame = pd.DataFrame({"order": ["shapley", "attention alone"], "over_recency_low": [0.1, -0.1]})
    replace(pipeline.faithfulness(explored, DATA_SET), compute=lambda _: Faithfulness(frame, frame)).get()
    app.run()
    assert "names the deciding events no better" in texts(app)
    reads = []
    monkeypatch.setattr(pd, "read_parquet", lambda path, **_: reads.append(path))
    app.slider("step_slider").set_value(10).run()
    assert not app.exception
    assert "names the deciding events no better" in texts(app)
    assert reads == []


def test_overview_offers_a_report_of_what_it_shows(open_explored, explored):
    """The report says the sentences and figures of the page, of everyone and of those whom a filter leaves."""
    app = open_explored(OVERVIEW)
    known = report.judged(explored, DATA_SET, NamingSettings())
    paper = report.paper(report.gather(explored, DATA_SET, report.Asked(), known), report.words.Words())
    sure, _, movement, *_ = paper.sections
    assert sure.blocks[0].text == app.subheader[0].value
    assert sure.blocks[1].text in texts(app)
    buttons = {button.key: button for button in app.button}
    assert [row[1] for row in sure.blocks[3].rows] == [
        re.sub(r"\D", "", buttons[f"show_{status}"].label) for status in STATUSES
    ]
    flows = next(block for block in movement.blocks if isinstance(block, Table))
    shown = next(frame.value for frame in app.dataframe if "from_category" in frame.value)
    assert [int(row[2]) for row in flows.rows] == shown["users"].head(len(flows.rows)).tolist()
    (take,) = [each for each in app.get("download_button") if each.label == "Take along as a report"]
    assert not take.proto.disabled
    assert take.proto.deferred_file_id or take.proto.url


@pytest.mark.parametrize("page", [OVERVIEW, USER, "explore/believe.py", "model/training.py"])
def test_commands_that_a_page_names_are_commands(open_explored, page):
    """Each line to copy is one that the command line takes, about this data set."""
    app = open_explored(page, dataset=DATA_SET)
    lines = [line for code in app.code for line in code.value.splitlines() if line.startswith(PROGRAM)]
    assert lines
    for line in lines:
        assert build().parse_args(shlex.split(line.removeprefix(PROGRAM))).name == DATA_SET
