"""A fanned scale: do its numbers belong together, do its slots stay apart, do its strings stay on the board?"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from feasibility_svc.domain.geometry.check import SAME_MM, Check, Found, must, should
from feasibility_svc.domain.inputs.design import FannedScale, FretSlots
from feasibility_svc.domain.physics import fretting
from feasibility_svc.domain.scoring.assessment import NotAssessedError, missing

STEEPEST_FAN_DEG = 12.0


class Fan(NamedTuple):
    """A fanned scale of which everything is known. Lengths in mm."""

    bass_mm: float
    treble_mm: float
    square: float
    nut_span_mm: float
    bridge_span_mm: float
    fret_count: int

    def span_mm(self, fret: int) -> float:
        """Distance of the outer strings at a fret."""
        return self.nut_span_mm + (self.bridge_span_mm - self.nut_span_mm) * (1 - 2 ** (-fret / 12))

    def angle_deg(self, fret: int) -> float:
        """How far a fret stands off the square."""
        return fretting.fan_angle_deg(
            bass_scale_mm=self.bass_mm,
            treble_scale_mm=self.treble_mm,
            perpendicular_fret=self.square,
            fret=fret,
            string_span_mm=self.span_mm(fret),
        )

    @property
    def shift_mm(self) -> float:
        """How far the treble end of the nut lies behind its bass end, from which positions are measured."""
        return fretting.fan_shift_mm(
            bass_scale_mm=self.bass_mm, treble_scale_mm=self.treble_mm, perpendicular_fret=self.square
        )

    def ends_mm(self, fret: int, reach: float) -> tuple[float, float]:
        """Where a slot meets the edges of the board, `reach` string distances beyond the outer strings."""
        treble_mm = fretting.fret_position_mm(scale_length_mm=self.treble_mm, fret=fret) + self.shift_mm
        bass_mm = fretting.fret_position_mm(scale_length_mm=self.bass_mm, fret=fret)
        slope = bass_mm - treble_mm
        return treble_mm - reach * slope, bass_mm + reach * slope


def read_fan(scale: FannedScale, fret_count: int) -> Fan:
    """The scale with everything it needs.

    Raises:
        NotAssessedError: Something is not given.
    """
    names = ("bass_scale_length_mm", "treble_scale_length_mm", "perpendicular_fret", "nut_string_span_mm")
    values = [getattr(scale, name) for name in names]
    for name, value in zip(names, values, strict=True):
        if value is None:
            raise NotAssessedError(missing(f"design.fret_slots.fanned.{name}"))
    bass_mm, treble_mm, square, nut_span_mm = values
    return Fan(bass_mm, treble_mm, square, nut_span_mm, scale.bridge_string_span_mm or nut_span_mm, fret_count)


def checks(slots: FretSlots, fan: Fan) -> Iterator[Found]:
    """Every check of a fanned scale."""
    yield direction(fan)
    yield perpendicular(fan)
    yield bridge(fan)
    yield from strings(slots, fan)
    for fret in crossings(slots, fan)[:1]:
        yield crossing(fret)
    steepest, at = max((abs(fan.angle_deg(fret)), fret) for fret in range(fan.fret_count + 1))
    yield should(
        "fan_angle",
        holds=steepest <= STEEPEST_FAN_DEG,
        value=steepest,
        limit=STEEPEST_FAN_DEG,
        unit="deg",
        text=f"fret {at} stands {steepest:.1f} degrees off the square, beyond {STEEPEST_FAN_DEG:g} is hard to play",
    )


def direction(fan: Fan) -> Check:
    return must(
        "fan_direction",
        holds=fan.bass_mm >= fan.treble_mm,
        value=fan.bass_mm,
        limit=fan.treble_mm,
        text=f"the bass scale of {fan.bass_mm:g} mm is shorter than the treble scale of {fan.treble_mm:g} mm",
    )


def perpendicular(fan: Fan) -> Check:
    return must(
        "perpendicular_fret",
        holds=fan.square <= fan.fret_count,
        value=fan.square,
        limit=float(fan.fret_count),
        unit="",
        text=f"fret {fan.square:g} is to stand square on a board of {fan.fret_count} frets",
    )


def bridge(fan: Fan) -> Check:
    """Strings run apart towards the bridge; the other way round two numbers were exchanged."""
    return must(
        "bridge_string_span",
        holds=fan.bridge_span_mm >= fan.nut_span_mm,
        value=fan.bridge_span_mm,
        limit=fan.nut_span_mm,
        text=f"the strings stand {fan.bridge_span_mm:g} mm apart at the bridge and {fan.nut_span_mm:g} mm at the nut",
    )


def strings(slots: FretSlots, fan: Fan) -> Iterator[Check]:
    """The outer strings stay over the board, at the nut and at the last fret."""
    for where, span_mm, board_mm in (
        ("the nut", fan.nut_span_mm, slots.nut_width_mm),
        (f"fret {fan.fret_count}", fan.span_mm(fan.fret_count), slots.heel_width_mm),
    ):
        if board_mm is not None:
            yield must(
                "string_span",
                holds=span_mm <= board_mm + SAME_MM,
                value=span_mm,
                limit=board_mm,
                text=f"the strings stand {span_mm:.1f} mm apart at {where}, where the board is {board_mm:g} mm wide",
            )


def crossings(slots: FretSlots, fan: Fan) -> Sequence[int]:
    """Frets whose slot crosses the slot before it within the board."""
    widest_mm = max(slots.widest_mm, fan.nut_span_mm)
    reach = (widest_mm - fan.nut_span_mm) / 2 / fan.nut_span_mm
    return [
        number
        for number, (before, after) in enumerate(
            pairwise([fan.ends_mm(fret, reach) for fret in range(1, fan.fret_count + 1)]), start=2
        )
        if any(later <= earlier for earlier, later in zip(before, after, strict=True))
    ]


def crossing(fret: int) -> Check:
    """A slot that crosses the one before it."""
    text = f"slot {fret} crosses the slot before it at the edge of the board"
    return must("crossing", holds=False, value=float(fret), limit=0.0, unit="", text=text)
