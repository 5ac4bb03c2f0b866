"""What the columns of tool tables are called."""

KINDS = {
    "end mill": "END_MILL", "endmill": "END_MILL", "end": "END_MILL", "flat": "END_MILL", "spiral": "END_MILL",
    "flat end mill": "END_MILL", "straight": "END_MILL", "square": "END_MILL", "router bit": "END_MILL",
    "ball": "BALL_NOSE", "ball nose": "BALL_NOSE", "ballnose": "BALL_NOSE", "ball mill": "BALL_NOSE",
    "ball end mill": "BALL_NOSE", "bull nose": "BULL_NOSE", "bullnose": "BULL_NOSE", "bull nose end mill": "BULL_NOSE",
    "v-bit": "V_BIT", "vbit": "V_BIT", "v bit": "V_BIT", "vee": "V_BIT", "chamfer": "V_BIT", "chamfer mill": "V_BIT",
    "compression": "COMPRESSION", "tapered ball": "TAPERED_BALL", "tapered ball nose": "TAPERED_BALL",
    "drill": "DRILL", "surfacing": "SURFACING", "face mill": "SURFACING", "o-flute": "O_FLUTE", "o flute": "O_FLUTE",
    "saw": "SAW_BLADE", "saw blade": "SAW_BLADE", "fret": "FRET_SLOT_END_MILL",
    "engraving": "ENGRAVING", "engraver": "ENGRAVING",
}  # fmt: skip
NO_TOOLS = {
    "holder": "a holder is not a tool", "probe": "a probe is not a tool", "keyhole": "keyhole bits are not supported",
    "tap": "taps are not supported", "reamer": "reamers are not supported", "dovetail": "dovetails are not supported",
    "thread mill": "thread mills are not supported", "laser": "a laser is not a tool",
    "t-slot": "T-slots are not supported",
}  # fmt: skip
LENGTHS = {
    "diameter": "diameter_mm", "dia": "diameter_mm", "d": "diameter_mm", "cutting diameter": "diameter_mm",
    "flute length": "flute_length_mm", "flutelength": "flute_length_mm", "cutting length": "flute_length_mm",
    "length of cut": "flute_length_mm", "loc": "flute_length_mm", "shank": "shank_diameter_mm",
    "shank diameter": "shank_diameter_mm", "shaft diameter": "shank_diameter_mm", "shaftdiameter": "shank_diameter_mm",
    "stickout": "stickout_mm", "stick-out": "stickout_mm", "stick out": "stickout_mm",
    "tip diameter": "tip_diameter_mm",
    "kerf": "kerf_mm", "corner radius": "corner_radius_mm", "cornerradius": "corner_radius_mm",
    "plate": "plate_thickness_mm",
}  # fmt: skip
ANGLES = {
    "angle": "tip_angle_deg",
    "tip angle": "tip_angle_deg",
    "taper": "taper_angle_deg",
    "taper angle": "taper_angle_deg",
}
FLUTES = {
    "flutes": "flute_count", "flute count": "flute_count", "number of flutes": "flute_count",
    "numflutes": "flute_count",
    "z": "flute_count", "teeth": "flute_count",
}  # fmt: skip
PRESETS = {
    "feedrate": "feed", "feed rate": "feed", "feed": "feed", "cutting feedrate": "feed", "plungerate": "plunge",
    "plunge rate": "plunge", "plunge": "plunge", "plunge feedrate": "plunge", "rpm": "speed", "spindle speed": "speed",
    "speed": "speed", "depth": "stepdown", "stepdown": "stepdown", "depth per pass": "stepdown", "stepover": "stepover",
    "workpiece": "workpiece", "preset name": "preset",
}  # fmt: skip
_WORDS = {
    "guid": "guid", "uuid": "guid", "id": "guid", "name": "name", "description": "name", "tool": "name",
    "number": "number", "nr": "number", "t": "number", "tool number": "number", "type": "type", "kind": "type",
    "unit": "unit", "units": "unit", "metric": "metric", "material": "material", "substrate": "material",
}  # fmt: skip
_ALL = {**_WORDS, **LENGTHS, **ANGLES, **FLUTES, **PRESETS}


def field_of(title: str) -> str:
    """The field of a column; "" for one that is not read.

    >>> field_of("dia"), field_of("shaftdiameter"), field_of("price")
    ('diameter_mm', 'shank_diameter_mm', '')
    """
    return _ALL.get(title, "")
