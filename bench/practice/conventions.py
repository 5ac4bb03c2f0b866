"""From a setup to a job (design, context): what stands for what a source leaves unsaid.

What a source states is taken as it is. The rest is what a careful workshop would have: a catalogue's flutes, 10 mm
between flutes and collet, a board a little larger than the part, clamps, dust collection. `machines.json` holds the
machines that are no presets of the catalogue.
"""

import json
from math import radians, tan
from typing import Any

from bench.practice.setup import FOLDER, Setup
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design

Fields = dict[str, Any]
MACHINES: dict[str, Fields] = json.loads((FOLDER / "machines.json").read_text(encoding="utf-8"))
FLUTE_LENGTHS_MM = ((1, 3), (2, 5), (4, 12.7), (8, 22), (10, 25.4))
"""Below which diameter catalogues have which length of flutes; 32 mm up to 13 mm, 20 mm above."""
SHANKS_BETWEEN_SIZES_MM = frozenset({4.7625, 5.5562, 7.9375})
"""Cutters of 3/16, 7/32 and 5/16 in come on the next larger shank."""
PLATES_MM = {152.4: 0.45, 40.0: 0.4, 254.0: 2.2, 305.0: 1.8, 255.0: 2.0}
"""Plate of a blade by its diameter; else 0.7 of the kerf."""
WITHOUT_MOISTURE = frozenset(
    {"acrylic", "aluminium_6061", "brass_360", "carbon_fibre", "mother_of_pearl", "phenolic_paper", "bone"}
)
DEEPEST_IN_ONE_GO = frozenset({"surfacing", "vcarve", "drill", "saw"})
"""Operations that are one pass deep where no depth is stated; the others are two."""
AS_TOLD = {
    "carb_disaster": {"method": "CLAMPS", "clamp_force_n": 150.0, "friction": 0.2},
    "imd_vacuum": {"method": "VACUUM", "vacuum_pressure_mpa": 0.02, "contact_area_mm2": 10_000.0, "friction": 0.3},
}
"""Holding as the report of the failure describes it."""


def job_of(setup: Setup) -> tuple[Design, Context]:
    """The job of a setup, checked as a request would be."""
    design, context = fields_of(setup)
    return Design.model_validate(design), Context.model_validate(context)


def fields_of(setup: Setup) -> tuple[Fields, Fields]:
    """Design and context of a setup as JSON objects."""
    material: Fields = {"material_id": setup.text("material_id")}
    if setup.text("material_id") not in WITHOUT_MOISTURE:
        material["moisture_percent"] = 8.0
    machine_id = setup.text("machine")
    context = {
        "material": material,
        "stock": {
            "width_mm": 190.0,
            "length_mm": 290.0,
            "thickness_mm": max(44.0, _depth_mm(setup) + 6.0),
            "thickness_tolerance_mm": 0.1,
        },
        "tool": _tool(setup),
        "machine": MACHINES.get(machine_id, {"machine_id": machine_id}),
        "cut": _cut(setup),
        "safety_constraints": {"dust_collection_present": True, "stops_present": True},
        "workholding": _workholding(setup),
    }
    part = {"rectangle": {"width_mm": 180.0, "length_mm": 280.0}, "count": 1, "spacing_mm": 6.0}
    return {"name": setup.setup_id, **_operation(setup), "part": part}, context


def _catalogue_flutes_mm(diameter_mm: float) -> float:
    for below_mm, length_mm in FLUTE_LENGTHS_MM:
        if diameter_mm < below_mm:
            return length_mm
    return 32.0 if diameter_mm <= 13 else 20.0


def _depth_mm(setup: Setup) -> float:
    """How deep the operation goes: stated, else one pass or two, two no deeper than the flutes."""
    stated, pass_mm = setup.number("op_depth_mm"), setup.number("depth_pass_mm")
    if stated is not None:
        return stated
    assert pass_mm is not None
    if setup.text("operation") in DEEPEST_IN_ONE_GO:
        return pass_mm
    flutes_mm = setup.number("flute_length_mm") or _catalogue_flutes_mm(setup.stated("diameter_mm"))
    return min(2 * pass_mm, max(flutes_mm, pass_mm))


def _shank_mm(diameter_mm: float) -> float:
    if diameter_mm <= 3.2:
        return 3.175
    if diameter_mm <= 13 and diameter_mm not in SHANKS_BETWEEN_SIZES_MM:
        return diameter_mm
    return 6.35 if diameter_mm < 8 else 12.7


def _wear(setup: Setup) -> str:
    if "dull" in setup.text("assumed").lower():
        return "DULL"
    return "USED" if not setup.works and setup.text("failure").startswith(("burn", "screamed")) else "SHARP"


def _tool(setup: Setup) -> Fields:
    diameter_mm, kind = setup.stated("diameter_mm"), setup.text("tool_kind")
    flutes_mm = setup.number("flute_length_mm") or max(_catalogue_flutes_mm(diameter_mm), _depth_mm(setup))
    tool: Fields = {
        "kind": kind,
        "substrate": setup.text("substrate") or "CARBIDE",
        "wear": _wear(setup),
        "diameter_mm": diameter_mm,
        "flute_count": int(setup.stated("flutes")),
        "flute_length_mm": flutes_mm,
        "stickout_mm": setup.number("stickout_mm") or flutes_mm + 10,
        "shank_diameter_mm": setup.number("shank_mm") or _shank_mm(diameter_mm),
        "center_cutting": True,
        "tip_diameter_mm": setup.number("tip_diameter_mm"),
        "tip_angle_deg": setup.number("tip_angle_deg"),
        "taper_angle_deg": setup.number("taper_angle_deg"),
        "grip_length_mm": setup.number("grip_mm"),
        "flute_direction": setup.text("direction") or None,
    }
    if setup.text("direction") == "COMPRESSION":
        tool["upcut_length_mm"] = min(6.0, diameter_mm)
    if kind == "BULL_NOSE":
        tool["corner_radius_mm"] = 3.0
    if setup.is_saw:
        tool |= _blade(setup)
    return {name: value for name, value in tool.items() if value is not None}


def _blade(setup: Setup) -> Fields:
    diameter_mm, kerf_mm = setup.stated("diameter_mm"), setup.stated("width_mm")
    return {
        "kerf_mm": kerf_mm,
        "plate_thickness_mm": PLATES_MM.get(diameter_mm, 0.7 * kerf_mm),
        "flute_direction": "STRAIGHT",
        "flute_length_mm": 5.0,
        "stickout_mm": 30.0,
        "shank_diameter_mm": 12.7,
        "marked_max_spindle_speed_rpm": 7_000.0 if diameter_mm == 254 else None,
    }


def _width_mm(setup: Setup) -> float:
    """How wide a pass is: stated, else full in slots and profiles, a V's own width, 45 % of the cutter elsewhere."""
    stated, diameter_mm = setup.number("width_mm"), setup.stated("diameter_mm")
    match setup.text("operation"):
        case "drill":
            return diameter_mm
        case _ if stated:
            return stated
        case "slot" | "fret_slot" | "profile":
            return diameter_mm
        case "vcarve":
            half_angle_rad = radians(setup.stated("tip_angle_deg") / 2)
            return setup.stated("tip_diameter_mm") + 2 * setup.stated("depth_pass_mm") * tan(half_angle_rad)
    return 0.45 * diameter_mm


def _cut(setup: Setup) -> Fields:
    feed, plunge = setup.number("feed_mm_min"), setup.number("plunge_mm_min")
    if plunge is None and feed is not None and not setup.is_saw:
        plunge = feed / 3
    fed_the_wrong_way = setup.text("source_id") == "fww_kick"
    cut: Fields = {
        "direction": "CONVENTIONAL" if setup.by_hand and not fed_the_wrong_way else "CLIMB",
        "cooling": "AIR",
        "spindle_speed_rpm": setup.number("rpm"),
        "feed_rate_mm_per_min": feed,
        "plunge_rate_mm_per_min": plunge,
        "axial_depth_mm": setup.number("width_mm" if setup.is_saw else "depth_pass_mm"),
        "radial_width_mm": _width_mm(setup),
        "tolerance_class": "FRET_SLOT" if setup.text("operation") == "fret_slot" else None,
    }
    return {name: value for name, value in cut.items() if value is not None}


def _workholding(setup: Setup) -> Fields:
    told = AS_TOLD.get(setup.text("source_id"))
    if told is not None:
        return told
    if setup.by_hand:
        return {"method": "CLAMPS", "clamp_force_n": 1_500.0, "friction": 0.3}
    strong = setup.text("machine_class") == "industrial"
    return {"method": "CLAMPS", "clamp_force_n": 4_000.0 if strong else 800.0, "friction": 0.25}


def _operation(setup: Setup) -> Fields:
    depth_mm, operation = _depth_mm(setup), setup.text("operation")
    if setup.is_saw:
        return {"saw_cut": {"depth_mm": depth_mm, "length_mm": 200.0}}
    if operation == "drill":
        hole_mm = setup.stated("diameter_mm")
        return {"drilling": {"hole_diameter_mm": hole_mm, "depth_mm": depth_mm, "hole_count": 6}}
    if operation in {"slot", "profile", "fret_slot"}:
        return {"profile": {"length_mm": 1_000.0, "depth_mm": depth_mm, "through": False, **_tabs(setup)}}
    width_mm = max(60.0, 3 * setup.stated("diameter_mm"))
    return {"pocket": {"length_mm": 150.0, "width_mm": width_mm, "depth_mm": depth_mm}}


def _tabs(setup: Setup) -> Fields:
    stated = {name: setup.number(name) for name in ("tab_count", "tab_width_mm", "tab_thickness_mm")}
    return {name: value for name, value in stated.items() if value is not None}
