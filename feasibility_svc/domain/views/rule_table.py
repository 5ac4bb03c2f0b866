"""The rules F001 to F041: level, bound, hint, and the physics each of them is a view of."""

from collections.abc import Sequence
from itertools import pairwise

from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.views.rule import Rule, over, times, under
from feasibility_svc.domain.views.rule_inputs import RuleInputs

RED, YELLOW = RiskLevel.RED, RiskLevel.YELLOW


def _resin(given: RuleInputs) -> str | None:
    if not given.resinous:
        return None
    if given.is_very_hard:
        return "very hard and resinous wood"
    small_and_dry = given.tool_mm is not None and given.tool_mm < 3.0 and given.is_dry
    return f"resinous wood with a dry {given.tool_mm:g} mm tool" if small_and_dry else None


def _changed_feed(given: RuleInputs) -> str | None:
    percent = given.feed_override_percent
    return None if percent is None or 80 <= percent <= 120 else f"feed override at {percent:g} %"


_BORDER = "Refused at the border with INVALID_FIELDS, so that no such record exists."
_PHYSICS = "The verdict comes from the physics; the old bound is shown for comparison."


def _refused(_: RuleInputs) -> None:
    """Nothing that the border refuses can fire."""


RULES: Sequence[Rule] = (
    Rule(
        "F001",
        RED,
        "tool diameter not positive",
        "state the diameter of the tool",
        Category.GEOMETRY,
        _BORDER,
        _refused,
    ),
    Rule(
        "F002",
        RED,
        "stepover not positive, or over 0.95 of the tool outside slots",
        "step over by half the tool",
        Category.GEOMETRY,
        "Beyond 0.95 the passes leave ridges between them. A check of the geometry.",
        lambda g: None if g.is_slot else over(g.stepover, 0.95, "stepover of {value:.2f} tool diameters"),
    ),
    Rule("F003", RED, "stepdown not positive", "state the depth of a pass", Category.GEOMETRY, _BORDER, _refused),
    Rule(
        "F004",
        RED,
        "rough depth not below the surface",
        "give depths as positive numbers",
        Category.GEOMETRY,
        "Depths are positive numbers below the face; what is not positive is refused at the border.",
        _refused,
    ),
    Rule(
        "F005",
        RED,
        "safe height not above the work",
        "retract above the work",
        Category.GEOMETRY,
        "Rapid moves at or below the face cut at full speed. A check of the geometry.",
        lambda g: under(g.safe_height_mm, 1e-12, "safe height {value:g} mm"),
    ),
    Rule(
        "F006",
        RED,
        "no closed path",
        "close the outlines",
        Category.GEOMETRY,
        "Without a closed path there is nothing to cut around. A check of the geometry.",
        lambda g: "no path is closed" if g.closed_path_count == 0 else None,
    ),
    Rule(
        "F007",
        RED,
        "no loops",
        "give the paths of the job",
        Category.GEOMETRY,
        "A job without loops is an empty job. A check of the geometry.",
        lambda g: "no loops" if g.loop_count == 0 else None,
    ),
    Rule(
        "F010",
        YELLOW,
        "tool larger than the smallest feature",
        "use a smaller tool for the fine parts",
        Category.GEOMETRY,
        "What is smaller than the tool is left uncut. A check of the geometry.",
        lambda g: over(g.tool_mm, g.smallest_feature_mm, "a {value:g} mm tool for features of {bound:g} mm"),
    ),
    Rule(
        "F011",
        YELLOW,
        "plunge feed over lateral feed",
        "plunge at a third of the feed",
        Category.FEED_LIMITS,
        "The tip cuts worst where it turns slowest. " + _PHYSICS,
        lambda g: over(g.plunge, g.feed, "plunging at {value:g} mm/min, feeding at {bound:g}"),
    ),
    Rule(
        "F012",
        YELLOW,
        "stepdown over 3.0 mm",
        "take a shallower pass",
        Category.DEFLECTION,
        "One bound for every tool warns wrongly of a 12 mm bit and misses a 1 mm one: deflection, stress and power of this "
        "tool decide.",
        lambda g: over(g.stepdown_mm, 3.0, "passes of {value:g} mm"),
    ),
    Rule(
        "F013",
        YELLOW,
        "more than 1000 loops",
        "expect a long job, or simplify",
        Category.CUT_TIME,
        "Many loops take time, which the planned cut time shows.",
        lambda g: over(g.loop_count, 1_000, "{value:g} loops"),
    ),
    Rule(
        "F020",
        RED,
        "hard wood, stepdown over 1.5 tool diameters",
        "take a shallower pass",
        Category.DEFLECTION,
        "Force grows with density and depth: deflection, stress and power decide.",
        lambda g: over(g.stepdown_mm, times(1.5, g.tool_mm), "{value:g} mm in hard wood") if g.is_hard else None,
    ),
    Rule(
        "F021",
        RED,
        "stepdown over 5 tool diameters",
        "take a shallower pass",
        Category.DEFLECTION,
        "Deflection, stress and power of this tool decide.",
        lambda g: over(g.stepdown_mm, times(5, g.tool_mm), "{value:g} mm, five diameters are {bound:g} mm"),
    ),
    Rule(
        "F022",
        RED,
        "depth over the stock",
        "check the thickness, or say that the cut goes through",
        Category.GEOMETRY,
        "A check of the geometry; through cuts may run half a millimetre into the spoilboard.",
        lambda g: over(g.depth_mm, times(1, g.stock_mm) if not g.through else None, "{value:g} mm in {bound:g} mm"),
    ),
    Rule(
        "F023", RED, "width, length or depth not positive", "state the dimensions", Category.GEOMETRY, _BORDER, _refused
    ),
    Rule(
        "F024",
        RED,
        "hardness not known",
        "name the species, or state the Janka hardness",
        Category.HEAT,
        "The reference implementation chose by hardness; the physics uses density and does without.",
        lambda g: "the hardness of the wood is not known" if g.is_wood and g.janka_lbf is None else None,
    ),
    Rule(
        "F025",
        RED,
        "tool wider than the pocket",
        "use a smaller tool",
        Category.GEOMETRY,
        "A check of the geometry.",
        lambda g: over(g.tool_mm, g.pocket_width_mm, "a {value:g} mm tool in a pocket {bound:g} mm wide"),
    ),
    Rule(
        "F026",
        RED,
        "stick-out over 8 tool diameters, 5 in hard wood",
        "shorten the stick-out",
        Category.DEFLECTION,
        "Length over diameter is a stand-in for stiffness: deflection and chatter of this tool decide.",
        lambda g: over(
            g.stickout_mm, times(5 if g.is_hard else 8, g.tool_mm), "{value:g} mm stick-out, {bound:g} mm is the bound"
        ),
    ),
    Rule(
        "F027",
        RED,
        "resinous wood with a small dry tool, or very hard and resinous",
        "use extraction and a clean tool",
        Category.HEAT,
        "Resin gums the cutter above 70 degC: the temperature of the surface decides.",
        _resin,
    ),
    Rule(
        "F028",
        RED,
        "wall under 1.0 mm",
        "leave a thicker wall",
        Category.GEOMETRY,
        "A check of the geometry.",
        lambda g: under(g.wall_mm, 1.0, "a wall of {value:g} mm"),
    ),
    Rule(
        "F029",
        RED,
        "three or more aggravating factors",
        "mend the factors one by one",
        None,
        "Counts other rules and so counts things twice: informs when at least three dimensions need review.",
        _refused,
    ),
    Rule(
        "F030",
        YELLOW,
        "depth over 2 tool diameters",
        "clear the cut in passes",
        Category.CHIPLOAD,
        "Deep passes pack chips: the chip load window shrinks with depth.",
        lambda g: over(g.depth_mm, times(2, g.tool_mm), "{value:g} mm deep, two diameters are {bound:g} mm"),
    ),
    Rule(
        "F031",
        YELLOW,
        "hard wood, stepdown of 0.5 to 1.5 tool diameters",
        "take a shallower pass",
        Category.DEFLECTION,
        "Force grows with density and depth: deflection, stress and power decide.",
        lambda g: (
            over(g.stepdown_mm, times(0.5, g.tool_mm), "{value:g} mm in hard wood")
            if g.is_hard and not over(g.stepdown_mm, times(1.5, g.tool_mm), "over")
            else None
        ),
    ),
    Rule(
        "F032",
        YELLOW,
        "tool under 2 mm",
        "handle with care",
        Category.DEFLECTION,
        "Small tools break: the bending stress of this tool decides.",
        lambda g: under(g.tool_mm, 2.0, "a tool of {value:g} mm"),
    ),
    Rule(
        "F033",
        RED,
        "depth over the flutes",
        "use a longer tool",
        Category.GEOMETRY,
        "A check of the geometry.",
        lambda g: over(g.depth_mm, g.flute_mm, "{value:g} mm deep with flutes of {bound:g} mm"),
    ),
    Rule(
        "F034",
        YELLOW,
        "slot deeper than twice its width",
        "clear the slot in passes",
        Category.CHIPLOAD,
        "Chips leave a deep slot badly: the chip load window shrinks with the depth of the pass.",
        lambda g: over(g.depth_mm, times(2, g.slot_width_mm), "{value:g} mm deep, twice the width is {bound:g} mm"),
    ),
    Rule(
        "F035",
        YELLOW,
        "stepover over 0.7 outside slots",
        "step over by half the tool",
        Category.CHIPLOAD,
        "Wide engagement loads the tool: force, power and heat carry it already.",
        lambda g: None if g.is_slot else over(g.stepover, 0.7, "stepover of {value:.2f} tool diameters"),
    ),
    Rule(
        "F036",
        YELLOW,
        "wall of 1 to 2 mm",
        "support the wall",
        Category.GEOMETRY,
        "Height over thickness of the wall decides. " + _PHYSICS,
        lambda g: f"a wall of {g.wall_mm:g} mm" if g.wall_mm is not None and 1.0 <= g.wall_mm < 2.0 else None,
    ),
    Rule(
        "F037",
        YELLOW,
        "two or more edge factors",
        "mend the factors one by one",
        None,
        "Counts other rules and so counts things twice: informs when at least three dimensions need review.",
        _refused,
    ),
    Rule(
        "F038",
        YELLOW,
        "floor under 2 mm",
        "leave a thicker floor",
        Category.GEOMETRY,
        "The floor left in the worst case of all tolerances decides. " + _PHYSICS,
        lambda g: under(g.floor_mm, 2.0, "a floor of {value:.2f} mm"),
    ),
    Rule(
        "F039",
        YELLOW,
        "complex geometry",
        "look at the simulated path",
        Category.CUT_TIME,
        "Complex paths slow the machine down, which heat in corners and the planned cut time show.",
        lambda g: "the CAM tool calls the geometry complex" if g.complex_geometry else None,
    ),
    Rule(
        "F040",
        YELLOW,
        "feed override over 120 % or under 80 %",
        "program the feed that is meant",
        Category.FEED_LIMITS,
        "Everything is computed with the feed times the override.",
        _changed_feed,
    ),
    Rule(
        "F041",
        RED,
        "three or more severe factors",
        "mend the factors one by one",
        None,
        "Counts other rules and so counts things twice: informs when at least three dimensions need review.",
        _refused,
    ),
)
assert all(one.rule_id < other.rule_id for one, other in pairwise(RULES))
