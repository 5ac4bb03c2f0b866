"""What dimensions, levels and assumptions are called in a sentence a luthier understands."""

from collections.abc import Mapping
from math import floor

from feasibility_svc.domain.scoring.levels import Category, RiskLevel, level_of

CALLED: Mapping[Category, str] = {
    Category.CHIPLOAD: "the chip load",
    Category.HEAT: "the heat",
    Category.DEFLECTION: "the deflection of the tool",
    Category.RIMSPEED: "the rim speed",
    Category.BOM_EFFICIENCY: "the use of the stock",
    Category.GEOMETRY: "the geometry",
    Category.SAFETY_CONSTRAINTS: "a limit of the workshop",
    Category.SPINDLE_POWER: "the spindle power",
    Category.CHATTER: "chatter",
    Category.FEED_LIMITS: "what the axes can do",
    Category.TEAR_OUT: "tear-out of the grain",
    Category.WORKHOLDING: "the workholding",
    Category.CUT_TIME: "the cut time",
    Category.CHIP_CLEARANCE: "the room for chips",
    Category.HAND: "what a hand can hold",
    Category.TABS: "what holds the part at the end",
    Category.PRECEDENT: "what others have cut on such a machine",
}
OPENINGS: Mapping[RiskLevel, str] = {
    RiskLevel.GREEN: "GREEN: this may be cut",
    RiskLevel.YELLOW: "YELLOW: have somebody look at it before it is cut",
    RiskLevel.RED: "RED: do not cut this",
    RiskLevel.UNKNOWN: "UNKNOWN: do not cut this before the question is answered",
    RiskLevel.ERROR: "ERROR: the evaluation failed, so do not cut this",
}
CHAINS: Mapping[Category, str] = {
    Category.CHIPLOAD: "Feed over speed and flutes gives the bite of each edge. Too thin, the edge rubs, heats and dulls; "
    "too thick, it tears the grain or breaks.",
    Category.HEAT: "Each edge leaves friction in a thin layer that the next one peels off. Thin chips carry little of it "
    "away, so slow feeds and fast spindles scorch the wood.",
    Category.DEFLECTION: "The force of the cut bends tool and machine sideways. It grows with the depth of the pass and "
    "the bite, the bend with the third power of the stick-out.",
    Category.RIMSPEED: "Diameter times speed is the speed of the rim. Beyond its limit a tool bursts or a blade flutters; "
    "too slow, a blade grabs.",
    Category.BOM_EFFICIENCY: "What the parts cover, over what a full sheet could reach.",
    Category.GEOMETRY: "Tool, reach, corners, walls and what is left of the wood must fit the design.",
    Category.SAFETY_CONSTRAINTS: "The workshop's own limits stand above every computation.",
    Category.SPINDLE_POWER: "Wood removed per second, and every edge rubbing through it, takes power; a slow spindle has "
    "less of it.",
    Category.CHATTER: "A long, thin tool rings. Beyond a certain depth of pass the ringing feeds itself.",
    Category.FEED_LIMITS: "The axes lose steps when feed or force is too high, and a tip plunges badly.",
    Category.TEAR_OUT: "Cutting against the grain lifts fibres, across it crushes them; flutes that lift the seen face "
    "make it worse.",
    Category.WORKHOLDING: "What holds the work must hold twice the force of the cut, and the collet more than two shanks of "
    "the tool.",
    Category.CUT_TIME: "The machine must slow down for corners and arcs, so it takes longer than length over feed.",
    Category.CHIP_CLEARANCE: "In a deep slot the chips have one way out. What stays is cut again, heats up and packs the "
    "flutes.",
    Category.HAND: "A hand feeds unevenly and cannot hold a tool that pulls. Light passes against the rotation stay in "
    "control.",
    Category.TABS: "A part that comes free moves against the tool. Tabs, a thin skin or tape keep it until the end.",
    Category.PRECEDENT: "The physics allows more than anybody has shown to work on machines of this class.",
}
NUMBER_NAMES: Mapping[str, str] = {
    "cut.feed_rate_mm_per_min": "the feed",
    "cut.spindle_speed_rpm": "the spindle speed",
    "cut.axial_depth_mm": "the depth of the pass",
    "cut.radial_width_mm": "the stepover",
    "tool.stickout_mm": "the stick-out",
}
ASSUMPTIONS: Mapping[str, str] = {
    "assumed:tir": "the tool runs out by 0.03 mm in a router and 0.02 mm in other spindles",
    "assumed:wear_used": "the edge is used, neither new nor worn",
    "assumed:burns": "solid wood burns as easily as cherry, boards as slowly as most",
    "assumed:moisture_8": "the wood holds 8 % of moisture",
    "assumed:helix_30": "the helix of the up-cut spiral is 30 degrees",
    "assumed:up_cut": "the flutes pull chips upwards",
    "assumed:tip_0.2": "the tip is 0.2 mm wide",
    "assumed:substrate": "the tool is of carbide, a drill or fret saw of high speed steel",
    "assumed:construction": "how the tool is made follows from its kind, diameter and shank",
    "assumed:flute_length": "the flutes are as long as catalogues have them",
    "assumed:stickout": "the tool sticks out 10 mm more than its flutes",
    "assumed:shank": "the shank is the usual one for the diameter",
    "assumed:plate": "the plate is 0.7 times as thick as the kerf",
    "assumed:tier_hobby": "the machine is a hobby machine",
    "assumed:router": "the spindle is a router",
    "assumed:stiffness": "the machine is half as stiff as is usual for its kind",
    "assumed:axis_force": "the axes push as hard as is usual for such a machine",
    "assumed:clamp_force": "the clamps hold with 800 N, screws with 2000 N",
    "assumed:vacuum": "the vacuum is 0.05 MPa",
    "assumed:friction": "friction on the table is 0.25, under vacuum 0.3",
    "assumed:full_width": "the cutter cuts with its full width",
    "assumed:no_cooling": "nothing cools the cut",
    "assumed:ambient_20_c": "the workshop has 20 degC",
    "assumed:conventional_cut": "the cut is conventional",
    "assumed:mean_grain_angle": "the grain lies at its mean angle to the cut",
    "assumed:rake_25_deg": "the rake angle is the force law's 25 degrees",
    "assumed:top_face": "the top face is the one that is seen",
    "assumed:thickness_tolerance_0.15_mm": "thickness, bow and Z together are within 0.15 mm",
    "beyond_chart:depth": "chip load charts end at three diameters and are held beyond",
    "out_of_model:rho": "the force law is used outside the densities it was measured for",
    "low_confidence:force_model": "a second force law disagrees by more than a factor of 2.5",
    "range:acceleration_unknown": "the acceleration of the machine is not known, so the time is a range",
}


def score_in_words(score: float) -> str:
    """A score without decimals, but with one where it would read as another level's.

    >>> score_in_words(79.6), score_in_words(80.0), score_in_words(49.7)
    ('79.6', '80', '49.7')
    """
    return f"{score:.0f}" if level_of(float(f"{score:.0f}")) is level_of(score) else f"{floor(10 * score) / 10:.1f}"
