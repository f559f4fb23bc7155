"""Views of a history beside the counts of its categories: each tells of the same sessions, learned from everyone.

| view | what a session is |
|---|---|
| `categories` | counts of categories, as in `units` (the first view, always there) |
| `choices` | counts of all categories that the log names, each session worth what its dispersion leaves of it |
| `groups` | the same of groups of items that are alike in their words and in who has them |
| `places` | a point: square roots of the categories' shares |
| `items` | a point: the mean of its items' vectors |

Items come and go, and so do fads: whatever everyone sought at a time among items of one kind is taken off first, and
whatever people of like taste went on to (`following`).
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from core.data import Sequences
from core.drift.evidence.dispersion import Dispersion, everyones_mix, fit_dispersion
from core.drift.evidence.fads import Fads, learn_fads
from core.drift.evidence.following import Following, Pieces, learn_following
from core.drift.evidence.geometry import Geometry, learn_geometry
from core.drift.evidence.interests import as_interests
from core.drift.evidence.item_vectors import item_vectors
from core.drift.evidence.looking import Counted, Placed
from core.drift.evidence.statistic import Tables
from core.drift.evidence.trend import Trend, fit_trend, no_trend, periods
from core.drift.evidence.units import GRAIN, Common, Units, detrend, make_units, read_log

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
GROUPS = 64
"""Groups of items."""
WIDEST = 2000
"""Most categories that are counted one by one."""
FEATURES = 64
"""Directions in which square roots of shares are looked at before people are told apart in them."""


@dataclass(frozen=True, eq=False)
class Calm:
    """What events are worth once the trend of the first view's categories is taken out."""

    known: Sequences
    """The log with the first view's categories."""
    places: Floats
    trend: Trend
    common: Common | None = None
    """What everyone seeks among these categories."""

    def worth(self, users: Ints) -> Floats:
        """Of each event of some users, 1 where it has no category."""
        entries = read_log(self.known, users, self.places, self.common)
        share = detrend(entries, np.ones(len(entries.user)), self.trend)
        worth = np.bincount(entries.entry, share, len(entries.user))
        return np.where(entries.first >= 0, worth, 1.0)


@dataclass(frozen=True, eq=False)
class Counting:
    """How the sessions of a log become counts."""

    log: Sequences
    """The log with what is counted for categories."""
    places: Floats | None
    """What the place in an item's list of categories tells, see `shares`."""
    trend: Trend
    calm: Calm | None
    """Where the trend is not that of these categories."""
    common: Common | None
    """What everyone seeks among these categories."""

    def units(self, users: Ints) -> Units:
        """Counts of the sessions of some users, every event alike, the trend taken out."""
        entries = read_log(self.log, users, self.places, self.common)
        worth = np.ones(len(entries.user)) if self.calm is None else self.calm.worth(users)
        return make_units(entries, detrend(entries, worth, self.trend))


@dataclass(frozen=True, eq=False)
class CountView:
    """Counts of categories, or of groups of items, of which each session tells what its dispersion leaves."""

    name: str
    counting: Counting
    dispersion: Dispersion
    tables: Tables

    def of(self, users: Ints) -> Counted:
        """Sessions of some users, rising."""
        return Counted(self.dispersion.worth(self.counting.units(users)), self.tables)


@dataclass(frozen=True, eq=False)
class PlaceView:
    """Points of sessions by the square roots of their categories' shares."""

    name: str
    counting: Counting
    turn: Floats
    """From categories to features, (n_categories, n_features)."""
    geometry: Geometry

    def of(self, users: Ints) -> Placed:
        """Sessions of some users, rising."""
        units = self.counting.units(users)
        features, events = root_shares(units, self.turn)
        return placed(self.geometry, units.offsets, features, events, session_times(self.counting.log, users))


@dataclass(frozen=True, eq=False)
class ItemView:
    """Points of sessions by the vectors of their items."""

    name: str
    log: Sequences
    vectors: Floats
    """Of each item, (n_items, n_features)."""
    fads: Fads
    calm: Calm
    following: Following
    geometry: Geometry

    def of(self, users: Ints) -> Placed:
        """Sessions of some users, rising."""
        pieces = self.pieces(users)
        features, events = pieces.means(self.following.left(pieces))
        return placed(self.geometry, pieces.offsets, features, events, session_times(self.log, users))

    def as_unchanged(self, users: Ints, source: Ints, seed: int) -> Placed:
        """The same sessions, each in the place of another (see `Unchanged`), gone on as people of like taste might."""
        pieces = self.pieces(users)
        features, events = pieces.means(self.following.left(pieces))
        features = features[source] + self.following.unknown(pieces, source, np.random.default_rng([seed, 22]))
        time = session_times(self.log, users)[source]
        return placed(self.geometry, pieces.offsets, features, events[source], time)

    def pieces(self, users: Ints) -> Pieces:
        """What their sessions hold, kind by kind."""
        return pieces_of(self.log, users, self.vectors, self.fads, self.calm)


View = CountView | PlaceView | ItemView


def on_log(view: View, log: Sequences) -> View:
    """The same view of other users of the same items; their sessions are those of the first view."""

    def here(known: Sequences) -> Sequences:
        return dataclasses.replace(log, catalogue=known.catalogue.bare())

    def calm(old: Calm) -> Calm:
        return dataclasses.replace(old, known=here(old.known))

    if isinstance(view, ItemView):
        return dataclasses.replace(view, log=here(view.log), calm=calm(view.calm))
    old = view.counting
    counting = dataclasses.replace(old, log=here(old.log), calm=None if old.calm is None else calm(old.calm))
    return dataclasses.replace(view, counting=counting)


def learn_views(
    log: Sequences, calm: Calm, learners: tuple[Ints, Ints], seed: int, brought: Floats | None = None
) -> tuple[View, ...]:
    """All views beside the categories; sessions are those of the first view. `brought`: see `item_vectors`.

    Vectors of items are learned from the first of `learners`, everything else from the second.
    """
    some, users = learners
    log = with_sessions_of(log, calm.known)
    views: list[View] = []
    named = len(log.catalogue.categories)
    if len(calm.known.catalogue.categories) == named > 1:
        views += [_place_view(Counting(calm.known, calm.places, calm.trend, None, calm.common), users, seed)]
    elif 1 < named <= WIDEST:
        choices = _count_view(
            "choices", Counting(log, None, _trend(log, users), None, read_log(log, users).everyone()), users
        )
        views += [choices, _place_view(choices.counting, users, seed)]
    vectors = item_vectors(log.only(some), seed, brought)
    fads = learn_fads(log, users, vectors, calm.known.catalogue.first_category)
    groups = group_items(log, users, vectors, fads, seed)
    if groups is not None:
        counting = Counting(groups, None, no_trend(len(groups.catalogue.categories)), calm, None)
        views += [_count_view("groups", counting, users), _item_view(log, users, vectors, fads, calm)]
    return tuple(views)


def with_sessions_of(log: Sequences, known: Sequences) -> Sequences:
    """The log; where it has no clock, with runs of one category of `known` for sessions."""
    if not log.ordinal:
        return log
    first = known.catalogue.first_category[known.item]
    run = np.cumsum((np.diff(first, prepend=-2) != 0) | (np.diff(log.user, prepend=-1) != 0))
    return dataclasses.replace(log, session=run - 1, ordinal=False, time=np.zeros_like(log.time))


def session_times(log: Sequences, users: Ints) -> Ints:
    """First moment of each session of some users, (n_sessions,)."""
    rows = log.rows_of_all(users)
    return np.asarray(log.time[rows][np.diff(log.session[rows], prepend=-1) != 0])


def root_shares(units: Units, turn: Floats) -> tuple[Floats, Floats]:
    """Features of sessions, and their events."""
    unit = np.repeat(np.arange(len(units.start)), np.diff(units.entries))
    events = np.bincount(unit, units.amount / GRAIN, len(units.start))
    root = np.sqrt(units.amount / GRAIN / np.maximum(events, 1e-9)[unit])
    rows = sparse.csr_matrix((root, units.category, units.entries), (len(units.start), len(turn)))
    return np.asarray(rows @ turn), np.asarray(events)


def pieces_of(log: Sequences, users: Ints, vectors: Floats, fads: Fads, calm: Calm) -> Pieces:
    """What sessions of some users hold of each kind of item."""
    rows = log.rows_of_all(users)
    first = np.diff(log.session[rows], prepend=-1) != 0
    session, item = np.cumsum(first) - 1, log.item[rows].astype(np.int64)
    owner = np.repeat(np.arange(len(users)), log.lengths[users])[first]
    worth = calm.worth(users) * np.any(vectors != 0, axis=1)[item]
    kinds = int(fads.kind.max(initial=0)) + 1
    key, place = np.unique(session * kinds + fads.kind[item], return_inverse=True)
    items = sparse.csr_matrix((worth, (place, item)), (len(key), len(vectors)))
    cells = sparse.csr_matrix((worth, (place, fads.cell(item, log.time[rows]))), (len(key), len(fads.off)))
    return Pieces(
        np.searchsorted(owner, np.arange(len(users) + 1)),
        np.searchsorted(fads.edges, log.time[rows][first], side="right"),
        *np.divmod(key, kinds),
        np.bincount(place, worth, len(key)).astype(np.float64),
        np.asarray(items @ vectors) - np.asarray(cells @ fads.off),
    )


def placed(geometry: Geometry, offsets: Ints, features: Floats, events: Floats, time: Ints) -> Placed:
    """Points from features."""
    weight = geometry.weight(events)
    points = geometry.points(features, time) * weight[:, None]
    return Placed(offsets, weight.astype(np.float32), points.astype(np.float32), geometry.spread)


def _trend(log: Sequences, users: Ints) -> Trend:
    entries = read_log(log, users)
    where = entries.user[entries.entry], entries.time[entries.entry], entries.category
    return fit_trend(*where, entries.share, entries.shape) if log.time.any() else no_trend(entries.shape[1])


def _count_view(name: str, counting: Counting, users: Ints) -> CountView:
    units, categories = counting.units(users), len(counting.log.catalogue.categories)
    dispersion = fit_dispersion(units, categories)
    return CountView(name, counting, dispersion, Tables.of(dispersion.prior(everyones_mix(units, categories))))


def _place_view(counting: Counting, users: Ints, seed: int) -> PlaceView:
    from sklearn.utils.extmath import randomized_svd

    units, categories = counting.units(users), len(counting.log.catalogue.categories)
    turn = np.eye(categories)
    if categories > FEATURES:
        owner = np.repeat(np.arange(len(users)), np.diff(units.offsets))
        unit = np.repeat(np.arange(len(owner)), np.diff(units.entries))
        whole = sparse.csr_matrix((units.amount / GRAIN, (owner[unit], units.category)), (len(users), categories))
        turn = randomized_svd(whole.sqrt(), FEATURES, random_state=seed)[2].T
    features, events = root_shares(units, turn)
    return PlaceView("places", counting, turn, _geometry(counting.log, users, units.offsets, features, events))


def _item_view(log: Sequences, users: Ints, vectors: Floats, fads: Fads, calm: Calm) -> ItemView:
    pieces = pieces_of(log, users, vectors, fads, calm)
    following = learn_following(pieces, int(fads.kind.max(initial=0)) + 1, len(fads.edges) + 1)
    features, events = pieces.means(following.left(pieces))
    geometry = _geometry(log, users, pieces.offsets, features, events)
    return ItemView("items", log, vectors, fads, calm, following, geometry)


def _geometry(log: Sequences, users: Ints, offsets: Ints, features: Floats, events: Floats) -> Geometry:
    time = session_times(log, users)
    owner = np.repeat(np.arange(len(users)), np.diff(offsets))
    return learn_geometry(features, events, owner, time, periods(log.time[log.rows_of_all(users)]))


def group_items(log: Sequences, users: Ints, vectors: Floats, fads: Fads, seed: int) -> Sequences | None:
    """The log with groups of items for categories; None where there are too few items."""
    from sklearn.cluster import KMeans

    rows = log.rows_of_all(users)
    item = log.item[rows].astype(np.int64)
    known = np.any(vectors != 0, axis=1) & (np.bincount(item, minlength=len(vectors)) > 0)
    if known.sum() < 4:
        return None
    cell = fads.cell(item, log.time[rows])
    pick = sparse.csr_matrix((np.ones(len(rows)), (item, cell)), (len(vectors), len(fads.off)))
    off = np.asarray(pick @ fads.off) / np.maximum(np.bincount(item, minlength=len(vectors)), 1)[:, None]
    group = np.full(len(vectors), -1, dtype=np.int64)
    number = int(np.clip(known.sum() // 8, 2, GROUPS))
    group[known] = KMeans(number, n_init=2, random_state=seed).fit_predict((vectors - off)[known])
    return as_interests(log, group)
