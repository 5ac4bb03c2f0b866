"""From a request to a situation: presets, what the operation states of its cut, what the workshop measured."""

from typing import TypeVar

from pydantic import BaseModel

from feasibility_svc.domain.catalogue.apply_calibration import calibrate
from feasibility_svc.domain.catalogue.catalogue import Catalogue, InstrumentModel
from feasibility_svc.domain.cut.operation_cut import CUT_FIELDS, bored, completed_cut
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.inputs.context import Context, Cut
from feasibility_svc.domain.inputs.design import Design, StraightScale

_GROUPS = ("material", "stock", "tool", "machine", "cut", "physics", "safety_constraints", "workholding", "toolpaths")
Group = TypeVar("Group", bound=BaseModel)


def resolve(design: Design, context: Context, catalogue: Catalogue) -> Situation:
    """The situation of a design in a context.

    Raises:
        MaterialNotFoundError, ToolNotFoundError, MachineNotFoundError, ModelNotFoundError: An id names nothing, also
            that of a ring.
    """
    if context.model_id:
        design = complete_from_model(design, catalogue.model(context.model_id))
    for ring in design.rings:
        if ring.material_id:
            catalogue.material(ring.material_id)
    material_entry = catalogue.material(context.material.material_id) if context.material.material_id else None
    tool_entry = catalogue.tool(context.tool.tool_id) if context.tool.tool_id else None
    machine_entry = catalogue.machine(context.machine.machine_id) if context.machine.machine_id else None
    merged = context.model_copy(
        update={
            "cut": _overridden(context),
            "material": _over(material_entry.material, context.material) if material_entry else context.material,
            "tool": _over(tool_entry.tool, context.tool) if tool_entry else context.tool,
            "machine": _over(machine_entry.machine, context.machine) if machine_entry else context.machine,
        }
    )
    drilling, design = design.drilling, bored(design, merged.tool)
    cut = completed_cut(design, merged.tool, merged.cut)
    stated = frozenset(f"{group}.{field}" for group in _GROUPS for field in getattr(context, group).model_fields_set)
    stated |= {f"cut.{field}" for field in CUT_FIELDS if getattr(cut, field) != getattr(merged.cut, field)}
    calibrated = calibrate(merged.model_copy(update={"cut": cut}), catalogue, stated)
    return Situation(
        design,
        calibrated.context,
        catalogue,
        material_entry,
        tool_entry,
        machine_entry,
        stated | calibrated.sources.keys(),
        measured=calibrated.sources,
        measured_force_factor=calibrated.force_factor,
        bored=None if design.drilling == drilling else drilling,
    ).completed()


def complete_from_model(design: Design, model: InstrumentModel) -> Design:
    """The design with the model's geometry where it states none of its own."""
    if design.fret_slots is not None:
        slots = design.fret_slots
        update: dict[str, object] = {
            "fret_count": slots.fret_count or model.fret_count,
            "nut_width_mm": slots.nut_width_mm or model.nut_width_mm,
            "heel_width_mm": slots.heel_width_mm or model.heel_width_mm,
        }
        if slots.straight is None and slots.fanned is None:
            update["straight"] = StraightScale(scale_length_mm=model.scale_length_mm)
        return design.model_copy(update={"fret_slots": slots.model_copy(update=update)})
    if design.rosette_channel is not None and design.rosette_channel.soundhole_radius_mm is None:
        channel = design.rosette_channel.model_copy(update={"soundhole_radius_mm": model.soundhole_radius_mm})
        return design.model_copy(update={"rosette_channel": channel})
    return design


def _overridden(context: Context) -> Cut:
    """The cut as the machine drives it: feeds times the override at its panel."""
    cut, percent = context.cut, context.toolpaths.feed_override_percent
    if percent is None:
        return cut
    feeds = {
        field: value * percent / 100
        for field in ("feed_rate_mm_per_min", "plunge_rate_mm_per_min")
        if (value := getattr(cut, field)) is not None
    }
    return cut.model_copy(update=feeds)


def _over(preset: Group, stated: Group) -> Group:
    """The preset with every stated field in its place."""
    return preset.model_copy(
        update={
            field: value for field in stated.model_fields_set if (value := getattr(stated, field)) not in (None, "", ())
        }
    )
