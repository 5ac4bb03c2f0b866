"""A design in its context with every preset filled in: what the dimensions look at.

A number stated in the request wins over the preset's and counts as measured by the user.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from operator import attrgetter
from types import NoneType
from typing import Any, Literal

from feasibility_svc.domain.catalogue.catalogue import (
    Catalogue,
    MachineEntry,
    MaterialEntry,
    Source,
    ToolEntry,
)
from feasibility_svc.domain.cut.assumed_values import assume
from feasibility_svc.domain.cut.operation_cut import board_sagitta_mm, v_carve_depth_mm
from feasibility_svc.domain.inputs.context import SAWS, Context
from feasibility_svc.domain.inputs.design import Design, Drilling, FretSlots, Operation, SawCut, with_field
from feasibility_svc.domain.inputs.material_class import MaterialClass, material_class
from feasibility_svc.domain.scoring.assessment import NotAssessedError, missing, unknown_material
from feasibility_svc.domain.scoring.levels import Grade, weakest
from feasibility_svc.domain.scoring.numeric import minimum

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

    measured: Mapping[str, str]
    """Keys of the numbers the workshop has measured, each with date and person."""

    measured_force_factor: float
    """Force the workshop has measured over the force of the model. [-]"""

    memo: dict[str, Any] = field(default_factory=dict, repr=False)
    """What several dimensions need and one computed: the engagement, the force law."""

    origin: "Situation | None" = field(default=None, repr=False)
    """The situation this one was varied from; its numbers are those of the request."""

    assumed: Mapping[str, str] = field(default_factory=dict)
    """Keys of what nobody states and a usual value stands for, each with its name in reports."""

    force_factor: float = 1.0
    """How many times the force of the model is counted; other than 1 only while its uncertainty is explored. [-]"""

    bored: Drilling | None = None
    """The holes as requested, where the tool cuts something else of them: a pocket, or their counterbore."""

    remainder_mm: float | None = None
    """What an earlier step of the job left over a carved surface; None where none roughed it. [mm]"""

    asked: "Situation | None" = field(default=None, repr=False)
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
            groups.setdefault(group, {})[name] = self._within_operation(key, value)
        update = {group: getattr(self.context, group).model_copy(update=fields) for group, fields in groups.items()}
        return replace(
            self,
            context=self.context.model_copy(update=update),
            memo={},
            origin=self.nominal,
        )

    def _within_operation(self, key: str, value: Any) -> Any:
        """A number of the cut, no more than the operation leaves room for: a ledge is as wide as it is."""
        ledge = self.design.binding_ledge
        if key != "cut.radial_width_mm" or value is None or ledge is None or ledge.ledge_width_mm is None:
            return value
        return minimum(value, ledge.ledge_width_mm)

    def restated(self, values: Mapping[str, float | str]) -> "Situation":
        """This situation as if the request had stated other values; what rests on them is assumed anew."""
        groups: dict[str, dict[str, float | str | None]] = {}
        for key, value in {**dict.fromkeys(self.assumed), **values}.items():
            group, name = key.split(".")
            groups.setdefault(group, {})[name] = self._within_operation(key, value)
        update = {group: getattr(self.context, group).model_copy(update=fields) for group, fields in groups.items()}
        stated = self.stated | frozenset(values)
        return replace(
            self, context=self.context.model_copy(update=update), memo={}, stated=stated, assumed={}
        ).completed()

    def redesigned(self, path: str, value: Any) -> "Situation":
        """This situation with one field of its operation changed, such as "design.pocket.depth_mm".

        A pass that fitted is no deeper than what is left of the operation, and of its shallowest channel.
        """
        design = with_field(self.design, path.removeprefix("design."), value)
        changed = replace(self, design=design, memo={}).restated({})
        pass_mm = changed.find("cut.axial_depth_mm")
        if pass_mm is None or not min(changed._depths_mm) < pass_mm <= min(self._depths_mm):
            return changed
        return changed.restated({"cut.axial_depth_mm": min(changed._depths_mm)})

    def completed(self) -> "Situation":
        """This situation with usual values for what nobody states."""
        try:
            depth_mm = self.operation_depth_mm
        except NotAssessedError:
            depth_mm = None
        filled = assume(self.design, self.context, depth_mm=depth_mm)
        return replace(self, context=filled.context, memo={}, assumed=filled.names)

    @property
    def sampled(self) -> "Situation":
        """This situation with the tolerances of its inputs sampled."""
        uncertainty = self.context.uncertainty.model_copy(update={"method": "SAMPLED"})
        return replace(self, context=self.context.model_copy(update={"uncertainty": uncertainty}), memo={})

    def known(self, key: str) -> float | None:
        """The number with a key, if the request or a preset states it or the workshop has measured it."""
        return None if key in self.assumed else self.find(key)

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
        if key in self.assumed:
            return Grade.D
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
    def material_class(self) -> MaterialClass:
        """What the material cuts like; without a kind OTHER, where the request states what it bears.

        Raises:
            NotAssessedError: Neither is known.
        """
        kind, physics = self.context.material.kind, self.context.physics
        if kind is not None:
            return material_class(kind)
        stated = (physics.chip_load_window, physics.specific_cutting_force_n_per_mm2, physics.edge_force_n_per_mm)
        if None in stated:
            raise NotAssessedError(unknown_material())
        return MaterialClass.OTHER

    @property
    def operation_depth_mm(self) -> float:
        """How deep the operation goes in all its passes. [mm]

        Raises:
            NotAssessedError: It is not known.
        """
        return max(self._depths_mm)

    @property
    def _depths_mm(self) -> Sequence[float]:
        """How deep the operation goes, and each further channel of a rosette that has a depth of its own."""
        name = self.design.operation_name
        if self.design.v_carve is not None:
            return [v_carve_depth_mm(self.design.v_carve, self.context.tool)]
        if self.design.radius_board is not None:
            return [board_sagitta_mm(self.design.radius_board)]
        depth_mm = self.need_design(_DEPTH_FIELDS.get(name, "depth_mm"))[0]
        channel = self.design.rosette_channel
        further = () if channel is None else channel.further_channels
        return [depth_mm, *(item.depth_mm for item in further if item.depth_mm is not None)]

    @cached_property
    def depth_of_saw_cut_mm(self) -> float:
        """How deep a blade dips into the work, which is its radial engagement. [mm]"""
        operation = self.operation
        field = "slot_depth_mm" if isinstance(operation, FretSlots) else "depth_mm"
        if not isinstance(operation, FretSlots | SawCut):
            raise NotAssessedError(missing("design.saw_cut"))
        return self.need_design(field)[0]
