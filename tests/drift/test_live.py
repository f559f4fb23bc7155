"""Drift as events arrive."""

import numpy as np
import pytest

from core.data.growing import Growing
from core.data.variants import newcomer
from core.drift.evidence import CountView, Everyone, as_interests
from core.drift.evidence.dispersion import Dispersion
from core.drift.evidence.lessons import Lessons
from core.drift.evidence.trend import no_trend
from core.drift.evidence.views import Counting
from core.drift.live.watcher import learn
from core.settings import DriftSettings


@pytest.fixture(scope="module")
def watcher(sequences, everyone):
    return learn(sequences, DriftSettings(), everyone=everyone)


@pytest.fixture(scope="module")
def watched(watcher, sequences):
    return watcher.table(sequences)


def test_few_are_ever_flagged_without_drift(watched, simulation):
    """Over whole histories at most 5 % of the users without drift are ever flagged."""
    truth = simulation.truth.set_index("user_id").loc[list(watched.user_id)]
    calm = ((truth.n_events >= 20) & ~truth.drifted.astype(bool)).to_numpy()
    assert watched.flagged[calm].mean() <= 0.05


def test_clear_changes_are_flagged_soon(watched, simulation):
    """Half of the large abrupt changes are seen within 18 events."""
    truth = simulation.truth.set_index("user_id").loc[list(watched.user_id)]
    clear = ((truth.kind == "abrupt") & (truth.states == "A;B")).to_numpy()
    clear[clear] = truth.magnitude[clear].astype(float) >= 0.6
    delay = watched.flag_event[clear].to_numpy() - truth.change_events[clear].astype(int).to_numpy()
    found = watched.flagged[clear].to_numpy() & (delay >= 0)
    assert found.mean() >= 0.6
    assert np.median(delay[found]) <= 18


def test_a_stream_hears_what_the_log_tells(watcher, sequences, watched):
    """Event by event, from any event on, evidence and likely beginning are those of a look at the whole history."""
    for user in np.flatnonzero(sequences.lengths >= 10)[:40]:
        own = Growing(sequences).sequences(str(sequences.users[user]))
        evidence, since = watcher.heard(own, len(own))
        begun = (0, 1, len(own) // 2)[user % 3]
        _, _, state = watcher.followed(own.keep(np.arange(len(own)) < begun), 1)
        flags = []
        for row in range(begun, len(own)):
            opens = bool(row == 0 or own.session[row] != own.session[row - 1])
            flags.append(watcher.update(state, int(own.item[row]), int(own.time[row]), opens=opens))
            if row >= watcher.least - 1:
                assert (state.evidence, state.since) == (pytest.approx(evidence[row]), since[row])
        assert flags == (evidence[begun:] > watcher.limit).tolist()
        told = watched.iloc[user]
        assert told.flag_event == (np.argmax(evidence > watcher.limit) if told.flagged else -1)


def test_a_watcher_does_not_see_the_future(watcher, sequences, watched):
    """Cutting each history behind its flag changes no flag, and one event earlier there was none."""
    flag = watched.flag_event.to_numpy()
    ends = np.where(flag < 0, sequences.lengths, flag + 1)
    mask = sequences.event_index < np.repeat(ends, sequences.lengths)
    again = watcher.table(sequences.keep(mask))
    assert (again.flag_event == watched.flag_event).all()
    before = watcher.table(sequences.keep(mask & (sequences.event_index != np.repeat(flag, sequences.lengths))))
    assert not before.flagged.any()


def test_flags_tell_event_and_time(sequences, watched):
    """A flag comes after the change that it tells; without one there is neither event nor time."""
    flagged = watched[watched.flagged]
    assert (flagged.since_event <= flagged.flag_event).all()
    assert (watched.flag_event[~watched.flagged] == -1).all()
    assert (watched.flag_time[~watched.flagged] == "").all()
    row = flagged.iloc[0]
    user = sequences.find_user(row.user_id)
    assert row.flag_time == str(
        np.datetime64(int(sequences.time[sequences.offsets[user] + row.flag_event]), "us").astype("datetime64[s]")
    )


@pytest.mark.parametrize(("worth", "followed"), [(2.0, "group 1"), (0.5, None)])
def test_groups_of_items_are_followed_where_they_tell_more(sequences, worth, followed):
    """What the log teaches of its views decides what is counted; groups are flagged no more often without drift."""
    some = sequences.keep(sequences.user < 120)
    group = np.random.default_rng(1).integers(12, size=some.n_items)
    everyone = Everyone(some, 0)
    counting = Counting(as_interests(some, group), None, no_trend(12), None, None)
    view = CountView("groups", counting, Dispersion(20.0, 10.0), None)
    everyone.__dict__["lessons"] = Lessons((view,), np.array([1.0, worth]))
    watcher = learn(some, DriftSettings(permutations=20), everyone=everyone)
    assert watcher.catalogue.categories[0] == (followed or some.catalogue.categories[0])
    assert watcher.table(some)["flagged"].mean() < (0.1 if followed else 1.0)


def test_a_prior_of_histories_in_order_is_not_what_shuffles_are_held_against(sequences):
    """The live prior is learned from sessions in random order, and so is another one than that of the whole history."""
    everyone = Everyone(sequences.keep(sequences.user < 200), 0, alone=True)
    assert everyone.timeless.alpha.shape == everyone.background.prior.alpha.shape
    assert not np.allclose(everyone.timeless.alpha, everyone.background.prior.alpha)
    assert everyone.timeless.weight.sum() == pytest.approx(1)


def test_empty_logs_are_borne(watcher, sequences):
    """An empty log has no flags, an empty history no evidence."""
    evidence, since, state = watcher.followed(newcomer(sequences, "new"), 3)
    assert (len(evidence), len(since), state.events) == (0, 0, 0)
    none = watcher.table(sequences.keep(np.zeros(len(sequences), bool)))
    assert not none.flagged.any()
