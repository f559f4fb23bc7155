"""What the atlas tells of a point that was clicked, of flows, and of a cohort."""

import shlex

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.cli import main
from core.settings import AtlasSettings
from tests.pages.conftest import DATA_SET, PATIENCE


def page() -> None:
    """A script that draws what is around one point, and the flows."""
    import streamlit as st

    from pages import _session as session
    from pages.explore import _asked_point as asked_point
    from pages.explore import _atlas as parts
    from pages.explore import _map as maps

    selection = session.select()
    shown = parts.Shown(selection, maps.PCA, parts.KINDS, "category")
    asked_point.draw(shown, int(st.query_params["row"]))
    session.follow("atlas_flows", True)
    parts.flows(selection, maps.PCA)
    only = parts.Shown(selection, maps.PCA, parts.KINDS, "category", (frozenset({"u000001", "u000002"}), "two"), True)
    st.text(",".join(sorted(only.points["user_id"].dropna().unique())))


def opened(row: int, **link: str) -> AppTest:
    """That page for a row of the points."""
    app = AppTest.from_function(page, default_timeout=PATIENCE)
    app.query_params.update({"dataset": DATA_SET, "row": str(row), **link})
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


@pytest.fixture
def tables(explored, tmp_path) -> dict[str, pd.DataFrame]:
    """What the command line writes of the same map."""

    def made(words: str, name: str) -> pd.DataFrame:
        where = f"--workspace {shlex.quote(str(explored.root))} atlas {DATA_SET} --method pca"
        assert main(shlex.split(f"{where} {words} --out {shlex.quote(str(tmp_path / name))}")) == 0
        return pd.read_parquet(tmp_path / name) if name.endswith("parquet") else pd.read_csv(tmp_path / name)

    points = made(f"--flows {shlex.quote(str(tmp_path / 'flows.csv'))}", "points.parquet")
    user = points["user_id"].dropna().iloc[0]
    near = made(f"--item {points['item_id'].iloc[0]}", "near.csv")
    like = made(f"--user {user} -k 5", "like.csv")
    return {"points": points, "near": near, "like": like, "flows": pd.read_csv(tmp_path / "flows.csv")}


def test_the_page_and_the_command_line_tell_the_same(tables):
    """Nearest items of an item, users of the way of a state's user with a way to save them, and the flows."""
    points = tables["points"]
    assert points["region"].notna().all()
    item = opened(0)
    near = next(frame.value for frame in item.dataframe if "distance" in frame.value)
    assert near["item_id"].tolist() == tables["near"]["item_id"].tolist()
    state = opened(int((points["kind"] == "state").to_numpy().argmax()))
    like = next(frame.value for frame in state.dataframe if "regions" in frame.value)
    assert like["user_id"].head(5).tolist() == tables["like"]["user_id"].tolist()
    flows = next(frame.value for frame in state.dataframe if "net" in frame.value)
    assert len(flows) == min(200, len(tables["flows"]))
    assert set(str(state.text[0].value).split(",")) <= {"u000001", "u000002"}, "of a cohort its states alone are drawn"
    assert any("as a cohort" in str(box.proto.popover.label) for box in state.get("popover"))


def test_a_cohort_leaves_the_points_of_its_users(open_explored, explored, tables):
    """The page says how many users it has, and draws them alone unless the switch is turned off."""
    users = tables["points"]["user_id"].dropna().unique()[:5]
    pipeline.save_cohort(explored, DATA_SET, "five", users=list(users))
    app = open_explored("explore/atlas.py", dataset=DATA_SET, cohort="five")
    assert app.toggle(key="atlas_only").value
    assert any("five" in str(caption.value) for caption in app.caption)
    assert pipeline.atlas(explored, DATA_SET, AtlasSettings(method="pca")).ready
