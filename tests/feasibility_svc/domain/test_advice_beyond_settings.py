"""What to change where no setting of the machine suffices: the design, the tool, several at once."""

import pytest

from feasibility_svc.domain.advice.advice import _redesigned, advise
from feasibility_svc.domain.advice.explanation import Explanation, Request, explain
from feasibility_svc.domain.advice.single_change import ChangeSearch, words_of
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED, rosette
from tests.feasibility_svc.domain.situations import OVERLOADED_SAW, situation

ENGINE = baseline_engine()
POCKET = {"pocket": {"length_mm": 120.0, "width_mm": 60.0, "depth_mm": 1.2}}
DULL_AND_SLOW = {"cut.feed_rate_mm_per_min": 400.0, "tool.wear": "DULL"}


def what_to_change(explanation: Explanation) -> str:
    return next(" ".join(section.lines) for section in explanation.sections if section.title == "What to change")


def test_what_the_design_would_have_to_be_is_said_and_the_obstacle_once(catalogue: Catalogue) -> None:
    deep = situation(catalogue, design=rosette(rosette_channel__depth_mm=1.9))
    told = explain(advise(ENGINE, deep), [], Request("", "x", "METRIC"))
    assert what_to_change(told) == (
        "No setting of this machine mends the geometry. To GREEN: make the depth of the rosette channel 1.35 mm."
    )
    assert told.text.count("0.60 mm of top remain") == 1


def test_a_design_that_cannot_be_is_mended_together_with_the_cut(catalogue: Catalogue) -> None:
    both = situation(catalogue, DULL_AND_SLOW, design=rosette(rosette_channel__depth_mm=1.9))
    advice = advise(ENGINE, both)
    assert advice.redesign is not None
    assert advice.redesign.change is not None
    assert advice.redesign.lengths == ["make the depth of the rosette channel 1.35 mm"]
    mended = both.redesigned("design.rosette_channel.depth_mm", 1.35)
    followed = mended.restated({field.key: field.suggested for field in advice.redesign.change.fields})
    assert ENGINE.evaluate(followed).verdict.risk is RiskLevel.GREEN
    told = what_to_change(explain(advice, [], Request("", "x", "METRIC")))
    assert "To GREEN, together: make the depth of the rosette channel 1.35 mm, edge sharp" in told


FURTHER = {"inner_radius_mm": 62.0, "outer_radius_mm": 66.0}


@pytest.mark.parametrize(
    ("depth_mm", "further", "channel"),
    [
        (1.3, [{**FURTHER, "depth_mm": 1.9}], "channel 2 of the rosette"),
        (
            1.3,
            [FURTHER, {"inner_radius_mm": 70.0, "outer_radius_mm": 74.0, "depth_mm": 1.9}],
            "channel 3 of the rosette",
        ),
        (1.9, [FURTHER], "the rosette channel"),
    ],
)
def test_the_channel_that_is_too_deep_is_the_one_to_make_shallower(
    catalogue: Catalogue, depth_mm: float, further: list[dict[str, float]], channel: str
) -> None:
    """Of a top of 2.6 mm a channel may take 0.8 x 0.65: 1.352 mm."""
    design = rosette(rosette_channel__depth_mm=depth_mm, rosette_channel__further_channels=further)
    deep = situation(catalogue, design=design)
    report = ENGINE.evaluate(deep)
    made = [(advice.text, advice.resulting_risk) for advice in report.recommendations]
    assert (report.verdict.risk, made) == (RiskLevel.RED, [(f"make the depth of {channel} 1.35 mm", RiskLevel.GREEN)])
    followed = deep.redesigned(report.recommendations[0].field, 1.35)
    assert ENGINE.evaluate(followed).verdict.risk is RiskLevel.GREEN


def test_two_channels_that_are_too_deep_are_made_shallower_together(catalogue: Catalogue) -> None:
    further = [{**FURTHER, "depth_mm": 2.0}]
    deep = situation(
        catalogue, design=rosette(rosette_channel__depth_mm=1.9, rosette_channel__further_channels=further)
    )
    told = what_to_change(explain(advise(ENGINE, deep), [], Request("", "x", "METRIC")))
    assert told == (
        "To GREEN, together: make the depth of the rosette channel 1.35 mm, make the depth of channel 2 of the rosette"
        " 1.35 mm. No setting of this machine mends the geometry."
    )


@pytest.mark.parametrize("thickness_mm", [0.001, 0.012, 0.02])
def test_a_length_that_nobody_can_set_is_not_advised(catalogue: Catalogue, thickness_mm: float) -> None:
    foil = situation(
        catalogue, {**DULL_AND_SLOW, "stock.thickness_mm": thickness_mm}, design=rosette(rosette_channel__depth_mm=1.9)
    )
    advice = advise(ENGINE, foil)
    assert advice.redesign is None or all(" 0 mm" not in length for length in advice.redesign.lengths)


def test_fewer_flutes_are_advised_where_the_machine_cannot_feed_faster(catalogue: Catalogue) -> None:
    acrylic = {
        "material": {"material_id": "acrylic"},
        "stock.thickness_mm": 20.0,
        "tool.flute_count": 4,
        "tool.diameter_mm": 6.35,
        "machine.max_feed_rate_mm_per_min": 1_000.0,
        "machine.min_spindle_speed_rpm": 10_000.0,
        "machine.dial_speeds_rpm": REMOVED,
        "cut.spindle_speed_rpm": 10_000.0,
        "cut.feed_rate_mm_per_min": 980.0,
    }
    changes = advise(ENGINE, situation(catalogue, acrylic, design=POCKET)).single_changes
    assert [change.text for change in changes] == ["set number of flutes 1 (now 4): GREEN"]


def test_the_smallest_pair_may_reach_twentyfold_and_step_over_less(catalogue: Catalogue) -> None:
    slow = {
        "material": {"material_id": "oak_red"},
        "stock.thickness_mm": 20.0,
        "cut.plunge_rate_mm_per_min": 90.0,
        "cut.feed_rate_mm_per_min": 100.0,
        "cut.radial_width_mm": 3.175,
        "cut.spindle_speed_rpm": 22_000.0,
    }
    change = ChangeSearch(ENGINE, situation(catalogue, slow, design=POCKET), target=RiskLevel.GREEN).few()
    assert change is not None
    assert {field.key for field in change.fields} == {"cut.feed_rate_mm_per_min", "cut.radial_width_mm"}


def test_nobody_is_told_to_climb_by_hand_or_to_wet_wood(catalogue: Catalogue) -> None:
    by_hand = situation(catalogue, {"machine.hand_feed": True, "cut.cooling": "NONE", "cut.axial_depth_mm": 5.0})
    machine = situation(catalogue, {"material": {"material_id": "aluminium_6061"}})
    offered = {name: choices for _, name, choices in words_of(by_hand)}
    assert offered["direction"] == ("CONVENTIONAL",)
    assert offered["cooling"] == ("AIR",)
    assert {name: choices for _, name, choices in words_of(machine)}["cooling"] == ("AIR", "MIST")


def test_a_change_costs_the_dimensions_that_lose_a_point_by_it(catalogue: Catalogue) -> None:
    present = situation(catalogue, DULL_AND_SLOW)
    search = ChangeSearch(ENGINE, present, target=RiskLevel.GREEN)
    changes = [change for change in (*search.single(), search.few()) if change is not None]
    assert changes
    before = {item.category: item.score for item in ENGINE.evaluate(present).assessments}
    for change in changes:
        followed = present.restated({field.key: field.suggested for field in change.fields})
        after = {item.category: item.score for item in ENGINE.evaluate(followed).assessments}
        lost = {
            category
            for category, score in before.items()
            if score is not None and (now := after[category]) is not None and score - now >= 1.0
        }
        assert {cost.category for cost in change.costs} == lost


def test_no_other_flutes_are_looked_for_where_a_bit_is_not_sold_with_them(catalogue: Catalogue) -> None:
    v_bit = situation(catalogue, {"tool": {"tool_id": "v_bit_60"}}, design={"v_carve": {"widest_line_mm": 1.0}})
    assert "flute_direction" not in {name for _, name, _ in words_of(v_bit)}
    assert "flute_direction" in {name for _, name, _ in words_of(situation(catalogue))}


def test_what_a_hand_mends_is_no_obstacle_and_more_tabs_are_no_length(catalogue: Catalogue) -> None:
    ripping = {"saw_cut": {"depth_mm": 45.0, "length_mm": 400.0, "through": True}}
    told = explain(advise(ENGINE, situation(catalogue, OVERLOADED_SAW, design=ripping)), [], Request("", "x", "METRIC"))
    assert what_to_change(told) == "To GREEN: feed steadily so that the saw keeps its note; chips, not dust."
    weak = {"length_mm": 200.0, "depth_mm": 2.6, "through": True, "tab_count": 1}
    profile = {"profile": {**weak, "tab_width_mm": 2.0, "tab_thickness_mm": 1.0}}
    held = situation(catalogue, design=profile)
    told = explain(advise(ENGINE, held), [], Request("", "x", "METRIC"))
    assert "To GREEN: leave 2 tabs of this section, or thicker ones." in what_to_change(told)
    assert _redesigned(ENGINE, held, ENGINE.evaluate(held)) is None
