"""Rosettes within a profile, constraints first: every proposal keeps the bounds before it is evaluated.

1. draw rings from the profile with a generator of our own, seeded by the request
2. leave out what was proposed before
3. evaluate; leave out what is RED, UNKNOWN or ERROR
4. rank by score, then by order of proposal
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.geometry.rings import GLUE_CLEARANCE_MM
from feasibility_svc.domain.geometry.rosette import LEDGE_MM
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design, Part, RectanglePart, RingPattern, RosetteChannel, RosetteRing
from foundation.abandonment import checkpoint

MOST_ATTEMPTS, LONGEST_S = 200, 60.0
_LEDGE_MM = LEDGE_MM + 1.0
_STEP_MM = 0.1
_GAP_MM = 0.05
"""Room beside each ring. [mm]"""


@dataclass(frozen=True, slots=True)
class RosetteQuery:
    """What is searched. Lengths in mm."""

    profile_id: str
    soundhole_radius_mm: float
    channel_depth_mm: float
    upper_bout_width_mm: float | None
    candidates: int
    attempts: int
    time_limit_s: float
    seed: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rosette that may be cut, and its report."""

    design: Design
    report: Report


@dataclass(frozen=True, slots=True)
class Outcome:
    """The best candidates, and how the search went."""

    candidates: Sequence[Candidate]
    attempts: int
    refused: int
    duplicates: int
    timed_out: bool


class Draw:
    """A linear congruential generator (Knuth's MMIX constants): the same seed draws the same on every machine."""

    def __init__(self, seed: int) -> None:
        self._state = (seed + 1) * 6364136223846793005 % 2**64

    def share(self) -> float:
        """A number from 0 up to but not including 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 11) / 2**53

    def between(self, low: int, high: int) -> int:
        return low + int(self.share() * (high - low + 1))


class RosetteSearch:
    """One search."""

    def __init__(
        self,
        engine: Engine,
        catalogue: Catalogue,
        context: Context,
        query: RosetteQuery,
        *,
        stopwatch: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._catalogue = catalogue
        self._context = context
        self._wanted = query
        self._profile = catalogue.profile(query.profile_id).profile
        self._stopwatch = stopwatch

    def run(self) -> Outcome:
        """Search until the attempts or the time run out.

        Raises:
            EntryNotFoundError: The context names what is not in the catalogue.
        """
        draw, started = Draw(self._wanted.seed), self._stopwatch()
        seen: set[RosetteChannel] = set()
        found: list[Candidate] = []
        attempts = refused = duplicates = 0
        timed_out = False
        while attempts < self._wanted.attempts:
            if self._stopwatch() - started > self._wanted.time_limit_s:
                timed_out = True
                break
            attempts += 1
            checkpoint()
            channel = self._propose(draw)
            if channel in seen:
                duplicates += 1
                continue
            seen.add(channel)
            design = self._design(channel, attempts)
            report = self._engine.evaluate(resolve(design, self._context, self._catalogue))
            if report.verdict.risk.blocks:
                refused += 1
            else:
                found.append(Candidate(design, report))
        ranked = sorted(found, key=lambda item: (item.report.verdict.risk.rank, -(item.report.verdict.score or 0.0)))
        return Outcome(ranked[: self._wanted.candidates], attempts, refused, duplicates, timed_out)

    def _design(self, channel: RosetteChannel, number: int) -> Design:
        """The channel in its top: the part is the whole piece of stock."""
        stock = self._context.stock
        part = None
        if stock.width_mm is not None and stock.length_mm is not None:
            board = RectanglePart(width_mm=stock.width_mm, length_mm=stock.length_mm)
            part = Part(rectangle=board, count=1, spacing_mm=0.0)
        return Design(name=f"{self._wanted.profile_id} rosette {number}", rosette_channel=channel, part=part)

    def _propose(self, draw: Draw) -> RosetteChannel:
        profile = self._profile
        widths = self._widths(draw)
        inner_mm = round(self._wanted.soundhole_radius_mm + _LEDGE_MM, 2)
        edge_mm = inner_mm + _GAP_MM
        rings = []
        for place, width_mm in enumerate(widths):
            pattern = self._pattern(draw, place, len(widths))
            material = profile.palette[draw.between(0, len(profile.palette) - 1)] if profile.palette else ""
            rings.append(
                RosetteRing(inner_radius_mm=round(edge_mm, 2), width_mm=width_mm, pattern=pattern, material_id=material)
            )
            edge_mm += width_mm + _GAP_MM
        return RosetteChannel(
            soundhole_radius_mm=self._wanted.soundhole_radius_mm,
            inner_radius_mm=inner_mm,
            outer_radius_mm=round(edge_mm + 0.01 + _glue_mm(len(widths)) - (len(widths) + 1) * _GAP_MM, 2),
            depth_mm=self._wanted.channel_depth_mm,
            upper_bout_width_mm=self._wanted.upper_bout_width_mm,
            rings=tuple(rings),
        )

    def _widths(self, draw: Draw) -> list[float]:
        """Ring widths whose sum, glue included, keeps the total of the profile; in tenths of a millimetre."""
        profile = self._profile
        fewest = max(profile.min_rings, int(-(-profile.min_total_width_mm // profile.max_ring_width_mm)))
        richest = fewest + round(profile.bias * (profile.max_rings - fewest))
        count = draw.between(fewest, max(richest, fewest))
        room_mm = profile.max_total_width_mm - _glue_mm(count)
        while count > 1 and count * profile.min_ring_width_mm > room_mm:
            count, room_mm = count - 1, profile.max_total_width_mm - _glue_mm(count - 1)
        lowest, highest = profile.min_ring_width_mm, min(profile.max_ring_width_mm, room_mm / count)
        least = max(lowest, min(highest, profile.min_total_width_mm / count))
        steps = max(int((highest - least) / _STEP_MM + 1e-9), 0)  # glue alone may fill a narrow rosette
        return [round(least + draw.between(0, steps) * _STEP_MM, 2) for _ in range(count)]

    def _pattern(self, draw: Draw, place: int, count: int) -> RingPattern:
        """The richest pattern goes into the middle; the rest is solid or purfling."""
        profile = self._profile
        if place == count // 2 and draw.share() < 0.25 + 0.75 * profile.bias:
            if profile.allow_mosaic and draw.share() < 0.5:
                return "MOSAIC"
            if profile.allow_segmented:
                return "HERRINGBONE" if draw.share() < 0.5 else "ROPE"
        return "PURFLING" if draw.share() < profile.bias else "SOLID"


def _glue_mm(rings: int) -> float:
    """Room for glue in a channel with so many rings. [mm]"""
    return max((rings + 1) * _GAP_MM, GLUE_CLEARANCE_MM)
