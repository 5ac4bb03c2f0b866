"""The fastest setup that is GREEN in every dimension: a search through a box, without chance.

1. speeds: the dial's positions, or 24 log-spaced ones up to 95 % of the lowest limit
2. feeds: for each speed 8 log-spaced ones through the maker's chip window
3. depths: the depth of the cut in 1, 2, 3 … equal passes, as deep as the flutes reach
4. keep what is GREEN; take the highest removal rate, then the shortest time, then the lowest speed
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feasibility_svc.domain.advice.change import UNITS, FieldChange
from feasibility_svc.domain.cut.bite_window import window_of
from feasibility_svc.domain.cut.engagement import KEYS
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.rim_speed import highest_green_rpm
from feasibility_svc.domain.dimensions.safety_constraints import DEFAULT_MAX_PLUNGE_MM_PER_MIN
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.scoring.assessment import NotAssessedError
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.scoring.numeric import Columns
from feasibility_svc.domain.search.sweep import Scored, score_rows
from feasibility_svc.domain.verdict.aggregation import LEVELS, ranks_as_they_count

SPEED_COUNT, FEED_COUNT, MOST_PASSES = 24, 8, 40
_PLUNGE_SHARE = {"ALUMINIUM": 0.30, "BRASS": 0.30, "PLASTIC_SOFT": 0.50, "PLASTIC_HARD": 0.50, "PHENOLIC": 0.50}
"""Usual plunge feed over lateral feed; 0.40 in wood (Shapeoko CNC A to Z [R]). [-]"""
_WOOD_PLUNGE_SHARE = 0.40


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
        rows = _box(situation)
    except NotAssessedError:
        return Search(None, ())
    count = len(rows["cut.feed_rate_mm_per_min"])
    if not count:
        return Search(None, (Category.RIMSPEED,))
    scored = score_rows(engine, situation, rows, count)
    setup = _fastest(situation, rows, scored)
    table = scored.table
    ranks = ranks_as_they_count(table.dimension_scores, table.dimension_ranks, engine.profiles)
    best = np.min(ranks, axis=1)
    never = [profile.category for profile, rank in zip(engine.profiles, best, strict=True) if rank > 0]
    return Search(setup, () if setup else never)


def _fastest(situation: Situation, rows: Columns, scored: Scored) -> Setup | None:
    green = np.flatnonzero(scored.table.ranks == 0)
    if not len(green):
        return None
    rates = _removal_rates(situation, rows)
    times = np.nan_to_num(scored.cut_times_s, nan=np.inf)
    best = int(green[np.lexsort((rows["cut.spindle_speed_rpm"][green], times[green], -rates[green]))[0]])
    score, seconds = float(scored.table.scores[best]), float(times[best])
    return Setup(
        fields=[FieldChange(key, situation.find(key), float(rows[key][best]), UNITS[key]) for key in rows],
        risk=LEVELS[int(scored.table.ranks[best])],
        score=score,
        removal_rate_mm3_per_min=float(rates[best]),
        cut_time_s=seconds if np.isfinite(seconds) else None,
    )


def _box(situation: Situation) -> Columns:
    """Every combination, an array per number, rounded to what a person sets."""
    speeds = _speeds(situation)
    depths = _depths(situation)
    speed, depth, share = (
        axis.reshape(-1) for axis in np.meshgrid(speeds, depths, np.linspace(0.0, 1.0, FEED_COUNT), indexing="ij")
    )
    feed = _feeds(situation, speed, share)
    rows = {"cut.spindle_speed_rpm": speed, "cut.feed_rate_mm_per_min": feed}
    if situation.is_saw:
        return rows
    return {**rows, "cut.plunge_rate_mm_per_min": _plunges(situation, feed), "cut.axial_depth_mm": depth}


def _speeds(situation: Situation) -> np.ndarray:
    machine = situation.context.machine
    highest = highest_green_rpm(situation)
    if machine.max_spindle_speed_rpm is not None:
        highest = min(highest, machine.max_spindle_speed_rpm)
    if machine.dial_speeds_rpm:
        return np.array([speed for speed in machine.dial_speeds_rpm if speed <= highest])
    lowest = min(machine.min_spindle_speed_rpm or highest / 4, highest)
    return np.unique(np.floor(np.geomspace(lowest, highest, SPEED_COUNT) / 10) * 10)


def _depths(situation: Situation) -> np.ndarray:
    if situation.is_saw:
        return np.array(situation.need("tool.kerf_mm"))
    depth_mm = situation.operation_depth_mm
    passes = np.arange(1, MOST_PASSES + 1)
    deepest = situation.find("tool.flute_length_mm") or depth_mm
    depths = depth_mm / passes
    return depths[depths <= deepest + 1e-9]


def _feeds(situation: Situation, speed: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Feeds through the window of the bite, log-spaced: share 0 at its low end, 1 at its high end."""
    (flutes,) = situation.need(KEYS[2])
    window = window_of(situation)
    bite = window.low_mm * (window.high_mm / window.low_mm) ** share
    feed = bite * speed * flutes
    highest = situation.find("machine.max_feed_rate_mm_per_min") or np.inf
    return np.asarray(np.maximum(np.floor(np.minimum(feed, highest)), 1.0))


def _plunges(situation: Situation, feed: np.ndarray) -> np.ndarray:
    share = _PLUNGE_SHARE.get(situation.context.material.kind or "", _WOOD_PLUNGE_SHARE)
    own = situation.context.safety_constraints.max_plunge_rate_mm_per_min
    return np.maximum(np.floor(np.minimum(share * feed, own or DEFAULT_MAX_PLUNGE_MM_PER_MIN)), 1.0)


def _removal_rates(situation: Situation, rows: Columns) -> np.ndarray:
    """[mm3/min]"""
    feed: np.ndarray = rows["cut.feed_rate_mm_per_min"]
    if situation.is_saw:
        return np.asarray(feed * situation.need("tool.kerf_mm")[0] * situation.depth_of_saw_cut_mm)
    radial_mm, diameter_mm = situation.need("cut.radial_width_mm", "tool.diameter_mm")
    return np.asarray(feed * min(radial_mm, diameter_mm) * rows["cut.axial_depth_mm"])
