"""What is taken for a number or a word that neither the request nor a preset states.

Each value lies at the careful end of what is usual, so that stating a usual one never makes a verdict worse; carbide
and catalogue lengths are what the trade sells. All of them are assumptions [A].
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feasibility_svc.domain.inputs.context import SAWS, Context, Tool
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.numeric import Node

_SOLID_WOOD = frozenset({"SOFTWOOD", "HARDWOOD"})
_MOIST = _SOLID_WOOD | {"PLYWOOD", "MDF", "PARTICLEBOARD"}
_V_BITS = frozenset({"V_BIT", "ENGRAVING"})
_STRAIGHT = _V_BITS
_HSS_KINDS = frozenset({"DRILL", "FRET_SAW_BLADE"})
_FULL_WIDTH = frozenset({"rosette_channel", "rosette_rings", "profile", "fret_slots"})
_FLUTE_LENGTHS: Sequence[Node] = ((1.0, 3.0), (2.0, 5.0), (4.0, 12.7), (8.0, 22.0), (10.0, 25.4))
"""Catalogue lengths of cutters below a diameter. [mm]"""
_LONGEST_OF_SPIRALS, _FLUTES_OF_LARGE = (13.0, 32.0), 20.0
_COLLET_MM = 10.0
"""Bare shank below the collet. [mm]"""
_STIFFNESS = {"HOBBY": 500.0, "BENCHTOP": 2_000.0, "INDUSTRIAL": 7_500.0}
"""Half of what machines of a tier have. [N/mm]"""
_AXIS_FORCE = {"HOBBY": 89.0, "BENCHTOP": 200.0, "INDUSTRIAL": 800.0}
"""Push of an axis. [N]"""
_CLAMP_FORCE = {"CLAMPS": 800.0, "SCREWS": 2_000.0}
"""Sum of the forces. [N]"""
_FRICTION = {"CLAMPS": 0.25, "SCREWS": 0.25, "VACUUM": 0.3}
_PLATE_SHARE = 0.7
"""Plate over kerf of a blade. [-]"""


@dataclass(frozen=True, slots=True)
class _Given:
    """What is known when a value is looked for: the context with all earlier ones filled in."""

    design: Design
    context: Context
    depth_mm: float | None
    """How deep the operation goes; None while that is not known."""

    @property
    def tool(self) -> Tool:
        return self.context.tool

    @property
    def saws(self) -> bool:
        return self.tool.kind in SAWS

    @property
    def mills(self) -> bool:
        return not self.saws and self.design.drilling is None

    @property
    def in_wood_or_board(self) -> bool:
        return self.context.material.kind in _MOIST


_Rule = Callable[[_Given], Any]


@dataclass(frozen=True, slots=True)
class Assumed:
    """A context without the gaps that a usual value fills."""

    context: Context
    names: Mapping[str, str]
    """Keys of the values filled in, each with the name it has in reports."""


def assume(design: Design, context: Context, *, depth_mm: float | None) -> Assumed:
    """The context with usual values where it states none.

    Args:
        design: What is cut.
        context: With what, presets filled in.
        depth_mm: How deep the operation goes. [mm]
    """
    names = {}
    for key, name, rule in _RULES:
        group, field = key.split(".")
        if getattr(getattr(context, group), field) is not None:
            continue
        value = rule(_Given(design, context, depth_mm))
        if value is None:
            continue
        context = context.model_copy(update={group: getattr(context, group).model_copy(update={field: value})})
        names[key] = name
    return Assumed(context, names)


def construction(tool: Tool) -> str | None:
    """How a tool is made when nobody says so: blades are plates, stout heads on thin shanks brazed, others solid."""
    diameter_mm, shank_mm = tool.diameter_mm, tool.shank_diameter_mm
    if tool.kind in SAWS:
        return "PLATE"
    if diameter_mm is None or tool.kind is None:
        return None
    stout = shank_mm is not None and diameter_mm > 6.35 + 1e-6 and diameter_mm > 1.35 * shank_mm + 1e-6
    brazed = tool.kind == "SURFACING" or diameter_mm > 12.7 + 1e-6 or stout
    return "BRAZED" if brazed else "SOLID"


def _flute_length_mm(given: _Given) -> float | None:
    diameter_mm = given.tool.diameter_mm
    if given.saws or diameter_mm is None:
        return None
    usual_mm = next((length for below, length in _FLUTE_LENGTHS if diameter_mm < below), None)
    if usual_mm is None:
        widest_mm, length_mm = _LONGEST_OF_SPIRALS
        usual_mm = length_mm if diameter_mm <= widest_mm else _FLUTES_OF_LARGE
    return max(usual_mm, given.depth_mm or 0.0)


def _stickout_mm(given: _Given) -> float | None:
    flute_mm = given.tool.flute_length_mm
    return None if given.saws or flute_mm is None else flute_mm + _COLLET_MM


def _shank_mm(given: _Given) -> float | None:
    diameter_mm = given.tool.diameter_mm
    if given.saws or diameter_mm is None:
        return None
    if diameter_mm <= 3.2:
        return 3.175
    return diameter_mm if diameter_mm <= 13.0 else 12.7


def _flute_direction(given: _Given) -> str | None:
    """V-bits have no helix; a compression spiral says what it is by its kind."""
    kind = given.tool.kind
    if not given.mills or kind is None:
        return None
    if kind == "COMPRESSION":
        return "COMPRESSION"
    return "STRAIGHT" if kind in _STRAIGHT else "UP"


def _burn_class(given: _Given) -> int | None:
    """The class of the woods that burn first; boards are in none."""
    if not given.in_wood_or_board:
        return None
    return 2 if given.context.material.kind in _SOLID_WOOD else 0


def _plate_mm(given: _Given) -> float | None:
    kerf_mm = given.tool.kerf_mm
    return _PLATE_SHARE * kerf_mm if given.saws and kerf_mm else None


def _full_width_mm(given: _Given) -> float | None:
    return given.tool.diameter_mm if given.mills and given.design.operation_name in _FULL_WIDTH else None


def _substrate(given: _Given) -> str | None:
    return None if given.tool.kind is None else "HSS" if given.tool.kind in _HSS_KINDS else "CARBIDE"


def _runout_mm(given: _Given) -> float | None:
    return None if not given.mills else 0.03 if given.context.machine.spindle_kind == "ROUTER" else 0.02


def _axis_force_n(given: _Given) -> float | None:
    by_hand = bool(given.context.machine.hand_feed)
    return _AXIS_FORCE[given.context.machine.tier or "HOBBY"] if given.mills and not by_hand else None


_RULES: Sequence[tuple[str, str, _Rule]] = (
    ("tool.wear", "assumed:wear_used", lambda given: "USED"),
    ("cut.cooling", "assumed:no_cooling", lambda given: "NONE" if given.in_wood_or_board and given.mills else None),
    (
        "cut.direction",
        "assumed:conventional_cut",
        lambda given: "CONVENTIONAL" if given.context.material.kind in _SOLID_WOOD and given.mills else None,
    ),
    ("machine.spindle_kind", "assumed:router", lambda given: "ROUTER"),
    ("tool.runout_mm", "assumed:tir", _runout_mm),
    ("material.moisture_percent", "assumed:moisture_8", lambda given: 8.0 if given.in_wood_or_board else None),
    ("material.burn_class", "assumed:burns", _burn_class),
    ("tool.flute_direction", "assumed:up_cut", _flute_direction),
    (
        "tool.helix_angle_deg",
        "assumed:helix_30",
        lambda given: 30.0 if given.mills and given.tool.flute_direction == "UP" else None,
    ),
    ("tool.tip_diameter_mm", "assumed:tip_0.2", lambda given: 0.2 if given.tool.kind in _V_BITS else None),
    ("tool.substrate", "assumed:substrate", _substrate),
    ("tool.shank_diameter_mm", "assumed:shank", _shank_mm),
    ("tool.construction", "assumed:construction", lambda given: construction(given.tool)),
    ("tool.flute_length_mm", "assumed:flute_length", _flute_length_mm),
    ("tool.stickout_mm", "assumed:stickout", _stickout_mm),
    ("tool.plate_thickness_mm", "assumed:plate", _plate_mm),
    ("machine.tier", "assumed:tier_hobby", lambda given: "HOBBY"),
    (
        "machine.stiffness_n_per_mm",
        "assumed:stiffness",
        lambda given: _STIFFNESS[given.context.machine.tier or "HOBBY"] if given.mills else None,
    ),
    (
        "machine.lateral_force_limit_n",
        "assumed:axis_force",
        _axis_force_n,
    ),
    (
        "workholding.clamp_force_n",
        "assumed:clamp_force",
        lambda given: _CLAMP_FORCE.get(given.context.workholding.method or ""),
    ),
    (
        "workholding.vacuum_pressure_mpa",
        "assumed:vacuum",
        lambda given: 0.05 if given.context.workholding.method == "VACUUM" else None,
    ),
    (
        "workholding.friction",
        "assumed:friction",
        lambda given: _FRICTION.get(given.context.workholding.method or ""),
    ),
    ("cut.radial_width_mm", "assumed:full_width", _full_width_mm),
)
"""Key, name in reports and rule of each value, in an order in which a rule finds what it needs."""
