"""What a person calls the fields of a request."""

import re
from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "cut.spindle_speed_rpm": "spindle speed",
    "cut.feed_rate_mm_per_min": "feed",
    "cut.plunge_rate_mm_per_min": "plunge feed",
    "cut.axial_depth_mm": "depth of pass",
    "cut.radial_width_mm": "stepover",
    "cut.cooling": "cooling",
    "cut.direction": "direction of cut",
    "machine.spindle_power_w": "power of the spindle",
    "machine.spindle_rated_speed_rpm": "rated speed of the spindle",
    "machine.max_feed_rate_mm_per_min": "top feed of the machine",
    "material.kind": "kind of material",
    "material.density_kg_per_m3": "density of the material",
    "tool.kind": "kind of tool",
    "tool.corner_radius_mm": "corner radius of the tool",
    "tool.diameter_mm": "diameter of the tool",
    "tool.flute_count": "number of flutes",
    "tool.flute_direction": "direction of the flutes",
    "tool.kerf_mm": "kerf of the blade",
    "tool.stickout_mm": "stick-out",
    "tool.taper_angle_deg": "taper of the tool",
    "tool.tip_angle_deg": "angle of the bit",
    "tool.tip_diameter_mm": "tip of the tool",
    "tool.wear": "edge",
    "workholding.contact_area_mm2": "area that holds the work",
    "workholding.method": "way the work is held",
}
_OF_DESIGNS: Mapping[str, str] = {
    "design.fret_slots.board_length_mm": "length of the fretboard",
    "design.fret_slots.slot_depth_mm": "depth of the slots",
    "design.v_carve.max_depth_mm": "greatest depth of the carving",
    "design.contour_3d.stepover_mm": "stepover of the carving",
    "design.radius_board.stepover_mm": "stepover of the board",
}
_FURTHER_CHANNEL = re.compile(r"design\.rosette_channel\.further_channels\[(\d+)\]\.\w+")
_UNITS = ("_mm_per_min", "_kg_per_m3", "_n_per_mm", "_percent", "_mm2", "_mpa", "_deg", "_rpm", "_mm", "_w", "_n", "_s")


def field_name(path: str) -> str:
    """A field in words, without article.

    >>> field_name("context.cut.spindle_speed_rpm"), field_name("design.pocket.corner_radius_mm")
    ('spindle speed', 'corner radius')
    """
    known = _NAMES.get(path.removeprefix("context."))
    if known is not None:
        return known
    name = path.rpartition(".")[2]
    unit = next((unit for unit in _UNITS if name.endswith(unit)), "")
    return name.removesuffix(unit).replace("_", " ")


def design_field_name(path: str) -> str:
    """A length of the design in words, without article, with the operation it belongs to.

    >>> design_field_name("design.rosette_channel.depth_mm"), design_field_name("design.fret_slots.board_length_mm")
    ('depth of the rosette channel', 'length of the fretboard')
    >>> design_field_name("design.rosette_channel.further_channels[0].depth_mm")
    'depth of channel 2 of the rosette'
    """
    known = _OF_DESIGNS.get(path)
    if known is not None:
        return known
    if further := _FURTHER_CHANNEL.fullmatch(path):
        return f"{field_name(path)} of channel {int(further[1]) + 2} of the rosette"
    _, group, _ = path.split(".")
    return f"{field_name(path)} of the {group.replace('_', ' ')}"
