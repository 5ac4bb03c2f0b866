"""Assumed numbers give way to measured ones; what the request states itself wins over both."""

from collections.abc import Mapping
from dataclasses import dataclass

from feasibility_svc.domain.catalogue.calibration import Calibration, CalibrationKind
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.inputs.context import Context

MEASURED_BY: Mapping[str, tuple[CalibrationKind, str]] = {
    "machine.stiffness_n_per_mm": ("AXIS_PUSH", "machines"),
    "physics.edge_heat_share": ("SCRAP_BURN", "materials"),
    "tool.runout_mm": ("RUNOUT", "tools"),
    "force": ("SPINDLE_POWER", "materials"),
}
"""Keys of measured numbers: the kind of their calibration, and what it is of."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A context with measured numbers in it."""

    context: Context
    sources: Mapping[str, str]
    """Keys of the measured numbers, each with date and person."""
    force_factor: float


def calibrate(context: Context, catalogue: Catalogue, stated: frozenset[str]) -> Calibrated:
    """The context with what the workshop has measured of its machine, material and tool."""
    if not catalogue.calibrations:
        return Calibrated(context, {}, 1.0)
    sources: dict[str, str] = {}
    machine, physics, tool = context.machine, context.physics, context.tool
    push = _of(catalogue, "AXIS_PUSH", "machines", machine.machine_id)
    if push is not None and "machine.stiffness_n_per_mm" not in stated:
        machine = machine.model_copy(update={"stiffness_n_per_mm": push.value})
        sources["machine.stiffness_n_per_mm"] = push.source
    burn = _of(catalogue, "SCRAP_BURN", "materials", context.material.material_id)
    if burn is not None and physics.edge_heat_share is None:
        physics = physics.model_copy(update={"edge_heat_share": burn.value})
        sources["physics.edge_heat_share"] = burn.source
    runout = _of(catalogue, "RUNOUT", "tools", tool.tool_id)
    if runout is not None and "tool.runout_mm" not in stated:
        tool = tool.model_copy(update={"runout_mm": runout.value})
        sources["tool.runout_mm"] = runout.source
    power = _of(catalogue, "SPINDLE_POWER", "materials", context.material.material_id)
    if power is not None and physics.specific_cutting_force_n_per_mm2 is None:
        sources["force"] = power.source
    update = {"machine": machine, "physics": physics, "tool": tool}
    factor = power.value if "force" in sources and power is not None else 1.0
    return Calibrated(context.model_copy(update=update), sources, factor)


def _of(catalogue: Catalogue, kind: str, collection: str, entry_id: str) -> Calibration | None:
    return catalogue.calibration(kind, f"{collection}/{entry_id}") if entry_id else None  # type: ignore[arg-type]
