"""What is presented, and the page that plays it without a server."""

import base64
import json
import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.atlas import Atlas
from core.drift.overview import cohorts, judged
from core.player.block import unpack
from core.settings import AtlasSettings
from core.workspace import Workspace
from tests.pages.conftest import DATA_SET, PATIENCE

USER = "explore/user.py"


@pytest.fixture
def surest(explored) -> list[str]:
    """Users who are named, the surest first."""
    table = judged(pipeline.drift(explored, DATA_SET).get())
    return cohorts.surest(table[table["named"]])["user_id"].tolist()


def sent(app) -> dict:
    """What the player is told."""
    (told,) = (text for each in app.get("bidi_component") if '"replay"' in (text := each.proto.json))
    return json.loads(told)


def exported(html: str) -> dict:
    """The data of an exported page."""
    return json.loads(re.search(r'id="meander-data">(.*?)</script>', html, re.DOTALL)[1])


def page() -> None:
    """A script that writes the page of some users, ids masked if the link asks for that."""
    import streamlit as st

    from pages import _session as session
    from pages.explore import _demo as demo

    session.put("mask_exports", "mask" in st.query_params)
    selection = session.select()
    st.text(demo._page(selection, st.query_params["users"].split(",")))


def made(users: list[str], **link: str) -> str:
    """The page of some users."""
    app = AppTest.from_function(page, default_timeout=PATIENCE)
    app.query_params.update({"dataset": DATA_SET, "users": ",".join(users), **link})
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return str(app.text[0].value)


def replace_made(workspace: Workspace, atlas: Atlas) -> None:
    """Keep a map as the curved one of the newest run."""
    curved = pipeline.atlas(workspace, DATA_SET, AtlasSettings(method="umap"))
    replace(curved, compute=lambda _: atlas).get()


@pytest.mark.parametrize("chapter", ["0", "99", "-1", "nan", "x"])
def test_a_chapter_that_is_not_there_gets_a_line(open_explored, surest, chapter):
    """A line says which there are, and the presentation opens at the first; a q that cannot be has its own line."""
    app = open_explored(USER, dataset=DATA_SET, user=surest[0], chapter=chapter, q="7")
    lines = "\n".join(str(warning.value) for warning in app.warning)
    assert "There is no chapter" in lines
    assert "The link asks for q = 7" in lines
    assert sent(app)["present"] == {"chapter": 1, "then": ""}


def test_a_chapter_is_opened_by_its_link(open_explored, surest):
    """The number of the link is that of the player; without one nothing is presented."""
    app = open_explored(USER, dataset=DATA_SET, user=surest[0], chapter="2")
    assert sent(app)["present"] == {"chapter": 2, "then": ""}
    assert "There is no chapter" not in "\n".join(str(warning.value) for warning in app.warning)
    assert sent(open_explored(USER, dataset=DATA_SET, user=surest[0]))["present"] is None


def test_the_surest_are_presented_in_their_order(open_explored, surest):
    """The link of the five surest opens on the first of them and says who comes next; at most five come."""
    app = open_explored(USER, dataset=DATA_SET, demo="1", who="surest")
    count = min(5, len(surest))
    assert app.title[0].value.replace("\\", "") == f"User {surest[0]} (1 of {count})"
    assert sent(app)["present"]["then"] == surest[1]
    story = sent(app)["story"]
    assert "changed" in story["verdict"]
    assert "*" not in story["verdict"]
    assert "q = " in story["sure"]
    assert "False alarms accepted: 5%." in story["sure"]


def test_a_page_holds_all_that_is_said(surest, explored):
    """Data set, day, verdict, q, cautions and map of each user; in the language of the reader."""
    data = exported(made(surest[:2]))
    assert [unpack(base64.b64decode(each["replay"]))[0]["user"] for each in data["cast"]] == surest[:2]
    for each in data["cast"]:
        assert f"{DATA_SET}, version 1" in each["story"]["facts"]
        assert re.search(r"\d{4}-\d\d-\d\d", each["story"]["facts"][1])
        assert each["story"]["cautions"]
        assert "trustworthiness" in each["story"]["map"]
    assert "可信度" in exported(made(surest[:1], lang="zh"))["cast"][0]["story"]["map"]
    assert explored.data_sets()


def test_a_page_shows_no_id_where_ids_are_masked(surest, explored):
    """Neither the text of the page nor its blocks of data hold a real id."""
    html = made(surest[:2], mask="1")
    blocks = [base64.b64decode(each["replay"]) for each in exported(html)["cast"]]
    for user in surest[:2]:
        assert user not in html
        assert all(user.encode() not in block for block in blocks)
    (plain,) = exported(made(surest[:1]))["cast"]
    assert surest[0].encode() in base64.b64decode(plain["replay"]), "where they are not masked they are there"
    assert explored.data_sets()


def test_the_map_is_the_one_that_can_be_trusted_more(open_explored, explored, surest):
    """Of two maps that are drawn the player takes the better and says which; what the atlas is set to is the same."""
    found = pipeline.atlas(explored, DATA_SET, AtlasSettings(method="pca")).get()
    worse = replace(found, method="umap", trustworthiness=found.trustworthiness / 2)
    replace_made(explored, worse)
    assert "Straight" in sent(open_explored(USER, dataset=DATA_SET, user=surest[0]))["story"]["map"]
    atlas = open_explored("explore/atlas.py", dataset=DATA_SET)
    assert next(iter(atlas.get("button_group"))).value == "auto"
    assert any("Straight" in str(caption.value) for caption in atlas.caption)


def test_a_map_that_is_chosen_on_the_atlas_is_played_on(open_explored, explored, surest):
    """Whichever of the two the reader sets the atlas to is the ground of the player from then on."""
    found = pipeline.atlas(explored, DATA_SET, AtlasSettings(method="pca")).get()
    replace_made(explored, replace(found, method="umap", trustworthiness=found.trustworthiness / 2))
    app = open_explored("explore/atlas.py", dataset=DATA_SET)
    next(iter(app.get("button_group"))).set_value("umap").run()
    app.query_params["user"] = surest[0]
    app.switch_page("pages/explore/user.py").run()
    assert not app.exception
    assert "Curved" in sent(app)["story"]["map"]


def test_a_user_is_presented_without_a_model(workspace, open_page):
    """Where nothing was trained the same chapters are told, of no map and no list."""
    pipeline.drift(workspace, DATA_SET).get()
    app = open_page(USER, dataset=DATA_SET, chapter="2")
    assert sent(app)["present"] == {"chapter": 2, "then": ""}
    assert sent(app)["story"]["map"] == ""
    assert sent(app)["story"]["verdict"]
