"""Where moves go: stock, machine, clamps, rapids."""

import numpy as np

from feasibility_svc.domain.gcode import audit_rules as rules
from feasibility_svc.domain.gcode.extents import Box
from feasibility_svc.domain.gcode.geometry import hits, overreach_mm
from feasibility_svc.domain.gcode.judged import Judged
from feasibility_svc.domain.gcode.limits import LEVEL_MM
from feasibility_svc.domain.gcode.moves import Flags, Floats, Kind
from feasibility_svc.domain.gcode.sweep import MATERIAL_MM


def unknown_places(judged: Judged) -> None:
    """Cuts from or to where nobody knows. To go straight to a height above the material is none, with G1 as with G0."""
    moves = judged.moves
    start_x, start_y, _ = moves.starts(0, len(moves))
    clearing = (moves.z_mm >= judged.envelope.top_mm) & _stays(start_x, moves.x_mm) & _stays(start_y, moves.y_mm)
    unknown = judged.feeding & ~judged.shape.known & ~clearing
    judged.note(rules.POSITION_UNKNOWN, unknown, moves.feed_mm_per_min)


def _stays(start: Floats, end: Floats) -> Flags:
    stays: Flags = (start == end) | (np.isnan(start) & np.isnan(end))
    return stays


def stock(judged: Judged) -> None:
    """The tool, not only its axis, stays over the stock while it is below its top."""
    envelope = judged.envelope
    if envelope.stock is None:
        return
    box = envelope.stock.box
    below = judged.feeding & (judged.shape.lowest_mm < envelope.top_mm - LEVEL_MM)
    radius = np.nan_to_num(judged.touching_mm())
    over = overreach_mm(judged.moves, below, Box(box.x_mm, box.y_mm), radius, checkpoint=judged.checkpoint)
    allowed = envelope.max_overrun_mm
    judged.note(rules.OUTSIDE_STOCK, over > allowed + LEVEL_MM, over, limit=allowed)


def machine(judged: Judged) -> None:
    """Every move stays in the machine's travel."""
    travel = judged.envelope.machine.travel
    if travel is None:
        return
    moving = judged.moves.kind != Kind.AWAY
    nothing = np.zeros(len(judged.moves))
    over = overreach_mm(judged.moves, moving, travel.box, nothing, checkpoint=judged.checkpoint)
    judged.note(rules.OUTSIDE_MACHINE, over > LEVEL_MM, over, limit=0.0)


def clamps(judged: Judged) -> None:
    radius = judged.per_tool("diameter_mm") / 2
    boxes = [clamp.box for clamp in judged.envelope.clamps]
    for number, hit in enumerate(hits(judged.moves, boxes, radius, checkpoint=judged.checkpoint), start=1):
        moving = hit & (judged.moves.kind != Kind.AWAY)
        judged.note(rules.CLAMP_HIT, moving, judged.moves.z_mm, text=f"clamp {number}")


def rapids(judged: Judged) -> None:
    """Rapids go through no material, and sideways only at safe heights."""
    moves, cuts = judged.moves, judged.cuts
    rapid = moves.kind == Kind.RAPID
    if cuts is not None:
        rule = rules.NOT_VERIFIABLE_ALONE if judged.cleared_before else rules.RAPID_THROUGH_MATERIAL
        judged.note(rule, rapid & (cuts.met_mm > MATERIAL_MM), cuts.met_mm)
    safe = judged.envelope.safe_z_mm
    if safe is not None:
        low = rapid & (judged.shape.lateral_mm > LEVEL_MM) & (judged.shape.lowest_mm < safe - LEVEL_MM)
        judged.note(rules.RAPID_BELOW_SAFE_Z, low, judged.shape.lowest_mm, limit=safe)
