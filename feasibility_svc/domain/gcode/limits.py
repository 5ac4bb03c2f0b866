"""Feeds, speeds, depths and stepdown against the envelope."""

import numpy as np

from feasibility_svc.domain.gcode import audit_rules as rules
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.judged import Judged
from feasibility_svc.domain.gcode.moves import FEED_OF_OTHER_TOOL, FEED_STATED, Flags, Floats
from feasibility_svc.domain.gcode.sweep import MATERIAL_MM, SIDE_SHARE, Cuts

LEVEL_MM = 0.01
"""Rounding of a coordinate and of a conversion between inches and millimetres. [mm]"""
_RATE_SHARE = 1.001  # likewise of a feed or speed
_STEP_SHARE, _STEP_MM = 1.02, 0.03  # what cells and scallops leave
_PERCENTILE = 0.95
_LASTING_MM = 10.0  # a shorter light cut is the edge of a cell or a corner
_STALE_SHARE = 0.5


def feeds(judged: Judged) -> None:
    """Highest feed of cuts, and of plunges while they enter material."""
    envelope, feed = judged.envelope, judged.moves.feed_mm_per_min
    plunging = judged.cutting & judged.shape.plunges
    lateral = judged.cutting & ~judged.shape.plunges
    machine = envelope.machine.max_feed_rate_mm_per_min
    approved = [limit for limit in (envelope.max_feed_rate_mm_per_min, machine) if limit is not None]
    if approved:
        limit = min(approved)
        judged.note(rules.FEED_OVER_LIMIT, lateral & (feed > limit * _RATE_SHARE), feed, limit=limit)
    plunge = envelope.max_plunge_rate_mm_per_min
    if plunge is not None:
        judged.note(rules.PLUNGE_OVER_LIMIT, plunging & (feed > plunge * _RATE_SHARE), feed, limit=plunge)
    _stale(judged, lateral, plunging)


def _stale(judged: Judged, lateral: Flags, plunging: Flags) -> None:
    """A cut with the feed of the tool before, or with that of the plunge though others of its tool are far faster."""
    moves = judged.moves
    other = judged.cutting & (moves.flags & FEED_OF_OTHER_TOOL > 0)
    first = np.zeros(len(moves), dtype=bool)
    for tool in np.unique(moves.tool[other]).tolist():
        first[np.flatnonzero(other & (moves.tool == tool))[0]] = True
    stated = moves.flags & FEED_STATED > 0
    last_stated = np.maximum.accumulate(np.where(stated, np.arange(len(moves)), -1))
    of_plunge = lateral & (last_stated >= 0) & plunging[last_stated] & (moves.tool == moves.tool[last_stated])
    kept = np.zeros(len(moves), dtype=bool)
    for tool in np.unique(moves.tool[of_plunge]).tolist():
        own = moves.tool == tool
        fastest = moves.feed_mm_per_min[lateral & own].max()
        kept |= own & of_plunge & (moves.feed_mm_per_min < _STALE_SHARE * fastest)
    judged.note(rules.STALE_FEED, first | kept, moves.feed_mm_per_min)


def speeds(judged: Judged) -> None:
    """The spindle runs while cutting, within the range of envelope, machine and tool."""
    envelope, machine = judged.envelope, judged.envelope.machine
    speed = judged.moves.speed_rpm
    doubtful = Level.NOT_VERIFIABLE if judged.program.doubt else None  # it may have been started where nothing was read
    judged.note(rules.SPINDLE_NOT_RUNNING, judged.cutting & (speed <= 0), speed, level=doubtful)
    turning = judged.cutting & (speed > 0)
    least = np.fmax(
        _highest(envelope.min_spindle_speed_rpm, machine.min_spindle_speed_rpm),
        judged.per_tool("min_spindle_speed_rpm"),
    )
    most = np.fmin(
        _lowest(envelope.max_spindle_speed_rpm, machine.max_spindle_speed_rpm),
        judged.per_tool("max_spindle_speed_rpm"),
    )
    for broken, limits in ((speed < least / _RATE_SHARE, least), (speed > most * _RATE_SHARE, most)):
        rows = np.flatnonzero(turning & broken)
        if len(rows):
            judged.note(rules.SPEED_OUT_OF_RANGE, turning & broken, speed, limit=float(limits[rows[0]]))


def depths(judged: Judged) -> None:
    """How deep below the top, and whether through the stock without leave."""
    envelope = judged.envelope
    depth = envelope.top_mm - judged.shape.lowest_mm
    limit = envelope.max_depth_mm
    if limit is not None:
        judged.note(rules.DEPTH_OVER_LIMIT, judged.removing & (depth > limit + LEVEL_MM), depth, limit=limit)
    if envelope.stock is None or envelope.stock.z is None:
        return
    thickness = envelope.stock.z.max_mm - envelope.stock.z.min_mm
    if limit is None or limit <= thickness + LEVEL_MM:
        judged.note(rules.THROUGH_STOCK, judged.removing & (depth > thickness + LEVEL_MM), depth, limit=thickness)


def stepdown(judged: Judged) -> None:
    """Axial depth of the cuts: by far most of the path decides, light cuts at a side are told only."""
    limit, cuts = judged.envelope.max_stepdown_mm, judged.cuts
    if limit is None or cuts is None or not len(cuts.row):
        return
    heavy = _heavy(judged, cuts)
    most = limit * _STEP_SHARE + _STEP_MM
    depth, over = cuts.depth_mm, heavy & (cuts.depth_mm > most)
    radius = np.nan_to_num(judged.per_tool("diameter_mm")[cuts.row[over]]).max(initial=0.0) / 2
    if cuts.length_mm[over].sum() > radius:  # a shorter one is where a side cut begins
        decisive = percentile(depth[heavy], cuts.length_mm[heavy]) > most
        level = Level.ERROR if decisive else Level.WARNING
    else:
        depth, over, level = cuts.side_mm, cuts.side_mm > most, Level.INFORMATION
        if not cuts.length_mm[over].sum() > _LASTING_MM:
            return
    deepest = np.zeros(len(judged.moves))
    np.maximum.at(deepest, cuts.row[over], depth[over])
    if judged.cleared_before:
        judged.note(rules.NOT_VERIFIABLE_ALONE, deepest > 0, deepest, limit=limit)
    else:
        judged.note(rules.STEPDOWN_OVER_LIMIT, deepest > 0, deepest, limit=limit, level=level)


def _heavy(judged: Judged, cuts: Cuts) -> Flags:
    heavy: Flags = (cuts.width_share >= SIDE_SHARE) & (cuts.depth_mm > MATERIAL_MM)
    return heavy


def percentile(values: Floats, lengths: Floats) -> float:
    """The value that 95 % of the length does not exceed.

    >>> percentile(np.array([1.0, 3.0]), np.array([96.0, 4.0]))
    1.0
    """
    order = np.argsort(values)
    covered = np.cumsum(lengths[order])
    return float(values[order][np.searchsorted(covered, _PERCENTILE * covered[-1])])


def measured_stepdown(judged: Judged) -> tuple[float | None, float | None]:
    """What 95 % of the cut path takes at most, and the most anywhere; without light cuts at a side. [mm]"""
    cuts = judged.cuts
    if cuts is None:
        return None, None
    heavy = _heavy(judged, cuts)
    depth = cuts.depth_mm[heavy]
    if not len(depth):
        return None, None
    return percentile(depth, cuts.length_mm[heavy]), float(depth.max())


def _highest(*limits: float | None) -> float:
    return max((limit for limit in limits if limit is not None), default=np.nan)


def _lowest(*limits: float | None) -> float:
    return min((limit for limit in limits if limit is not None), default=np.nan)
