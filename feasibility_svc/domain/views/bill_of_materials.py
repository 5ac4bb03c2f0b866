"""What a design takes: strips and tiles of a rosette, sheets of stock for parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, pi

from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.material_efficiency import nested_parts, part_layout
from feasibility_svc.domain.inputs.design import RosetteRing
from feasibility_svc.domain.physics import stock_yield
from feasibility_svc.domain.physics.nesting import Placed
from feasibility_svc.domain.scoring.assessment import NotAssessedError

STRIP_LENGTH_MM = 800.0
"""Length of a purfling strip as sold [A]. [mm]"""
TRIM_MM = 15.0
"""What is cut off each ply where its ends meet [A]. [mm]"""
PLY_MM = 0.6
"""Thickness of one ply of purfling [A]. [mm]"""
TILE_WASTE = 0.10
"""Share of tiles that break or do not match [A]. [-]"""


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line: how many pieces of what length."""

    item: str
    material_id: str
    count: int
    piece_length_mm: float
    length_mm: float
    used_share: float


@dataclass(frozen=True, slots=True)
class BillOfMaterials:
    """Lines for the rings, sheets for the parts."""

    lines: Sequence[BillLine] = ()
    stock_count: int | None = None
    used_share: float | None = None
    placements: Sequence[Placed] = ()
    price: float | None = None


def bill_of_materials(situation: Situation) -> BillOfMaterials | None:
    """What the design takes; None when it names neither rings nor parts."""
    lines = list(_ring_lines(situation))
    sheets = _sheets(situation)
    if sheets is None:
        return BillOfMaterials(lines) if lines else None
    count, share, placements = sheets
    price = situation.find("stock.price")
    return BillOfMaterials(lines, count, share, placements, None if price is None else price * count)


def _sheets(situation: Situation) -> tuple[int, float, Sequence[Placed]] | None:
    try:
        if situation.design.mixed_parts:
            layout = nested_parts(situation)
            return (layout.sheet_count, layout.used_share, layout.placed) if layout.placed else None
        part = part_layout(situation)
    except NotAssessedError:
        return None
    if not part.capacity:
        return None
    sheets = ceil(part.count / part.capacity)
    return sheets, part.count * part.net_mm2 / (sheets * part.stock_mm2), ()


def _ring_lines(situation: Situation) -> Iterator[BillLine]:
    design = situation.design
    operation = design.rosette_channel or design.rosette_rings
    for number, ring in enumerate(operation.rings if operation is not None else (), start=1):
        if ring.inner_radius_mm is not None and ring.width_mm is not None:
            yield _ring_line(f"ring {number}, {ring.pattern.lower()}", ring, ring.inner_radius_mm, ring.width_mm)


def _ring_line(item: str, ring: RosetteRing, inner_mm: float, width_mm: float) -> BillLine:
    mean_mm = 2 * inner_mm + width_mm
    around_mm = pi * mean_mm
    match ring.pattern:
        case "PURFLING":
            plies = max(1, round(width_mm / PLY_MM))
            needed = stock_yield.purfling_length_mm(mean_diameters_mm=[mean_mm], plies=[plies], trim_mm=TRIM_MM)
            strips = stock_yield.strips_needed(length_mm=needed, strip_length_mm=STRIP_LENGTH_MM)
            used = plies * around_mm / (strips * STRIP_LENGTH_MM)
            return BillLine(item, ring.material_id, strips, STRIP_LENGTH_MM, needed, used)
        case "HERRINGBONE" | "ROPE" | "MOSAIC":
            pitch_mm = width_mm if ring.pattern == "MOSAIC" else width_mm / 2
            tiles = stock_yield.tiles_needed(around_mm=around_mm, pitch_mm=pitch_mm, waste=TILE_WASTE)
            length_mm = tiles * pitch_mm
            return BillLine(item, ring.material_id, tiles, pitch_mm, length_mm, around_mm / length_mm)
        case _:
            across_mm = 2 * (inner_mm + width_mm)
            area = stock_yield.ring_area_mm2(outer_radius_mm=across_mm / 2, inner_radius_mm=inner_mm)
            return BillLine(item, ring.material_id, 1, across_mm, around_mm, area / across_mm**2)
