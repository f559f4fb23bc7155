"""Simulated worlds: each has the habit that its field is known by, to be seen by a statistic of the log alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data.simulate import simulate
from core.errors import SettingsError
from core.settings import WORLDS, SimulationSettings, world


@pytest.fixture(scope="module")
def logs() -> dict[str, pd.DataFrame]:
    """Events of each world with the categories of their items, in the order of users and time."""
    made = {name: simulate(replace(world(name), users=200, seed=5)) for name in WORLDS}
    return {name: one.events.merge(one.items, on="item_id", how="left") for name, one in made.items()}


def test_the_shop_is_the_default():
    """Without a name a log is that of the shop, as before there were others."""
    assert world("shop") == SimulationSettings()


def test_an_unknown_world_is_refused():
    """The message names the worlds that there are."""
    with pytest.raises(SettingsError, match="shop, music, news, video, social"):
        world("moon")


@pytest.mark.parametrize("name", [name for name in WORLDS if name != "shop"])
def test_the_same_seed_gives_the_same_world(name):
    """Each world is drawn from its seed alone, with truth that fits its log."""
    settings = replace(world(name), users=40, seed=9)
    one, again = simulate(settings), simulate(settings)
    pd.testing.assert_frame_equal(one.events, again.events)
    pd.testing.assert_frame_equal(one.truth, again.truth)
    assert (one.truth.set_index("user_id").n_events == one.events.groupby("user_id").size()).all()
    assert one.truth.drifted.any()
    told = set(";".join(one.truth.to_categories).split(";")) - {""}
    assert told <= set(one.items.category)


def test_music_is_heard_again_and_again(logs):
    """Three events in four are an item that the user has had before; in no other world so many."""
    again = {name: log.duplicated(["user_id", "item_id"]).mean() for name, log in logs.items()}
    assert again["music"] > 0.75
    assert max(share for name, share in again.items() if name != "music") < 0.65


def test_music_goes_by_the_hour(logs):
    """Mornings and evenings of one user differ more than the same events with the hours of their days shuffled."""
    assert _apart(logs["music"]) > _apart(_shuffled_hours(logs["music"])) + 0.08
    assert abs(_apart(logs["social"]) - _apart(_shuffled_hours(logs["social"]))) < 0.08


def test_news_lives_for_days(logs):
    """From its first event to its last an item of the news has days, elsewhere months."""
    spans = {name: log.groupby("item_id").timestamp.agg(np.ptp).quantile(0.9).days for name, log in logs.items()}
    assert spans["news"] <= WORLDS["news"]["life_days"]
    assert min(span for name, span in spans.items() if name != "news") > 100


def test_video_is_watched_in_series(logs):
    """Behind an episode comes the next one of the same series, and a session is mostly one series."""
    following = {name: _following(log) for name, log in logs.items()}
    assert following["video"] > 0.6
    assert max(share for name, share in following.items() if name != "video") < 0.3
    video = logs["video"]
    series = video.title.str.partition(",")[0]
    session = (video.groupby("user_id").timestamp.diff() > pd.Timedelta("30min")).cumsum()
    sizes = video.groupby(["user_id", session]).size()
    kinds = series.groupby([video.user_id, session]).nunique()
    assert (kinds[sizes >= 4] <= 2).mean() > 0.6


def test_social_comes_in_bursts_of_very_many_categories(logs):
    """Pauses between sessions are burstier than elsewhere, and hundreds of categories occur."""
    bursts = {name: _burstiness(log) for name, log in logs.items()}
    assert bursts["social"] > max(value for name, value in bursts.items() if name != "social") + 0.1
    assert logs["social"].category.nunique() > 200
    assert logs["social"].groupby("user_id").category.nunique().median() > 10


def _apart(log: pd.DataFrame) -> float:
    """Mean total variation between the mixes of mornings and evenings of users with many of both."""
    hour = log.timestamp.dt.hour
    morning, evening = (
        log[part].groupby(["user_id", "category"]).size().unstack(fill_value=0) for part in (hour < 12, hour >= 17)
    )
    many = morning.index[morning.sum(axis=1) >= 25].intersection(evening.index[evening.sum(axis=1) >= 25])
    one, other = (side.loc[many].div(side.loc[many].sum(axis=1), axis=0) for side in (morning, evening))
    return float(one.sub(other, fill_value=0).abs().sum(axis=1).mean() / 2)


def _shuffled_hours(log: pd.DataFrame) -> pd.DataFrame:
    """The log with the sessions of each user in random order on the user's own times."""
    session = (log.groupby("user_id").timestamp.diff() > pd.Timedelta("30min")).cumsum() + pd.factorize(log.user_id)[0]
    key = np.random.default_rng(0).random(session.max() + 1)[session]
    order = np.lexsort((np.arange(len(log)), key, pd.factorize(log.user_id)[0]))
    shuffled = log.iloc[order].reset_index(drop=True)
    return shuffled.assign(timestamp=log.timestamp.to_numpy())


def _following(log: pd.DataFrame) -> float:
    """Share of pairs of events of one user and category, one behind the other, whose items are neighbours."""
    number = log.item_id.str[1:].astype(int)
    step = number.groupby([log.user_id, log.category]).diff().dropna()
    return float((step == 1).mean())


def _burstiness(log: pd.DataFrame) -> float:
    """(deviation - mean) / (deviation + mean) of the pauses between sessions of one user (Goh and Barabási 2008)."""
    pause = log.groupby("user_id").timestamp.diff().dropna().dt.total_seconds()
    pause = pause[pause > 1800]
    spread = pause.groupby(log.user_id[pause.index]).agg(["std", "mean", "size"])
    spread = spread[spread["size"] >= 15]
    return float(((spread["std"] - spread["mean"]) / (spread["std"] + spread["mean"])).mean())
