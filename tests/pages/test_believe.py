"""Can I believe it: changes planted on a click, and the truth where it is known."""

import pandas as pd
import pytest

from core import jobs, pipeline
from core.settings import NamingSettings
from core.workspace import DataSet, Workspace
from tests.pages.conftest import DATA_SET, Open, finish, labels


def tried(count: int = 24) -> pd.DataFrame:
    """A trial: half changed, of whom all but the two shortest are seen, and one false alarm."""
    changed = [user < count // 2 for user in range(count)]
    seen = [1 < user < count // 2 or user == count - 1 for user in range(count)]
    return pd.DataFrame(
        {
            "n_events": [20 + 2 * user for user in range(count)],
            "planted": [int(each) for each in changed],
            "planted_kind": ["whole" if each else "" for each in changed],
            "size": [0.3 + user / 40 if each else None for user, each in enumerate(changed)],
            "score": [float(each) for each in seen],
            "p_value": [0.01 if each else 0.7 for each in seen],
            "q_value": [0.02 if each else 0.9 for each in seen],
            "drifted": seen,
            "told": [int(each) for each in seen],
            "right": [int(one and other) for one, other in zip(changed, seen, strict=True)],
            "off": [2.0 if one and other else None for one, other in zip(changed, seen, strict=True)],
        }
    )


def test_changes_are_planted_on_a_click(open_page: Open, workspace: Workspace) -> None:
    """The button queues the job; while it waits the page shows how far it is, and there is no second button."""
    app = open_page("explore/believe.py", dataset=DATA_SET)
    next(button for button in app.button if button.key == "plant").click().run()
    (job,) = jobs.active(workspace)
    assert (job.step, job.data_set) == ("plant", DATA_SET)
    again = open_page("explore/believe.py", dataset=DATA_SET)
    assert "Plant changes and look for them" not in labels(again.button)
    assert any("Changes are being planted" in box.value for box in again.info)


def test_a_trial_is_told_in_sentences_and_by_size_and_length(open_page: Open, workspace: Workspace) -> None:
    """What was seen, what was taken for a change, who would be named at what is accepted, and how exactly in time."""
    result = pipeline.planted(workspace, DATA_SET)
    tried().to_parquet(result.path)
    app = open_page("explore/believe.py", dataset=DATA_SET)
    text = " ".join(each.value for each in app.markdown)
    assert "Of 12 planted changes, 83% were seen." in text
    assert "Of 12 untouched histories, 8.3% looked changed." in text
    assert "At 5% accepted false alarms, 11 would be named; 1 of them is untouched." in text
    assert "within 2 events" in text
    (table,) = app.dataframe
    assert table.value.shape == (4, 4)
    assert "100% of" in table.value.to_csv()
    strict = open_page("explore/believe.py", dataset=DATA_SET, q="0.01")
    assert any("0 would be named" in each.value for each in strict.markdown)


@pytest.mark.parametrize("name", [DATA_SET, "other"])
def test_the_truth_is_told_where_it_is_known(open_page: Open, workspace: Workspace, name: str, tmp_path) -> None:
    """Numbers of the sentence come from the truth that was kept with the import; without one nothing is said."""
    result = pipeline.drift(workspace, DATA_SET)
    table = result.get()
    found: DataSet = workspace.data_set(DATA_SET)
    if name == DATA_SET:
        changed = table["user_id"].isin(table.nsmallest(12, "q_value")["user_id"])
        table[["user_id"]].assign(drifted=changed).to_csv(tmp_path / "truth.csv", index=False)
        pipeline.keep_truth(workspace, found, tmp_path / "truth.csv")
    app = open_page("explore/believe.py", dataset=DATA_SET, q="0.2")
    said = [each.value for each in app.markdown if "This log was made up" in each.value]
    if name != DATA_SET:
        assert not said
        return
    named = table["q_value"] <= NamingSettings(0.2).accept
    assert f"We planted 12 changes. Of {named.sum()} named, {(named & changed).sum()} " in said[0]
    overview = open_page("explore/overview.py", dataset=DATA_SET, q="0.2")
    assert any(said[0] == each.value for each in overview.markdown)


def test_too_few_people_say_so(open_page: Open, workspace: Workspace) -> None:
    """A log in which too few can be changed says why, and offers to try again."""
    open_page("explore/believe.py", dataset=DATA_SET)
    result = pipeline.planted(workspace, DATA_SET)
    jobs.submit(workspace, *result.job)
    (job,) = jobs.active(workspace)
    finish(workspace, job, jobs.FAILED, error="Changes can be planted in histories of 20 events.")
    app = open_page("explore/believe.py", dataset=DATA_SET)
    assert any("histories of 20 events" in box.value for box in app.error)
    assert "Try again" in labels(app.button)
