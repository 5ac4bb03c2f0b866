"""Material efficiency: how much of the stock becomes the part. It informs: left-over wood is no reason not to cut.

Only parts that the stock does not hold, or that lie across the grain though they must not, make it RED.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.dimension import OfEveryOperation, Profile
from feasibility_svc.domain.inputs.design import Design, Part, RectanglePart, RingPart
from feasibility_svc.domain.physics import stock_yield
from feasibility_svc.domain.physics.nesting import Placed, Rectangle, least_sheets, nest
from feasibility_svc.domain.scoring.assessment import (
    Assessment,
    Findings,
    NotAssessedError,
    UnknownKind,
    UnknownReason,
    missing,
)
from feasibility_svc.domain.scoring.levels import Category, Grade

MOST_NESTED = 500
"""Parts nested at most: beyond, nesting would hold up other calls."""
_ACROSS = "the part lies across the grain, which it must not"


@dataclass(frozen=True, slots=True)
class _Shape:
    """A part as it lies on the stock. [mm, mm2]"""

    net_mm2: float
    width_mm: float
    length_mm: float
    is_ring: bool


@dataclass(frozen=True, slots=True)
class PartLayout:
    """One kind of part on the stock. Areas in mm2."""

    count: int
    capacity: int
    net_mm2: float
    stock_mm2: float
    reachable: float


@dataclass(frozen=True, slots=True)
class NestedParts:
    """Different parts on as many sheets as they need."""

    placed: Sequence[Placed]
    """Empty when a part fits on no sheet."""
    sheet_count: int
    least_sheets: int
    used_share: float


class MaterialEfficiency(OfEveryOperation):
    profile = Profile(
        category=Category.BOM_EFFICIENCY,
        weight=0.10,
        mandatory=False,
        information=True,
        description="yield of the stock against an achievable yield",
    )

    def score(self, situation: Situation) -> float:
        score = self.assess(situation.nominal).score
        assert score is not None
        return score

    def assess(self, situation: Situation) -> Assessment:
        return self._mixed(situation) if situation.design.mixed_parts else self._single(situation)

    def _single(self, situation: Situation) -> Assessment:
        layout, part = part_layout(situation), _part_of(situation.design)
        achieved = layout.count * layout.net_mm2 / layout.stock_mm2
        quality = achieved / layout.reachable
        findings = Findings()
        findings.detail("yield", achieved, "", source="net area over stock area")
        findings.detail("reachable_yield", layout.reachable, "")
        findings.detail("capacity", layout.capacity, "")
        findings.detail("quality", quality, "", limit=1.0)
        price = situation.find("stock.price")
        if price is not None:
            findings.detail("price_per_part", price / layout.count, "")
        finding = _use_of_board(layout.count, achieved)
        if layout.capacity > layout.count:
            finding += f"; the stock holds {layout.capacity}"
        if layout.count > layout.capacity:
            held = f"{layout.count} parts do not fit: the stock holds {layout.capacity}"
            finding = held if layout.capacity else "the part does not fit the stock"
            findings.cap(0.0, finding)
        if part.grain_locked and part.quarter_turned:
            findings.cap(0.0, _ACROSS)
            finding = _ACROSS
        return findings.assessment(self.profile.category, finding=finding, grade=Grade.A)

    def _mixed(self, situation: Situation) -> Assessment:
        nested, findings = nested_parts(situation), Findings()
        if not nested.placed:
            findings.cap(0.0, "a part does not fit the stock")
            return findings.assessment(self.profile.category, finding="a part does not fit the stock", grade=Grade.A)
        findings.detail("yield", nested.used_share, "", source="MaxRects nesting")
        findings.detail("sheets", nested.sheet_count, "", limit=1.0)
        findings.detail("least_sheets", nested.least_sheets, "", source="area alone")
        finding = _use_of_board(sum(part.count or 0 for part in situation.design.mixed_parts), nested.used_share)
        if nested.sheet_count > 1:
            finding = f"the parts need {nested.sheet_count} sheets of this stock"
            findings.cap(0.0, finding)
        if any(part.grain_locked and part.quarter_turned for part in situation.design.mixed_parts):
            findings.cap(0.0, _ACROSS)
            finding = _ACROSS
        return findings.assessment(self.profile.category, finding=finding, grade=Grade.A)


def _use_of_board(count: int, share: float) -> str:
    return f"this part uses {share:.0%} of the board" if count == 1 else f"{count} parts use {share:.0%} of the board"


def part_layout(situation: Situation) -> PartLayout:
    """The part of the design on its stock.

    Raises:
        NotAssessedError: Stock, part or number are not known.
    """
    width_mm, length_mm = situation.need("stock.width_mm", "stock.length_mm")
    part = _part_of(situation.design)
    count, spacing_mm = _need(part, "count", "spacing_mm")
    shape = _shape_of(part)
    cells = [(shape.width_mm, shape.length_mm)]
    if not (part.grain_locked or part.quarter_turned):
        cells.append((shape.length_mm, shape.width_mm))
    layouts = [
        stock_yield.grid(
            stock_width_mm=width_mm,
            stock_length_mm=length_mm,
            cell_width_mm=across_mm,
            cell_length_mm=along_mm,
            spacing_mm=spacing_mm,
        )
        for across_mm, along_mm in cells
    ]
    layout = max(layouts, key=lambda layout: layout.capacity)
    reachable = _reachable(shape, spacing_mm, layout.rows)
    return PartLayout(int(count), layout.capacity, shape.net_mm2, width_mm * length_mm, reachable)


def nested_parts(situation: Situation) -> NestedParts:
    """The mixed parts of the design on sheets of its stock.

    Raises:
        NotAssessedError: Stock or parts are not known.
    """
    width_mm, length_mm = situation.need("stock.width_mm", "stock.length_mm")
    rectangles, net_mm2, kerf_mm = [], 0.0, 0.0
    for part in situation.design.mixed_parts:
        (count,) = _need(part, "count")
        shape = _shape_of(part)
        rectangles += [Rectangle(shape.width_mm, shape.length_mm, part.grain_locked)] * int(count)
        net_mm2, kerf_mm = net_mm2 + count * shape.net_mm2, max(kerf_mm, part.spacing_mm or 0.0)
    if len(rectangles) > MOST_NESTED:
        text = f"{len(rectangles)} parts; at most {MOST_NESTED} are nested"
        raise NotAssessedError(UnknownReason(UnknownKind.OUT_OF_MODEL, "design.mixed_parts", text))
    placed = nest(rectangles, stock_width_mm=width_mm, stock_length_mm=length_mm, kerf_mm=kerf_mm)
    least = least_sheets(rectangles, stock_width_mm=width_mm, stock_length_mm=length_mm)
    if placed is None:
        return NestedParts((), 0, least, 0.0)
    sheets = 1 + max(item.sheet_index for item in placed)
    return NestedParts(placed, sheets, least, net_mm2 / (sheets * width_mm * length_mm))


def _part_of(design: Design) -> Part:
    if design.part is not None:
        return design.part
    slots = design.fret_slots
    if slots is not None:
        if slots.heel_width_mm is None or slots.board_length_mm is None:
            raise NotAssessedError(missing("design.part"))
        board = RectanglePart(width_mm=slots.heel_width_mm, length_mm=slots.board_length_mm)
        return Part(rectangle=board, count=1, spacing_mm=0.0, grain_locked=True)
    if design.rosette_rings is not None:
        rings = design.rosette_rings.rings
        edges = [(ring.inner_radius_mm, ring.width_mm) for ring in rings]
        known = [(inner, inner + width) for inner, width in edges if inner is not None and width is not None]
        if len(known) == len(rings):
            ring = RingPart(inner_radius_mm=min(known)[0], outer_radius_mm=max(outer for _, outer in known))
            return Part(ring=ring, count=1, spacing_mm=0.0)
    raise NotAssessedError(missing("design.part"))


def _need(part: Part, *fields: str) -> list[float]:
    values = [getattr(part, field) for field in fields]
    gaps = [missing(f"design.part.{field}") for field, value in zip(fields, values, strict=True) if value is None]
    if gaps:
        raise NotAssessedError(*gaps)
    return [float(value) for value in values]


def _shape_of(part: Part) -> _Shape:
    if part.ring is not None:
        outer, inner = part.ring.outer_radius_mm, part.ring.inner_radius_mm
        if outer is None or inner is None:
            raise NotAssessedError(missing("design.part.ring"))
        area = stock_yield.ring_area_mm2(outer_radius_mm=outer, inner_radius_mm=inner)
        return _Shape(area, 2 * outer, 2 * outer, is_ring=True)
    if part.rectangle is not None:
        width, length = part.rectangle.width_mm, part.rectangle.length_mm
        if width is None or length is None:
            raise NotAssessedError(missing("design.part.rectangle"))
        if part.quarter_turned:
            width, length = length, width
        return _Shape(width * length, width, length, is_ring=False)
    assert part.outline is not None  # Part holds exactly one shape
    points = [(point.x_mm, point.y_mm) for point in part.outline.points]
    across, along = zip(*points, strict=True)
    width, length = max(across) - min(across), max(along) - min(along)
    if part.quarter_turned:
        width, length = length, width
    return _Shape(stock_yield.polygon_area_mm2(points), width, length, is_ring=False)


def _reachable(shape: _Shape, spacing_mm: float, rows: int) -> float:
    if shape.is_ring:
        return stock_yield.ring_reference(
            net_mm2=shape.net_mm2, outer_diameter_mm=shape.width_mm, spacing_mm=spacing_mm, rows=rows
        )
    return shape.net_mm2 / ((shape.width_mm + spacing_mm) * (shape.length_mm + spacing_mm))
