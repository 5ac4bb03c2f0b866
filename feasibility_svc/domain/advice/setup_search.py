"""A setup as usual practice has it, GREEN in every dimension: a search through a box, without chance.

1. speeds: the present one, and the dial's positions or 24 log-spaced ones up to the highest that is GREEN
2. feeds: the present one, and those that give the usual bite, a little less and a little more
3. depths: the present one, and the depth of the cut in 1, 2, 3 … equal passes, none deeper than practice goes
4. all rounded to what can be set; keep what is GREEN
5. first what has the usual bite and keeps well clear of every limit, then the fewest changes, the shortest time, the
   lowest speed; a setup that is GREEN already is only replaced by a faster one
6. the first of these that stays GREEN within the usual tolerances
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feasibility_svc.domain.advice.change import UNITS, FieldChange
from feasibility_svc.domain.advice.usual_practice import (
    HALF,
    deepest_pass_mm,
    is_delicate,
    precedent_of,
    usual_chip_mm,
)
from feasibility_svc.domain.cut.bite_window import window_of
from feasibility_svc.domain.cut.settable import settable
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.rim_speed import highest_green_rpm
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.physics import chip_formation
from feasibility_svc.domain.scoring.assessment import NotAssessedError
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.scoring.numeric import Columns
from feasibility_svc.domain.search.sweep import Scored, score_rows
from feasibility_svc.domain.verdict.aggregation import LEVELS, ranks_as_they_count

SPEED_COUNT, MOST_PASSES = 24, 40
BITES = (1.0, 0.7, 1.4, 0.5, 2.0)
"""Bites that are tried, over the usual one."""
WORTHWHILE = 0.85
"""Share of the present time below which a faster setup is worth a change of one that is GREEN. [-]"""
EASY_FEED_SHARE = 0.6
"""Share of the machine's top feed that a proposal stays below. [-]"""
_COMFORTABLE = frozenset(
    {
        *(Category.HEAT, Category.DEFLECTION, Category.RIMSPEED, Category.SPINDLE_POWER),
        *(Category.FEED_LIMITS, Category.WORKHOLDING),
    }
)
"""Dimensions whose full score says that at most 60 % of the limit are used."""
_MOST_TRIALS = 12
_SPEED, _FEED, _PLUNGE, _DEPTH = (
    "cut.spindle_speed_rpm",
    "cut.feed_rate_mm_per_min",
    "cut.plunge_rate_mm_per_min",
    "cut.axial_depth_mm",
)


@dataclass(frozen=True, slots=True)
class Setup:
    """A complete set of speeds, feeds and depths."""

    fields: Sequence[FieldChange]
    risk: RiskLevel
    score: float | None
    removal_rate_mm3_per_min: float
    cut_time_s: float | None


@dataclass(frozen=True, slots=True)
class Search:
    """The outcome of a search: a setup, or the dimensions that nothing in the box makes GREEN."""

    setup: Setup | None
    never_green: Sequence[Category]


def search_setups(engine: Engine, situation: Situation) -> Search:
    """Search the box with this tool on this machine; where too little is known to span it, nothing is found."""
    try:
        box = _Box.around(situation)
    except NotAssessedError:
        return Search(None, ())
    if not box.count:
        return Search(None, (Category.RIMSPEED,))
    scored = score_rows(engine, situation, box.rows, box.count)
    for place in _ranked(engine, box, scored):
        exact = {key: float(values[place]) for key, values in box.rows.items()}
        changed = situation.restated(exact)
        if score_rows(engine, changed.sampled, {}, 1).table.ranks[0] == RiskLevel.GREEN.rank:
            return Search(_setup(box, scored, place), ())
    table = scored.table
    ranks = ranks_as_they_count(table.dimension_scores, table.dimension_ranks, engine.profiles)
    best = np.min(ranks, axis=1)
    never = [profile.category for profile, rank in zip(engine.profiles, best, strict=True) if rank > 0]
    return Search(None, never)


def _ranked(engine: Engine, box: "_Box", scored: Scored) -> list[int]:
    """Rows that are GREEN, the one to propose first."""
    green = scored.table.ranks == RiskLevel.GREEN.rank
    rows = [index for index, profile in enumerate(engine.profiles) if profile.category in _COMFORTABLE]
    tight = ~np.all(scored.table.dimension_scores[rows] >= 100.0, axis=0) | box.fast
    times = np.nan_to_num(scored.cut_times_s, nan=np.inf)
    changes = box.changes
    unchanged = green & (changes == 0)
    if np.any(unchanged):  # GREEN as it is: only something faster is worth a word
        faster = green & ~tight & box.usual & (times < WORTHWHILE * times[unchanged].min())
        green, changes = faster if np.any(faster) else unchanged, np.zeros_like(changes)
    order = np.lexsort((box.rows[_SPEED], times, changes, tight, ~box.usual))
    return [int(place) for place in order if green[place]][:_MOST_TRIALS]


def _setup(box: "_Box", scored: Scored, place: int) -> Setup:
    seconds = float(scored.cut_times_s[place])
    return Setup(
        fields=[
            FieldChange(key, box.situation.find(key), float(values[place]), UNITS[key])
            for key, values in box.rows.items()
        ],
        risk=LEVELS[int(scored.table.ranks[place])],
        score=float(scored.table.scores[place]),
        removal_rate_mm3_per_min=float(box.removal_rates[place]),
        cut_time_s=seconds if np.isfinite(seconds) else None,
    )


@dataclass(frozen=True)
class _Box:
    """Every combination, an array per number, rounded to what a person sets."""

    situation: Situation
    rows: Columns
    usual: np.ndarray
    """Whether the bite of a row is the usual one, or its feed the present one."""

    @staticmethod
    def around(situation: Situation) -> "_Box":
        """The box around a situation.

        Raises:
            NotAssessedError: Too little is known to span it.
        """
        speeds, depths = _speeds(situation), _depths(situation)
        by_hand, present = bool(situation.context.machine.hand_feed), situation.find(_feed_key(situation))
        kept = [np.nan] if by_hand or present is not None else []
        shares = np.array([*([] if by_hand else BITES), *kept])
        speed, depth, share = (axis.reshape(-1) for axis in np.meshgrid(speeds, depths, shares, indexing="ij"))
        usual = np.isnan(share) | (share == 1.0)
        rows: Columns = {_SPEED: speed}
        if not by_hand:
            rows |= _feeds(situation, speed, share, present or 0.0)
        if not situation.is_saw and situation.design.drilling is None:
            rows[_DEPTH] = depth
        return _Box(situation, rows, usual)

    @property
    def count(self) -> int:
        return len(self.rows[_SPEED])

    @property
    def changes(self) -> np.ndarray:
        """How many numbers of each row differ from the present ones."""
        present = ((values, self.situation.find(key)) for key, values in self.rows.items())
        differing = [np.ones_like(values) if now is None else values != now for values, now in present]
        return np.asarray(np.sum(differing, axis=0))

    @property
    def fast(self) -> np.ndarray:
        """Whether the feed of a row is close to the machine's highest."""
        highest = self.situation.find("machine.max_feed_rate_mm_per_min") or np.inf
        feed = self.rows.get(_FEED, np.zeros(self.count))
        return np.asarray(feed > EASY_FEED_SHARE * highest)

    @property
    def removal_rates(self) -> np.ndarray:
        """[mm3/min]"""
        situation = self.situation
        feed = self.rows.get(_feed_key(situation), np.full(self.count, situation.find(_feed_key(situation))))
        if situation.is_saw:
            return np.asarray(feed * situation.need("tool.kerf_mm")[0] * situation.depth_of_saw_cut_mm)
        (diameter_mm,) = situation.need("tool.diameter_mm")
        if situation.design.drilling is not None:
            return np.asarray(feed * np.pi / 4 * diameter_mm**2)
        return np.asarray(feed * min(_radial_mm(situation), diameter_mm) * self.rows[_DEPTH])


def _feed_key(situation: Situation) -> str:
    return _FEED if situation.design.drilling is None else _PLUNGE


def _radial_mm(situation: Situation) -> float:
    return float(situation.need("cut.radial_width_mm")[0])


def _speeds(situation: Situation) -> np.ndarray:
    """The present speed and those that can be set, none above the highest that is GREEN."""
    machine = situation.context.machine
    highest = highest_green_rpm(situation)
    if machine.max_spindle_speed_rpm is not None:
        highest = min(highest, machine.max_spindle_speed_rpm)
    if machine.dial_speeds_rpm:
        offered = np.array(machine.dial_speeds_rpm)
    else:
        lowest = min(machine.min_spindle_speed_rpm or highest / 4, highest)
        offered = settable(_SPEED, np.geomspace(lowest, highest, SPEED_COUNT), up=False, machine=machine)
    present = situation.find(_SPEED)
    offered = np.unique([*offered, *([] if present is None else [present])])
    return np.asarray(offered[(offered <= highest) & (offered > 0)])


def _depths(situation: Situation) -> np.ndarray:
    """The present depth of pass and equal passes, none deeper than the flutes and than practice goes."""
    if situation.is_saw or situation.design.drilling is not None:
        return np.array([0.0])
    depth_mm, present = situation.operation_depth_mm, situation.find(_DEPTH)
    passes = settable(_DEPTH, depth_mm / np.arange(1, MOST_PASSES + 1), up=True, machine=situation.context.machine)
    limits = [depth_mm, situation.find("tool.flute_length_mm"), _deepest_mm(situation)]
    limits += [HALF * depth_mm] if is_delicate(situation) else []
    deepest = min(limit for limit in limits if limit is not None)
    fitting = passes[passes <= deepest + 1e-9]
    return np.unique([*fitting, *([] if present is None or present > depth_mm else [present])])


def _deepest_mm(situation: Situation) -> float | None:
    (diameter_mm,) = situation.need("tool.diameter_mm")
    ratio = chip_formation.radial_ratio(radial_width_mm=_radial_mm(situation), diameter_mm=diameter_mm)
    return deepest_pass_mm(diameter_mm=diameter_mm, radial_ratio=ratio, precedent=precedent_of(situation))


def _feeds(situation: Situation, speed: np.ndarray, share: np.ndarray, present: float) -> Columns:
    """Feed and plunge of each row; a share that is no number keeps the present feed."""
    diameter_mm, flutes = situation.need("tool.diameter_mm", "tool.flute_count")
    window = window_of(situation)
    chip_mm = usual_chip_mm(
        low_mm=window.low_mm, high_mm=window.high_mm, diameter_mm=diameter_mm, precedent=precedent_of(situation)
    )
    key, machine = _feed_key(situation), situation.context.machine
    wanted = np.nan_to_num(share, nan=1.0) * chip_mm * speed * flutes
    highest = situation.find("machine.max_feed_rate_mm_per_min") or np.inf
    feed = np.maximum(settable(key, np.minimum(wanted, highest), up=False, machine=machine), 10.0)
    feed = np.where(np.isnan(share), present, feed)
    plunge = situation.find(_PLUNGE)
    if key == _PLUNGE or plunge is None or situation.is_saw:
        return {key: feed}
    slower = np.maximum(settable(_PLUNGE, HALF * feed, up=False, machine=machine), 10.0)
    return {key: feed, _PLUNGE: np.where(plunge <= feed, plunge, slower)}
