"""The frets of a board one by one: where each slot lies, how it is cut, and what is its own risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.geometry.fan import STEEPEST_FAN_DEG
from feasibility_svc.domain.geometry.fret_slots import cents_score
from feasibility_svc.domain.inputs.design import FretSlots
from feasibility_svc.domain.physics import fretting
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError
from feasibility_svc.domain.scoring.levels import (
    GREEN_FROM,
    REVIEW_CAP,
    YELLOW_FROM,
    Category,
    RiskLevel,
    level_of,
    worst,
)
from feasibility_svc.domain.verdict.aggregation import LEVELS, ranks_of

_LOWEST: Mapping[RiskLevel, float] = {RiskLevel.GREEN: GREEN_FROM, RiskLevel.YELLOW: YELLOW_FROM}
"""Lowest score of a fret by the level of the dimension behind it."""


@dataclass(frozen=True, slots=True)
class Fret:
    """One slot. Lengths in mm, angles in degrees."""

    number: int
    risk: RiskLevel
    score: float | None
    treble_position_mm: float
    bass_position_mm: float
    angle_deg: float
    slot_length_mm: float
    grain_angle_deg: float
    pitch_error_cents: float | None
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Place:
    treble_mm: float
    bass_mm: float
    angle_deg: float
    length_mm: float
    treble_scale_mm: float


def frets(situation: Situation, assessments: Sequence[Assessment], shared: RiskLevel) -> list[Fret]:
    """Every fret; nothing for other operations, or while the scale is not known.

    Args:
        situation: The board and its cut.
        assessments: What the dimensions say of the cut; a fret is bent no worse than its dimension.
        shared: Level of the cut that all slots share.
    """
    slots = situation.design.fret_slots
    if slots is None or slots.fret_count is None:
        return []
    places = [_place(slots, number) for number in range(1, slots.fret_count + 1)]
    known = [place for place in places if place is not None]
    if len(known) < len(places):
        return []
    bent = next((item.risk for item in assessments if item.category is Category.DEFLECTION), RiskLevel.UNKNOWN)
    bends = _bends(situation, [place.angle_deg for place in known], _LOWEST.get(bent, 0.0))
    return [
        _fret(slots, number, place, bend, shared)
        for number, (place, bend) in enumerate(zip(known, bends, strict=True), start=1)
    ]


def _place(slots: FretSlots, number: int) -> _Place | None:
    fan = slots.fanned
    if fan is not None:
        bass, treble, square = fan.bass_scale_length_mm, fan.treble_scale_length_mm, fan.perpendicular_fret
        span = fan.nut_string_span_mm
        if bass is None or treble is None or square is None or span is None:
            return None
        shift = fretting.fan_shift_mm(bass_scale_mm=bass, treble_scale_mm=treble, perpendicular_fret=square)
        bass_mm = fretting.fret_position_mm(scale_length_mm=bass, fret=number)
        treble_mm = fretting.fret_position_mm(scale_length_mm=treble, fret=number) + shift
        bridge = fan.bridge_string_span_mm or span
        angle_deg = fretting.fan_angle_deg(
            bass_scale_mm=bass,
            treble_scale_mm=treble,
            perpendicular_fret=square,
            fret=number,
            string_span_mm=span + (bridge - span) * (1 - 2 ** (-number / 12)),
        )
        scale_mm = treble
    else:
        if slots.straight is None or slots.straight.scale_length_mm is None:
            return None
        scale_mm = slots.straight.scale_length_mm
        treble_mm = bass_mm = fretting.fret_position_mm(scale_length_mm=scale_mm, fret=number)
        angle_deg = 0.0
    width_mm = _width_mm(slots, (treble_mm + bass_mm) / 2)
    return _Place(treble_mm, bass_mm, angle_deg, width_mm / cos(radians(angle_deg)), scale_mm)


def _width_mm(slots: FretSlots, position_mm: float) -> float:
    """Width of the board at a distance from the nut; 0 while its widths are not known."""
    nut_mm, heel_mm = slots.nut_width_mm or 0.0, slots.heel_width_mm or slots.nut_width_mm or 0.0
    length_mm = slots.board_length_mm
    return nut_mm if not length_mm else nut_mm + (heel_mm - nut_mm) * min(position_mm / length_mm, 1.0)


def _bends(situation: Situation, angles_deg: Sequence[float], lowest: float) -> list[float | None]:
    """Score of the deflection at each slot's own angle to the fibre, `lowest` at least."""
    own: Any = 90.0 - np.abs(np.array(angles_deg))
    try:
        scores = ToolDeflection().score(situation.varied({"cut.grain_angle_deg": own}))
    except NotAssessedError:
        return [None] * len(angles_deg)
    return [max(float(score), lowest) for score in np.broadcast_to(scores, len(angles_deg))]


def _fret(slots: FretSlots, number: int, place: _Place, bend: float | None, shared: RiskLevel) -> Fret:
    reasons = [] if shared is RiskLevel.GREEN else [f"the cut of every slot is {shared}"]
    scores = [100.0 if bend is None else bend]
    if bend is not None and LEVELS[int(ranks_of(np.array(bend)))] is not RiskLevel.GREEN:
        reasons.append("the tool bends too much at this angle to the fibre")
    if abs(place.angle_deg) > STEEPEST_FAN_DEG:
        scores.append(REVIEW_CAP)
        reasons.append(
            f"{abs(place.angle_deg):.1f} degrees off the square, beyond {STEEPEST_FAN_DEG:g} is hard to play"
        )
    cents = _pitch_error_cents(slots, number, place)
    if cents is not None:
        scores.append(cents_score(cents))
        if cents_score(cents) < 80:
            reasons.append(f"{cents:.2f} cents off, 1 cent is the limit")
    score = min(scores)
    unknown = bend is None
    own = RiskLevel.UNKNOWN if unknown else level_of(score)
    return Fret(
        number=number,
        risk=worst((shared, own)),
        score=None if unknown else score,
        treble_position_mm=place.treble_mm,
        bass_position_mm=place.bass_mm,
        angle_deg=place.angle_deg,
        slot_length_mm=place.length_mm,
        grain_angle_deg=90.0 - abs(place.angle_deg),
        pitch_error_cents=cents,
        reasons=reasons,
    )


def _pitch_error_cents(slots: FretSlots, number: int, place: _Place) -> float | None:
    if len(slots.programmed_positions_mm) < number:
        return None
    error_mm = slots.programmed_positions_mm[number - 1] - place.treble_mm
    return fretting.cents_error(scale_length_mm=place.treble_scale_mm, fret=number, error_mm=error_mm)
