"""What the drift test learns from everyone before it looks at anyone: habits, trend, prior over mixes."""

from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.drift.evidence import exchange
from core.drift.evidence.interests import with_interests
from core.drift.evidence.lessons import NO_LESSONS, Lessons, scaled, worths
from core.drift.evidence.looking import Counted, Seen, in_disorder
from core.drift.evidence.planting import People
from core.drift.evidence.prior import Prior, fit_prior
from core.drift.evidence.shares import learn_places
from core.drift.evidence.statistic import Tables
from core.drift.evidence.trend import Trend, fit_trend, no_trend
from core.drift.evidence.unchanged import draw_unchanged
from core.drift.evidence.units import (
    GRAIN,
    Common,
    Log,
    Stickiness,
    Units,
    detrend,
    effective_shares,
    fit_stickiness,
    make_units,
    read_log,
)
from core.drift.evidence.views import (
    Calm,
    ItemView,
    View,
    learn_views,
    on_log,
    session_times,
    with_sessions_of,
)
from core.errors import EventsError
from core.phrases import Said, say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TREND_USERS, PRIOR_USERS, VIEW_USERS = 20_000, 3_000, 5_000
"""Users, drawn at random, that are enough to learn from."""
FEWEST_EVENTS, FEWEST_USERS = 10, 50
"""Events of users whom views are learned from, and users that views can be learned from."""


@dataclass(frozen=True, eq=False)
class Background:
    """Learned from the whole log."""

    stickiness: Stickiness
    trend: Trend
    prior: Prior
    places: Floats
    """What the place in an item's list of categories tells, see `shares`."""
    common: Common | None = None
    """What everyone seeks."""

    def units(self, sequences: Sequences, users: Ints) -> Units:
        """Effective counts of the sessions of some users, rising."""
        log = read_log(sequences, users, self.places, self.common)
        return make_units(log, detrend(log, effective_shares(log, self.stickiness), self.trend))

    def plain_units(self, sequences: Sequences, users: Ints) -> Units:
        """The same sessions with every event counting alike: what the shares of a mix are read from."""
        log = read_log(sequences, users, self.places, self.common)
        return make_units(log, detrend(log, np.ones(len(log.user)), self.trend))


@dataclass(frozen=True, eq=False)
class Everyone:
    """A log as drift tests read it, and what they learn of everyone in it: learned once, whoever asks first."""

    log: Sequences
    seed: int
    alone: bool = False
    """Whether categories are the only view of a history."""
    vectors: Floats | None = None
    """What is known of items' words, in their order, (n_items, n), 0 for items without; None: TF-IDF of their texts."""
    groupers: Ints | None = None
    """Users whom groups of items are learned from where the log names no categories that fit; None: everyone."""

    def __post_init__(self) -> None:
        """Raise `EventsError` where vectors do not fit the items."""
        if self.vectors is None:
            return
        if self.vectors.ndim != 2 or len(self.vectors) != self.log.n_items:
            raise EventsError(say("errors.vectors_shape", items=self.log.n_items, found=str(self.vectors.shape)))
        if not np.isfinite(self.vectors).all():
            raise EventsError(say("errors.vectors_numbers", count=int((~np.isfinite(self.vectors)).sum())))

    @cached_property
    def sequences(self) -> Sequences:
        """The log with categories fit for a drift test; raises `EventsError` if there are too few."""
        return with_interests(self.log, self.seed, self.groupers)

    @cached_property
    def doubts(self) -> tuple[Said, ...]:
        """What to beware of in its sessions; raises `EventsError` where no test can stand on them."""
        return exchange.check(self.sequences)

    @cached_property
    def background(self) -> Background:
        """Everyone's habits, trend and prior."""
        return learn(self.sequences, self.seed)

    @cached_property
    def timeless(self) -> Prior:
        """The background's prior as histories in random order teach it, for tests whose limits come from shuffles.

        Of a prior learned from halves in the order of time these very halves are told better than any others, the more
        so the more categories and the fewer people there are: users without drift then lie above their shuffles.
        """
        users = timeless_users(self.sequences.census.lengths, self.seed)
        categories = len(self.sequences.catalogue.categories)
        units = in_disorder(self.background.units(self.sequences, users), self.seed)
        return fit_prior(*_halves(units, categories), categories, self.seed)

    @cached_property
    def lessons(self) -> Lessons:
        """The views of a history beside the counts of its categories, and what each is worth in this log."""
        users = view_users(self.log.census.lengths, self.seed)
        if self.alone or len(users) < FEWEST_USERS:
            return NO_LESSONS
        # Vectors of items know those whom they are learned from by heart, and so do the directions in which people
        # differ: each is learned from others, and what views are worth from a third kind of people.
        held_out = np.sort(users[2::3])
        # So it is with groups that stand for categories.
        other = self if self.sequences is self.log else replace(self, groupers=np.sort(users[::3]))
        views = other._views(users[::3], users[1::3])
        if not views:
            return NO_LESSONS
        seen, people = other.seen(views, held_out)
        weight = worths(seen, partial(other.unchanged, views, held_out), people, self.seed)
        if not any(weight.get(view.name) for view in views):
            return NO_LESSONS
        kept = tuple(view for view in self._views(users[::2], users[1::2]) if weight.get(view.name, 0.0) > 0)
        if not kept:
            return NO_LESSONS
        names = "categories", *(view.name for view in kept)
        seen, people = self.seen(kept, held_out)
        return Lessons(kept, scaled(np.array([weight[name] for name in names]), list(seen.values()), people, self.seed))

    def _views(self, some: Ints, others: Ints) -> tuple[View, ...]:
        """Views beside the categories, vectors of items from some users, everything else from others."""
        known = with_sessions_of(self.sequences, self.sequences)
        calm = Calm(known, self.background.places, self.background.trend, self.background.common)
        return learn_views(self.log, calm, (np.sort(some), np.sort(others)), self.seed, self.vectors)

    def unchanged(self, views: tuple[View, ...], users: Ints, draw: int = 0) -> dict[str, Seen]:
        """As `seen`, of people made of these who did not change; nothing where no clock tells what all share.

        `draw`: which of many.
        """
        if not self.sequences.time.any() or self.sequences.ordinal or not len(users):
            return {}
        bg, seed = self.background, 1000 * draw + self.seed
        log = read_log(self.sequences, users, bg.places, bg.common)
        drawn = draw_unchanged(self.sequences, log, users, bg.trend, seed)
        seen: dict[str, Seen] = {"categories": Counted(bg.units(drawn.log, users), Tables.of(bg.prior))}
        for view in views:
            if isinstance(view, ItemView):
                seen[view.name] = view.as_unchanged(users, drawn.source, seed)
            else:
                seen[view.name] = on_log(view, drawn.log).of(users)
        return seen

    def seen(self, views: tuple[View, ...], users: Ints) -> tuple[dict[str, Seen], People]:
        """Sessions of some users, rising, in the categories and in all views, by name; the same as people."""
        known = with_sessions_of(self.sequences, self.sequences)
        first = self.background.units(self.sequences, users)
        counted: Seen = Counted(first, Tables.of(self.background.prior))
        seen = {"categories": counted} | {view.name: view.of(users) for view in views}
        return seen, People(first.offsets, session_times(known, users), first)


def trend_users(lengths: Ints, seed: int) -> tuple[Ints, Ints]:
    """Whom habits and trend are learned from, and of them those who teach the prior; both rising."""
    rng = np.random.default_rng([seed, 1])
    users = np.flatnonzero(lengths > 0)
    if len(users) > TREND_USERS:
        users = np.sort(rng.choice(users, TREND_USERS, replace=False))
    return users, np.sort(rng.choice(users, min(len(users), PRIOR_USERS), replace=False))


def timeless_users(lengths: Ints, seed: int) -> Ints:
    """Whose histories in random order teach a prior, rising."""
    users = np.flatnonzero(lengths > 0)
    return np.sort(np.random.default_rng([seed, 12]).permutation(users)[:PRIOR_USERS])


def view_users(lengths: Ints, seed: int) -> Ints:
    """Whom views are learned from, in random order."""
    users = np.flatnonzero(lengths >= FEWEST_EVENTS)
    return np.random.default_rng([seed, 8]).permutation(users)[:VIEW_USERS]


def learn(sequences: Sequences, seed: int) -> Background:
    """Learn stickiness, trend and prior from at most `TREND_USERS` users."""
    users, few = trend_users(sequences.census.lengths, seed)
    log = read_log(sequences, users)
    count = np.bincount(log.entry, minlength=len(log.user))
    places = learn_places(log.user[log.entry], log.category, count, log.shape)
    if (count > 1).any():
        log = read_log(sequences, users, places)
    stickiness = fit_stickiness(log)
    trend = no_trend(log.shape[1]) if sequences.ordinal else _trend(log, effective_shares(log, stickiness))
    nothing = Prior(np.ones(1), np.ones((1, log.shape[1])))
    background = Background(stickiness, trend, nothing, places, log.everyone())
    prior = fit_prior(*_halves(background.units(sequences, few), log.shape[1]), log.shape[1], seed)
    return replace(background, prior=prior)


def _trend(log: Log, weight: Floats) -> Trend:
    user, time = log.user[log.entry], log.time[log.entry]
    return fit_trend(user, time, log.category, log.share * weight[log.entry], log.shape)


def _halves(units: Units, categories: int) -> tuple[Ints, Ints, Floats]:
    """Counts of each half history as (document, category, amount): halves are nearer to one mix than the whole."""
    count = np.diff(units.offsets)
    owner = np.repeat(np.arange(len(count)), count)
    late = (np.arange(len(owner)) - units.offsets[owner]) * 2 >= count[owner]
    document = np.repeat(owner * 2 + late, np.diff(units.entries))
    key, place = np.unique(document * categories + units.category, return_inverse=True)
    document, category = np.divmod(key, categories)
    document = np.unique(document, return_inverse=True)[1]
    amount: Floats = np.bincount(place, units.amount / GRAIN, len(key)).astype(np.float64)
    return document, category, amount
