"""Material efficiency: how much of the stock becomes the part, against what could be reached."""

from dataclasses import dataclass

from feasibility_svc.domain.assessment import Assessment, Findings, NotAssessedError, Recommendation, missing
from feasibility_svc.domain.design import Design, Part, RectanglePart, RingPart
from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.levels import Category, Grade
from feasibility_svc.domain.physics import stock_yield
from feasibility_svc.domain.situation import Situation

GREEN_QUALITY = 0.75


@dataclass(frozen=True, slots=True)
class _Shape:
    """A part as it lies on the stock. [mm, mm2]"""

    net_mm2: float
    width_mm: float
    length_mm: float
    is_ring: bool


class MaterialEfficiency:
    profile = Profile(
        category=Category.BOM_EFFICIENCY,
        weight=0.10,
        mandatory=True,
        description="yield of the stock against an achievable yield",
    )

    def score(self, situation: Situation) -> float:
        score = self.assess(situation.nominal).score
        assert score is not None
        return score

    def assess(self, situation: Situation) -> Assessment:
        width_mm, length_mm = situation.need("stock.width_mm", "stock.length_mm")
        part = _part_of(situation.design)
        count, spacing_mm = _need(part, "count", "spacing_mm")
        shape = _shape_of(part)
        layout = stock_yield.grid(
            stock_width_mm=width_mm,
            stock_length_mm=length_mm,
            cell_width_mm=shape.width_mm,
            cell_length_mm=shape.length_mm,
            spacing_mm=spacing_mm,
        )
        achieved = count * shape.net_mm2 / (width_mm * length_mm)
        reachable = _reachable(shape, spacing_mm, layout.rows)
        quality = achieved / reachable
        findings = Findings(score=stock_yield.quality_score(quality))
        findings.detail("yield", achieved, "", source="net area over stock area")
        findings.detail("reachable_yield", reachable, "")
        findings.detail("capacity", layout.capacity, "")
        findings.detail("quality", quality, "", limit=1.0)
        price = situation.find("stock.price")
        if price is not None:
            findings.detail("price_per_part", price / count, "")
        if count > layout.capacity:
            findings.cap(0.0, f"{count:.0f} parts do not fit: the stock holds {layout.capacity}")
        if part.grain_locked and part.quarter_turned:
            findings.cap(0.0, "the part lies across the grain, which it must not")
        if findings.score < 80 and layout.capacity > count:
            findings.recommendations.append(_recommend(count, quality, layout.capacity))
        return findings.assessment(
            self.profile.category,
            finding=f"{achieved:.0%} of the stock becomes parts, {reachable:.0%} is reachable",
            grade=Grade.A,
        )


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


def _recommend(count: float, quality: float, capacity: int) -> Recommendation:
    wanted = min(capacity, int(-(-count * GREEN_QUALITY // quality)))
    return Recommendation(
        Category.BOM_EFFICIENCY,
        "design.part.count",
        count,
        wanted,
        "",
        f"take {wanted} parts from this stock, or a smaller blank",
    )
