"""Settings of a server come from its environment, checked as those of `--set` are."""

import pytest

from core import settings as configuration
from core.cli import main
from core.errors import SettingsError


@pytest.mark.parametrize(
    ("variable", "text", "read"),
    [
        ("MEANDER_INTAKE__COLUMNS", "77", lambda: configuration.intake().columns),
        ("MEANDER_JOBS__AT_ONCE", "77", lambda: configuration.at_work().at_once),
        ("MEANDER_JOBS", "77", lambda: configuration.at_work().at_once),
        ("MEANDER_AUDIT__ROWS", "777", lambda: configuration.auditing().rows // 10),
        ("MEANDER_DATA__RETENTION_DAYS", "77", lambda: configuration.defaults().data.retention_days),
        ("MEANDER_TRAINING__EPOCHS", "77", lambda: configuration.defaults().training.epochs),
    ],
)
def test_a_variable_is_a_setting(monkeypatch, variable, text, read):
    """Its section, two underscores, its field; the two older names hold as well."""
    assert read() != 77
    monkeypatch.setenv(variable, text)
    configuration.check()
    assert read() == 77


def test_nothing_told_is_the_default():
    """Without variables all is as it stands in the source."""
    assert configuration.defaults() == configuration.Settings()
    assert configuration.intake() == configuration.IntakeSettings()


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("MEANDER_INTAKE__COLUMN", "7", "MEANDER_INTAKE__COLUMN='7' names no setting. Expected one of unpacked_times"),
        (
            "MEANDER_SKY__COLUMNS",
            "7",
            "names no setting. Expected one of data, model, training, intake, jobs, audit, pages",
        ),
        ("MEANDER_INTAKE__COLUMNS", "many", "intake.columns must be of type int, found 'many'"),
        ("MEANDER_INTAKE__COLUMNS", "3", "intake.columns must be at least 10, found 3"),
        ("MEANDER_DATA__TIME_UNIT", "moons", "data.time_unit is 'moons'. Choose from"),
    ],
)
def test_what_does_not_fit_is_refused_at_the_door(monkeypatch, capsys, variable, text, said):
    """By name, before any command does anything."""
    monkeypatch.setenv(variable, text)
    with pytest.raises(SettingsError, match=said.partition(" ")[0]):
        configuration.check()
    assert main(["audit"]) == 2
    assert said in capsys.readouterr().err
