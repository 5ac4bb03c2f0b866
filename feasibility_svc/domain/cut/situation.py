"""A design in its context with every preset filled in: what the dimensions look at.

A number stated in the request wins over the preset's and counts as measured by the user.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from operator import attrgetter
from types import NoneType
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from feasibility_svc.domain.catalogue.apply_calibration import calibrate
from feasibility_svc.domain.catalogue.catalogue import (
    Catalogue,
    InstrumentModel,
    MachineEntry,
    MaterialEntry,
    Source,
    ToolEntry,
)
from feasibility_svc.domain.catalogue.chip_load_chart import ChartQuery, Window
from feasibility_svc.domain.inputs.context import SAWS, Context, Cut
from feasibility_svc.domain.inputs.design import Design, FretSlots, Operation, SawCut, StraightScale
from feasibility_svc.domain.scoring.assessment import NotAssessedError, UnknownKind, UnknownReason, missing
from feasibility_svc.domain.scoring.levels import Grade, weakest

_GROUPS = ("material", "stock", "tool", "machine", "cut", "physics", "safety_constraints", "workholding", "toolpaths")
Group = TypeVar("Group", bound=BaseModel)
CutKind = Literal["MILLING", "DRILLING", "SAWING"]
"""Kind of cut, which decides the dimensions of a report: a blade saws whatever the operation is called."""


@cache
def _getter(key: str) -> Callable[[Context], Any]:
    """How a number is reached, looked up once per key."""
    return attrgetter(key)


@cache
def _getter_of_all(keys: tuple[str, ...]) -> Callable[[Context], Sequence[Any]]:
    """How several numbers are reached at once."""
    if len(keys) == 1:
        single = attrgetter(keys[0])
        return lambda context: (single(context),)
    return attrgetter(*keys)


@cache
def _grades(sources: tuple[Source, ...], field_name: str) -> Grade:
    """Grade of the weakest source of a field."""
    return weakest(source.grade for source in sources if source.field in {field_name, "*"})


CUT_NUMBERS = (
    "cut.feed_rate_mm_per_min",
    "cut.spindle_speed_rpm",
    "cut.axial_depth_mm",
    "cut.plunge_rate_mm_per_min",
    "cut.radial_width_mm",
)
"""Keys of the numbers of the cut. In `Situation.varied` they may be arrays."""

_DEPTH_FIELDS: Mapping[str, str] = {
    "fret_slots": "slot_depth_mm",
    "facing": "removal_mm",
    "binding_ledge": "ledge_height_mm",
}
"""Field that says how deep an operation goes, where it is not called depth_mm."""
_DERIVED_DEPTHS = frozenset({"v_carve", "radius_board"})


@dataclass(frozen=True)
class Situation:
    """Design and context as the dimensions see them."""

    design: Design
    context: Context
    catalogue: Catalogue
    material_entry: MaterialEntry | None
    tool_entry: ToolEntry | None
    machine_entry: MachineEntry | None
    stated: frozenset[str]
    """Keys of the numbers the request states or the workshop has measured, for example "tool.diameter_mm"."""

    measured: Mapping[str, str] = field(default_factory=dict)
    """Keys of the numbers the workshop has measured, each with date and person."""

    measured_force_factor: float = 1.0
    """Force the workshop has measured over the force of the model. [-]"""

    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What several dimensions need and one computed: the engagement, the force law."""

    origin: "Situation | None" = field(default=None, compare=False, repr=False)
    """The situation this one was varied from; its numbers are those of the request."""

    force_factor: float = 1.0
    """How many times the force of the model is counted; other than 1 only while its uncertainty is explored. [-]"""

    asked: "Situation | None" = field(default=None, compare=False, repr=False)
    """The situation whose numbers this one draws within their tolerances."""

    @property
    def nominal(self) -> "Situation":
        """The situation as requested: what charts and tables are looked up for."""
        return self if self.origin is None else self.origin

    @property
    def as_asked(self) -> "Situation":
        """What geometry looks at, which has a worst case of its own: the numbers of the cut as they were before they
        were drawn within their tolerances, and everything else as requested."""
        asked = self if self.asked is None else self.asked
        if asked.origin is None:
            return asked
        return asked.origin.varied({key: value for key in CUT_NUMBERS if (value := asked.find(key)) is not None})

    def drawn(self, numbers: Mapping[str, float], *, force_factor: float) -> "Situation":
        """This situation with numbers moved within their tolerances."""
        return replace(self.varied(numbers), force_factor=force_factor, asked=self)

    def varied(self, numbers: Mapping[str, float]) -> "Situation":
        """This situation with numbers replaced, each by a float or by an array of one length."""
        groups: dict[str, dict[str, float]] = {}
        for key, value in numbers.items():
            group, name = key.split(".")
            groups.setdefault(group, {})[name] = value
        update = {group: getattr(self.context, group).model_copy(update=fields) for group, fields in groups.items()}
        return replace(
            self,
            context=self.context.model_copy(update=update),
            memo={},
            origin=self.nominal,
        )

    def restated(self, values: Mapping[str, float | str]) -> "Situation":
        """This situation as if the request had stated other values."""
        groups: dict[str, dict[str, float | str]] = {}
        for key, value in values.items():
            group, name = key.split(".")
            groups.setdefault(group, {})[name] = value
        update = {group: getattr(self.context, group).model_copy(update=fields) for group, fields in groups.items()}
        return replace(
            self, context=self.context.model_copy(update=update), memo={}, stated=self.stated | frozenset(values)
        )

    def find(self, key: str) -> float | None:
        """The number with a key such as "cut.spindle_speed_rpm", if it is known."""
        value: float | None = _getter(key)(self.context)
        return value

    def need(self, *keys: str) -> Sequence[float]:
        """The numbers with these keys.

        Raises:
            NotAssessedError: Names every one that is not known.
        """
        values = _getter_of_all(keys)(self.context)
        if NoneType in map(type, values):  # not `None in values`: numbers may be arrays
            gaps = [key for key, value in zip(keys, values, strict=True) if value is None]
            raise NotAssessedError(*(missing(f"context.{key}") for key in gaps))
        return values

    def need_word(self, key: str) -> str:
        """The choice with this key, such as "tool.wear".

        Raises:
            NotAssessedError: It is not known.
        """
        group, field = key.split(".")
        value: str | None = getattr(getattr(self.context, group), field)
        if value is None:
            raise NotAssessedError(missing(f"context.{key}"))
        return value

    def need_design(self, *fields: str) -> Sequence[float]:
        """Numbers of the operation.

        Raises:
            NotAssessedError: Names every one that is not known.
        """
        operation = self.operation
        values = [getattr(operation, field) for field in fields]
        if None in values:
            path = f"design.{self.design.operation_name}"
            gaps = [missing(f"{path}.{field}") for field, value in zip(fields, values, strict=True) if value is None]
            raise NotAssessedError(*gaps)
        return [float(value) for value in values]

    def grade(self, *keys: str) -> Grade:
        """Grade of the weakest of these numbers."""
        return weakest(self._grade_of(key) for key in keys)

    def source(self, key: str) -> str | None:
        """Who says a number: the workshop's own measurement or the request; None for tables and assumptions."""
        return self.measured.get(key) or ("stated in the request" if key in self.stated else None)

    def _grade_of(self, key: str) -> Grade:
        if key in self.stated:
            return Grade.A
        group, field = key.split(".")
        entry = {"material": self.material_entry, "tool": self.tool_entry, "machine": self.machine_entry}.get(group)
        if entry is None:
            return Grade.D
        return _grades(entry.sources, field)

    @cached_property
    def operation(self) -> Operation:
        """What is done."""
        return self.design.operation

    @property
    def is_saw(self) -> bool:
        return self.context.tool.kind in SAWS

    @property
    def cut_kind(self) -> CutKind:
        if self.is_saw:
            return "SAWING"
        return "MILLING" if self.design.drilling is None else "DRILLING"

    @property
    def window(self) -> Window:
        """The chip load window of the cut as requested, before the depth derating.

        Raises:
            NotAssessedError: An input is missing or no chart covers the cut.
        """
        return self.nominal._window

    @cached_property
    def _window(self) -> Window:
        own = self.context.physics.chip_load_window
        if own is not None:
            return Window(own.min_mm, own.max_mm, own.source or "stated in the request", Grade.A)
        (diameter_mm, flute_count) = self.need("tool.diameter_mm", "tool.flute_count")
        return self.catalogue.chip_loads.window(
            ChartQuery(
                tier="SAW" if self.is_saw else self.need_word("machine.tier"),
                tool_kind=self.need_word("tool.kind"),
                flute_count=int(flute_count),
                material_kind=self.need_word("material.kind"),
                genus=self.material_entry.genus if self.material_entry else "",
                diameter_mm=diameter_mm,
                hand_feed=bool(self.context.machine.hand_feed),
            )
        )

    @property
    def operation_depth_mm(self) -> float:
        """How deep the operation goes in all its passes. [mm]

        Raises:
            NotAssessedError: It is not known.
        """
        name = self.design.operation_name
        if name in _DERIVED_DEPTHS:
            path = f"design.{name}"
            raise NotAssessedError(UnknownReason(UnknownKind.OUT_OF_MODEL, path, f"{path} is not assessed yet"))
        depth_mm = self.need_design(_DEPTH_FIELDS.get(name, "depth_mm"))[0]
        channel = self.design.rosette_channel
        further = () if channel is None else channel.further_channels
        return max([depth_mm, *(item.depth_mm for item in further if item.depth_mm is not None)])

    @cached_property
    def depth_of_saw_cut_mm(self) -> float:
        """How deep a blade dips into the work, which is its radial engagement. [mm]"""
        operation = self.operation
        field = "slot_depth_mm" if isinstance(operation, FretSlots) else "depth_mm"
        if not isinstance(operation, FretSlots | SawCut):
            raise NotAssessedError(missing("design.saw_cut"))
        return self.need_design(field)[0]


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
    stated = frozenset(f"{group}.{field}" for group in _GROUPS for field in getattr(context, group).model_fields_set)
    calibrated = calibrate(merged, catalogue, stated)
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
    )


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
