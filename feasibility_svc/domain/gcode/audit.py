"""Audits the programs of a setup against what was approved.

1. every tool that cuts is found in the plan
2. one height map, of the stock as it is before the first program, is cut by the programs in their order
3. every program is judged: feeds, speeds, depths, stepdown, places, rapids
4. the worst finding decides the outcome; what was not compared is named
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from feasibility_svc.domain.gcode import audit_rules as rules
from feasibility_svc.domain.gcode import limits, whereabouts
from feasibility_svc.domain.gcode.controllers import CONTROLLERS
from feasibility_svc.domain.gcode.cut_time import cut_time
from feasibility_svc.domain.gcode.cutters import Cutter
from feasibility_svc.domain.gcode.envelope import Envelope, PlannedTool
from feasibility_svc.domain.gcode.extents import Box, Reach, extents
from feasibility_svc.domain.gcode.findings import Finding, Findings, Level, of_program, ordered
from feasibility_svc.domain.gcode.geometry import Shape, shape_of
from feasibility_svc.domain.gcode.height_map import CELLS_PER_DIAMETER, CELLS_PER_POINT, HeightMap
from feasibility_svc.domain.gcode.judged import Judged
from feasibility_svc.domain.gcode.measuring import measure
from feasibility_svc.domain.gcode.program import Program
from feasibility_svc.domain.gcode.report import AuditReport, outcome_of
from feasibility_svc.domain.gcode.sweep import MOST_PLACES, Cuts, sweep
from feasibility_svc.domain.gcode.tooling import planned_tools, uses

_OPTIONAL = ("min_spindle_speed_rpm", "max_spindle_speed_rpm", "safe_z_mm", "stock")
_FINEST_SHARE = 40
"""Cells of a pointed tool do not shrink without end at shallow depths, but to those of so small a share of it."""
_CHECKS = (
    whereabouts.unknown_places, limits.feeds, limits.speeds, limits.depths, limits.stepdown,
    whereabouts.stock, whereabouts.machine, whereabouts.clamps, whereabouts.rapids,
)  # fmt: skip


def audit(
    programs: Sequence[Program],
    envelope: Envelope,
    *,
    programs_before: int = 0,
    checkpoint: Callable[[], None] = lambda: None,
) -> AuditReport:
    """Compare the programs of one setup, in their order, with its envelope.

    Args:
        programs: As they were read for the controller of the envelope.
        envelope: What was approved.
        programs_before: How many programs of the setup ran before these and are not shown.
        checkpoint: Called now and then; what it raises ends the audit.
    """
    collected = [Findings() for _ in programs]
    milling = [index for index, program in enumerate(programs) if program.is_milling]
    judged = _prepared(
        [(programs[index], collected[index]) for index in milling], envelope, programs_before, checkpoint
    )
    for item in judged:
        _judge(item)
        checkpoint()
    findings = _together(programs, collected, envelope)
    controller = CONTROLLERS[envelope.controller]
    return AuditReport(
        outcome=outcome_of(findings),
        controller=controller.name,
        is_tested_controller=controller.tested,
        findings=findings,
        programs=tuple(
            measure(item, index, cut_time(item.program, envelope.machine, checkpoint=checkpoint))
            for index, item in zip(milling, judged, strict=True)
        ),
        unchecked=tuple(name for name in _OPTIONAL if getattr(envelope, name) is None),
    )


def _prepared(
    programs: Sequence[tuple[Program, Findings]],
    envelope: Envelope,
    programs_before: int,
    checkpoint: Callable[[], None],
) -> list[Judged]:
    """The programs with their tools, swept one after the other."""
    readable = [program for program, _ in programs]
    used = uses(readable)
    doubtful = any(program.doubt for program in readable)
    chosen = planned_tools(used, envelope.tools, [findings for _, findings in programs], doubtful=doubtful)
    shapes = [shape_of(program.moves) for program in readable]
    tools = [_of(chosen, number) for number in range(len(readable))]
    material = _material(readable, shapes, tools, envelope)
    cleared_before = programs_before > 0
    prepared = []
    for (program, findings), shape, own in zip(programs, shapes, tools, strict=True):
        cuts = _swept(program, shape, material, own, checkpoint)
        prepared.append(Judged(program, envelope, shape, cuts, own, cleared_before, findings, checkpoint))
        cleared_before |= cuts is not None and not cuts.is_complete  # nobody knows what it left
    return prepared


def _of(chosen: dict[tuple[int, int], PlannedTool], program: int) -> dict[int, PlannedTool]:
    return {slot: tool for (number, slot), tool in chosen.items() if number == program}


def _material(
    programs: Sequence[Program], shapes: Sequence[Shape], tools: Sequence[dict[int, PlannedTool]], envelope: Envelope
) -> HeightMap | None:
    """The material the programs can reach; None where no diameter is known, or nothing goes below the top."""
    widths = [
        _width_and_cell(cutter, _deepest(program, shape, slot, envelope.top_mm))
        for program, shape, own in zip(programs, shapes, tools, strict=True)
        for slot, tool in own.items()
        if (cutter := tool.cutter) is not None
    ]
    if not widths:
        return None
    region, length = Box(), 0.0
    for program, shape in zip(programs, shapes, strict=True):
        below = shape.lowest_mm < envelope.top_mm
        region = region.joined(extents(program.moves, below))
        length += float(np.nansum(shape.lateral_mm[below]))
    if region.x_mm is None or region.y_mm is None:
        return None
    region = region.grown(max(width for width, _ in widths) / 2)
    if envelope.stock is not None:
        stock = envelope.stock.box
        region = Box(_within(region.x_mm, stock.x_mm), _within(region.y_mm, stock.y_mm))
    cell = max(min(cell for _, cell in widths), 0.75 * length / MOST_PLACES)
    return HeightMap(region, envelope.top_mm, cell)


def _deepest(program: Program, shape: Shape, slot: int, top_mm: float) -> float:
    """How far below the top a tool goes at most; 0 where it stays above."""
    return max(0.0, top_mm - float(np.nanmin(shape.lowest_mm[program.moves.tool == slot], initial=top_mm)))


def _width_and_cell(cutter: Cutter, depth_mm: float) -> tuple[float, float]:
    """Width of a tool where it stands out of the material, and the cells it asks for."""
    if cutter.is_flat:
        return cutter.diameter_mm, cutter.diameter_mm / CELLS_PER_DIAMETER
    width = max(2 * cutter.radius_at(depth_mm), cutter.diameter_mm / _FINEST_SHARE)
    return width, width / CELLS_PER_POINT


def _within(reach: Reach | None, bounds: Reach | None) -> Reach | None:
    """The common part; an empty one at the bound where there is none."""
    if reach is None or bounds is None:
        return reach
    low, high = (min(max(side, bounds[0]), bounds[1]) for side in reach)
    return low, high


def _swept(
    program: Program,
    shape: Shape,
    material: HeightMap | None,
    tools: dict[int, PlannedTool],
    checkpoint: Callable[[], None],
) -> Cuts | None:
    if material is None:
        return None
    stamps = {
        slot: material.stamp(cutter, _deepest(program, shape, slot, material.top_mm))
        for slot, tool in tools.items()
        if (cutter := tool.cutter) is not None
    }
    return sweep(program.moves, material, stamps, checkpoint=checkpoint) if stamps else None


def _judge(judged: Judged) -> None:
    if judged.cuts is not None and not judged.cuts.is_complete:
        judged.findings.add(rules.SWEEP_INCOMPLETE, 0)
    for check in _CHECKS:
        check(judged)


def _together(programs: Sequence[Program], collected: Sequence[Findings], envelope: Envelope) -> tuple[Finding, ...]:
    """All findings, without the warnings that are switched off."""
    found: list[Finding] = []
    for index, (program, own) in enumerate(zip(programs, collected, strict=True)):
        found.extend(of_program([*program.findings, *own.listed()], index))
    if envelope.missing:
        whole = Findings()
        whole.add(rules.ENVELOPE_INCOMPLETE, 0, ", ".join(envelope.missing))
        found.extend(whole.listed())
    return ordered(_wanted(found, envelope))


def _wanted(found: Iterable[Finding], envelope: Envelope) -> Iterable[Finding]:
    return (item for item in found if item.level > Level.WARNING or item.code not in envelope.switched_off)
