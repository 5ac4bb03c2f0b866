"""What is told and advised of heat, computed by hand."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.dimensions import heat
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import assess, situation

HOLE = {"drilling": {"hole_diameter_mm": 3.175, "depth_mm": 2.0, "hole_count": 1}}
BURNING = {
    "material.material_id": "cherry_black",
    "tool.diameter_mm": 12.7,
    "tool.wear": "WORN",
    "cut.cooling": "NONE",
    "cut.spindle_speed_rpm": 22_000.0,
    "cut.feed_rate_mm_per_min": 500.0,
    "cut.axial_depth_mm": 6.0,
    "cut.radial_width_mm": 12.7,
}
ACRYLIC = {"material.material_id": "acrylic", "cut.spindle_speed_rpm": 10_000.0}
EDGE = 0.0254 * 20_000
"""Feed at the low edge of 0.008 diameters: 0.0254 mm with two flutes at 10,000 rpm. [mm/min]"""


def fields(assessment: Assessment) -> list[str]:
    return [advice.field.removeprefix("context.") for advice in assessment.recommendations]


def test_a_hole_is_told_as_a_share_of_what_burns_it(catalogue: Catalogue) -> None:
    told = assess(Heat(), situation(catalogue, {"cut.plunge_rate_mm_per_min": 300.0}, design=HOLE)).details
    assert [(item.name, item.limit) for item in told] == [("heat_of_hole", 1.0)]


@pytest.mark.parametrize(("share", "score", "count"), [(0.8, 80.0, 0), (0.81, 78.5, 2)])
def test_at_the_edge_of_green_a_hole_needs_no_advice(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, share: float, score: float, count: int
) -> None:
    monkeypatch.setattr(heat, "_of_hole", lambda _: heat._Share(share, score))
    assert len(assess(Heat(), situation(catalogue, design=HOLE)).recommendations) == count


@pytest.mark.parametrize(
    ("material", "spoils"),
    [
        ("acrylic", "melts"),
        ("bone", "rubs and heats"),
        ("aluminium_6061", "rubs and heats"),
        ("phenolic_paper", "rubs and heats"),
    ],
)
def test_what_a_thin_bite_does_depends_on_the_material(catalogue: Catalogue, material: str, spoils: str) -> None:
    context = {"material.material_id": material, "material.moisture_percent": REMOVED}
    assert assess(Heat(), situation(catalogue, context)).finding.endswith(f"the material {spoils}")


@pytest.mark.parametrize(("feed", "advised"), [(EDGE, []), (2 * EDGE, []), (EDGE / 2, ["cut.feed_rate_mm_per_min"])])
def test_of_a_dull_edge_a_feed_is_advised_only_where_the_bite_is_thin(
    catalogue: Catalogue, feed: float, advised: list[str]
) -> None:
    dull = {**ACRYLIC, "tool.wear": "DULL", "cut.feed_rate_mm_per_min": feed}
    assessment = assess(Heat(), situation(catalogue, dull))
    assert assessment.risk is not RiskLevel.GREEN
    assert [one for one in fields(assessment) if one == "cut.feed_rate_mm_per_min"] == advised


def test_half_the_bite_that_melts_takes_half_the_flutes(catalogue: Catalogue) -> None:
    assessment = assess(Heat(), situation(catalogue, {**ACRYLIC, "cut.feed_rate_mm_per_min": EDGE / 2}))
    assert [advice.text for advice in assessment.recommendations] == [
        f"feed at {EDGE:.0f} mm/min",
        "take a cutter with one flute",
    ]


def test_the_room_is_as_warm_as_it_usually_is_unless_it_is_stated(catalogue: Catalogue) -> None:
    assert "assumed:ambient_20_c" in assess(Heat(), situation(catalogue)).assumptions
    stated = assess(Heat(), situation(catalogue, {"cut.ambient_temperature_c": 25.0}))
    assert "assumed:ambient_20_c" not in stated.assumptions


@pytest.mark.parametrize(
    ("context", "warnings"),
    [
        ({"material.resinous": False}, []),
        (
            {"material.resinous": True},
            ["gumming: resin softens above 70 degC, wipe it off the cutter between jobs"],
        ),
    ],
)
def test_only_resin_gums(catalogue: Catalogue, context: dict[str, Any], warnings: list[str]) -> None:
    assert assess(Heat(), situation(catalogue, {**BURNING, **context})).warnings == warnings


def test_resin_stays_hard_in_a_cool_cut(catalogue: Catalogue) -> None:
    cool = {"material.resinous": True, "cut.feed_rate_mm_per_min": 4_000.0, "cut.spindle_speed_rpm": 10_000.0}
    assert assess(Heat(), situation(catalogue, cool)).warnings == []


CORNER = {"toolpaths.cuts": [{"x_mm": [0, 50, 50], "y_mm": [0, 0, 50]}], "machine.junction_deviation_mm": 0.01}


@pytest.mark.parametrize(("context", "burns"), [({}, False), (BURNING, True)])
def test_a_corner_is_warned_of_only_where_it_burns(catalogue: Catalogue, context: dict[str, Any], burns: bool) -> None:
    sharp = {**context, **CORNER, "cut.feed_rate_mm_per_min": 3_000.0, "machine.acceleration_mm_per_s2": 20_000.0}
    assessment = assess(Heat(), situation(catalogue, sharp))
    assert any(text.startswith("the sharpest corner") for text in assessment.warnings) is burns


def test_the_share_of_the_heat_is_told_with_who_says_it(catalogue: Catalogue) -> None:
    def source(context: dict[str, Any]) -> str:
        details = assess(Heat(), situation(catalogue, context)).details
        return next(item.source for item in details if item.name == "edge_heat_share")

    assert source({}) == "assumed"
    assert source({"physics.edge_heat_share": 0.4}) == "stated in the request"


def test_as_many_times_the_feed_or_that_part_of_the_speed_is_advised(catalogue: Catalogue) -> None:
    feed, speed = assess(Heat(), situation(catalogue, BURNING)).recommendations[:2]
    assert feed.suggested_value is not None
    assert speed.suggested_value is not None
    times = feed.suggested_value / 500.0
    assert times > 1.0
    assert 22_000.0 / speed.suggested_value == pytest.approx(times)


def test_as_few_flutes_are_advised_as_leave_each_the_bite_that_stays_cool(catalogue: Catalogue) -> None:
    four = {**BURNING, "tool.flute_count": 4, "cut.feed_rate_mm_per_min": 4_000.0}
    feed, _, flutes = assess(Heat(), situation(catalogue, four)).recommendations
    assert feed.suggested_value is not None
    assert flutes.suggested_value == int(4 * 4_000.0 / feed.suggested_value)
    assert 1 <= flutes.suggested_value <= 3
