"""Names of categories in a workspace: on every door, never in what is computed, and gone with their data set."""

import pytest

from core import pipeline
from core.cli import main
from core.errors import ForbiddenError, InputError
from core.report import judged
from core.settings import NamingSettings
from core.workspace import actors
from tests.pipeline.test_cohorting import NAME, VIEWER, made, publish, workspace  # noqa: F401, fixtures


def test_names_are_shown_and_verdicts_stay(workspace, tmp_path, capsys):  # noqa: F811
    """Tables and the report show the name and say what was merged; p-values are the same to the bit."""
    before, _ = judged(workspace, NAME, NamingSettings())
    run = ["--workspace", str(workspace.root)]
    assert main(["categories", NAME, "tea", "--show-as", "Hot drinks", "--color", "#0A85C1", *run]) == 0
    assert capsys.readouterr().out.splitlines() == ["category,shown,color", "tea,Hot drinks,#0a85c1"]
    table, log = judged(workspace, NAME, NamingSettings())
    assert "Hot drinks" in log.catalogue.categories
    assert "tea" not in log.catalogue.categories
    assert log.catalogue.colors == (("Hot drinks", "#0a85c1"),)
    assert table["p_value"].equals(before["p_value"])
    assert main(["categories", NAME, "cake", "--show-as", "Hot drinks", *run]) == 0
    assert "Shown as one: Hot drinks = cake + tea" in capsys.readouterr().err
    out = tmp_path / "report.html"
    assert main(["report", NAME, "--out", str(out), *run]) == 0
    assert "Shown as one: Hot drinks = cake + tea" in out.read_text()
    assert main(["categories", NAME, "--reset", *run]) == 0
    assert pipeline.category_table(workspace, NAME).empty
    assert pipeline.load(workspace, NAME).catalogue.categories == ("cake", "tea")


def test_a_name_that_is_there_takes_its_category_along(workspace):  # noqa: F811
    """To show cake as tea merges both, so that it is said; a cohort by the log's own category goes on holding."""
    from core.drift import Cohort

    log = pipeline.load(workspace, NAME)
    pipeline.save_cohort(workspace, NAME, "to tea", Cohort(targets=("tea",)))
    pipeline.name_categories(workspace, NAME, log, ["cake"], "tea", "#000000")
    assert pipeline.category_names(workspace, NAME).merged == {"tea": ("cake", "tea")}
    pipeline.name_categories(workspace, NAME, log, ["tea", "cake"], "Food")
    assert pipeline.cohort(workspace, NAME, "to tea").targets == ("Food",)
    pipeline.save_cohort(workspace, NAME, "to food", Cohort(targets=("Food",)))
    pipeline.unname_categories(workspace, NAME)
    assert pipeline.cohort(workspace, NAME, "to tea").targets == ("tea",)
    assert pipeline.cohort(workspace, NAME, "to food").targets == ("cake", "tea")


def test_what_cannot_be_a_name_or_a_colour(workspace, tmp_path):  # noqa: F811
    """One line each; a viewer gives none; names go with their data set."""
    log = pipeline.load(workspace, NAME)
    for categories, shown, color, line in (
        (["rice"], "x", "", "No category 'rice'. Choose from cake, tea"), (["tea"], " ", "", "cannot be the name"),
        (["tea"], "a|b", "", "cannot be the name"), (["tea"], "x", "red", "'red' is no colour"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=line):
            pipeline.name_categories(workspace, NAME, log, categories, shown, color)
    with actors.acting(VIEWER), pytest.raises(ForbiddenError):
        pipeline.name_categories(workspace, NAME, log, ["tea"], "x")
    pipeline.name_categories(workspace, NAME, log, ["tea"], "x")
    pipeline.delete(workspace, NAME)
    publish(workspace, tmp_path)
    assert pipeline.category_table(workspace, NAME).empty
