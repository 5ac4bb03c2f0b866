"""A design of every operation, and contexts to cut them with, that are taken as they are."""

from collections.abc import Mapping
from typing import Any

from rmos.type.v1 import context_pb2, design_pb2
from rpckit import proto_json
from tests.builders import CONTEXT, FRET_CONTEXT, FRET_SLOTS, ROSETTE

_PART = {"rectangle": {"width_mm": 30.0, "length_mm": 150.0}, "count": 2, "spacing_mm": 3.0}
_RING = {"inner_radius_mm": 46.2, "width_mm": 3.0, "pattern": "HERRINGBONE", "material_id": "ebony_african"}
_SAW = {
    "saw_cut": {"depth_mm": 20.0, "length_mm": 500.0, "end_clearance_mm": 5.0},
    "mixed_parts": [
        _PART,
        {"ring": {"outer_radius_mm": 50.0, "inner_radius_mm": 40.0}, "count": 1, "spacing_mm": 2.0},
    ],
}
_FANNED = {
    "fret_count": 24,
    "fanned": {
        "bass_scale_length_mm": 686.0,
        "treble_scale_length_mm": 648.0,
        "perpendicular_fret": 7.0,
        "nut_string_span_mm": 36.0,
        "bridge_string_span_mm": 52.0,
    },
}
_STATED: dict[str, dict[str, Any]] = {
    "stock": {"price": 40.0},
    "tool": {"wear": "SHARP", "diameter_mm": 3.175, "flute_count": 2, "stickout_mm": 18.0, "substrate": "CARBIDE"},
    "machine": {"stiffness_n_per_mm": 400.0, "acceleration_mm_per_s2": 500.0, "dial_speeds_rpm": [1e4, 17e3, 3e4]},
    "cut": {"tolerance_class": "INLAY", "grain_angle_deg": 90.0, "ambient_temperature_c": 20.0, "time_limit_s": 900.0},
    "physics": {"chip_load_window": {"min_mm": 0.01, "max_mm": 0.1}, "edge_heat_share": 0.5},
    "workholding": {"method": "VACUUM", "vacuum_pressure_mpa": 0.08, "contact_area_mm2": 9e4, "friction": 0.3},
    "toolpaths": {
        "cuts": [{"x_mm": [0.0, 50.0, 50.0], "y_mm": [0.0, 0.0, 50.0], "z_mm": [-1.0, -1.0, -1.0]}],
        "feed_override_percent": 90.0,
    },
    "uncertainty": {"method": "CORNERS", "tolerances": [{"field": "context.tool.runout_mm", "sd": 0.01}]},
}
DESIGNS: list[Mapping[str, Any]] = [
    {**ROSETTE, "rosette_channel": {**ROSETTE["rosette_channel"], "rings": [_RING]}},
    ROSETTE,
    {"rosette_rings": {"rings": [_RING], "depth_mm": 2.0, "through": True}},
    FRET_SLOTS,
    {"fret_slots": {**FRET_SLOTS["fret_slots"], **_FANNED, "straight": None, "fretboard_radius_mm": 400.0}},
    {"pocket": {"length_mm": 80.0, "width_mm": 40.0, "depth_mm": 15.0, "wall_thickness_mm": 5.0}, "part": _PART},
    {"profile": {"length_mm": 900.0, "depth_mm": 5.0, "through": True, "corner_radius_mm": 5.0}, "part": _PART},
    {"drilling": {"hole_diameter_mm": 3.2, "depth_mm": 12.0, "hole_count": 6, "peck_depth_mm": 3.0}, "part": _PART},
    _SAW,
]
CONTEXTS: list[Mapping[str, Any]] = [
    CONTEXT,
    FRET_CONTEXT,
    {**CONTEXT, **{name: {**CONTEXT.get(name, {}), **stated} for name, stated in _STATED.items()}},
    {
        **CONTEXT,
        "tool": {"tool_id": "saw_254_60t", "wear": "SHARP"},
        "machine": {"machine_id": "avid_pro", "hand_feed": True},
    },
]


def design(number: int = 0) -> design_pb2.Design:
    value = {
        name: {key: item for key, item in inner.items() if item is not None} if isinstance(inner, dict) else inner
        for name, inner in DESIGNS[number % len(DESIGNS)].items()
    }
    return proto_json.write(design_pb2.Design, value)


def context(number: int = 0) -> context_pb2.Context:
    return proto_json.write(context_pb2.Context, CONTEXTS[number % len(CONTEXTS)])
