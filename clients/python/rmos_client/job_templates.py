"""Job files to start from, one for each operation: complete, so that they can be judged, and commented."""

from collections.abc import Mapping

ROSETTE, FRETS, POCKET, PROFILE, DRILLING, SAW = "rosette", "fret_slots", "pocket", "profile", "drilling", "saw_cut"
_DESIGNS: Mapping[str, str] = {
    ROSETTE: """\
  rosette_channel:
    soundhole_radius_mm: {soundhole_radius_mm:g}
    inner_radius_mm: {inner_radius_mm:g}       # of the channel
    outer_radius_mm: {outer_radius_mm:g}
    depth_mm: 1.3              # below the face; at most half of the top
""",
    FRETS: """\
  fret_slots:
    fret_count: {fret_count}
    straight: {{scale_length_mm: {scale_length_mm:g}}}   # or fanned: bass and treble scale, perpendicular fret …
    slot_width_mm: 0.584
    slot_depth_mm: 2.5
    nut_width_mm: {nut_width_mm:g}
    heel_width_mm: {heel_width_mm:g}
""",
    POCKET: """\
  pocket:
    length_mm: 76
    width_mm: 56
    depth_mm: 16
    corner_radius_mm: 5        # inner corners: no cutter reaches into smaller ones
""",
    PROFILE: """\
  profile:
    length_mm: 1500            # of the path
    depth_mm: 6
    through: true
    tab_count: 4               # what holds the part at the end
    tab_width_mm: 8
    tab_thickness_mm: 2
""",
    DRILLING: """\
  drilling:
    hole_diameter_mm: 6
    depth_mm: 10
    hole_count: 6
    peck_depth_mm: 5
""",
    SAW: """\
  saw_cut:
    depth_mm: 20               # a cut that goes through is as deep as the stock is thick
    length_mm: 700
    through: true
  part:
    rectangle: {{width_mm: 100, length_mm: 700}}   # what comes off at the fence
    count: 2
    spacing_mm: 3.2            # the kerf
""",
}
_CUTS: Mapping[str, str] = {
    ROSETTE: """\
  tool: {{tool_id: end_mill_3175_down}}
  cut: {{spindle_speed_rpm: 17000, feed_rate_mm_per_min: 1200, axial_depth_mm: 0.65, radial_width_mm: 3.175}}
""",
    FRETS: """\
  tool: {{tool_id: fret_end_mill_0584}}
  cut: {{spindle_speed_rpm: 22000, feed_rate_mm_per_min: 800, axial_depth_mm: 0.5, radial_width_mm: 0.584}}
""",
    POCKET: """\
  tool: {{tool_id: end_mill_6350_down}}
  cut: {{spindle_speed_rpm: 17000, feed_rate_mm_per_min: 1300, axial_depth_mm: 2.7, radial_width_mm: 3.2}}
""",
    PROFILE: """\
  tool: {{tool_id: end_mill_6350_down}}
  cut: {{spindle_speed_rpm: 17000, feed_rate_mm_per_min: 1300, axial_depth_mm: 2, radial_width_mm: 6.35}}
""",
    DRILLING: """\
  tool: {{kind: DRILL, diameter_mm: 6, flute_count: 2, substrate: HSS}}
  cut: {{spindle_speed_rpm: 6000, plunge_rate_mm_per_min: 600}}
""",
    SAW: """\
  tool: {{tool_id: saw_254_24t}}
  cut: {{spindle_speed_rpm: 4000, feed_rate_mm_per_min: 3000, axial_depth_mm: 20}}
""",
}
OPERATIONS = tuple(_DESIGNS)
_USUAL_STOCK = "{width_mm: 300, length_mm: 700, thickness_mm: 20}"
_STOCKS: Mapping[str, str] = {
    ROSETTE: "{width_mm: 410, length_mm: 540, thickness_mm: 2.8}   # a joined top",
    PROFILE: "{width_mm: 300, length_mm: 700, thickness_mm: 6}",
}
"""The stock of an operation, where it is not the usual one."""
USUAL_MACHINE = "shapeoko_3"
MACHINES: Mapping[str, str] = {SAW: "table_saw_10in"}
"""The machine of an operation, where it is not the usual one."""
DEFAULTS: Mapping[str, float] = {
    "soundhole_radius_mm": 50.0,
    "scale_length_mm": 650.0,
    "fret_count": 20,
    "nut_width_mm": 52.0,
    "heel_width_mm": 62.0,
}
_ROSETTE_FROM_HOLE_MM = (3.5, 15.5)


def template(operation: str, *, model: str, material: str, machine: str, numbers: Mapping[str, float]) -> str:
    """The text of a job file.

    Args:
        operation: One of `OPERATIONS`.
        model: Id of the instrument; empty: none.
        material: Id of the material.
        machine: Id of the machine.
        numbers: What is known of the instrument, as in `DEFAULTS`. [mm], but for `fret_count`
    """
    known = {**DEFAULTS, **numbers}
    known["inner_radius_mm"], known["outer_radius_mm"] = (
        known["soundhole_radius_mm"] + distance_mm for distance_mm in _ROSETTE_FROM_HOLE_MM
    )
    named = f"  model_id: {model}\n" if model else ""
    return (
        "# Every field, its unit and what it means when it is left out: rmosctl job schema.\n"
        "# Lengths are in mm, or name their unit: 1/8 in.\n"
        f"name: {operation.replace('_', ' ')}\n"
        f"mode: {operation}\n"
        f"design:\n{_DESIGNS[operation].format(**known)}"
        f"context:\n{named}"
        f"  material: {{material_id: {material}}}\n"
        f"  stock: {_STOCKS.get(operation, _USUAL_STOCK)}\n"
        f"  machine: {{machine_id: {machine}}}\n"
        f"{_CUTS[operation].format()}"
        "  workholding: {method: CLAMPS}   # CLAMPS, SCREWS, VACUUM or TAPE\n"
    )
