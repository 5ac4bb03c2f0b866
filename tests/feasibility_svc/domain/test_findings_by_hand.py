"""What single dimensions tell beside their scores: numbers, limits, advice, each computed by hand."""

from collections.abc import Iterator
from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.cut.surface_temperature import surface_heat_of
from feasibility_svc.domain.dimensions import geometry
from feasibility_svc.domain.dimensions.chip_clearance import ChipClearance, enclosure_of_pocket
from feasibility_svc.domain.dimensions.cut_time import CutTime, time_in_words
from feasibility_svc.domain.dimensions.geometry import FITS, Geometry
from feasibility_svc.domain.dimensions.hand import Hand, hand_pass_score
from feasibility_svc.domain.geometry.check import Check, Found, Note
from feasibility_svc.domain.scoring.assessment import Assessment, NotAssessedError, missing
from feasibility_svc.domain.scoring.levels import RiskLevel
from tests.builders import REMOVED
from tests.feasibility_svc.domain.situations import SAW, assess, situation

GREEN, YELLOW, RED, UNKNOWN = RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED, RiskLevel.UNKNOWN


def details(assessment: Assessment) -> dict[str, tuple[float, float | None]]:
    return {item.name: (item.value, item.limit) for item in assessment.details}


def test_a_pocket_narrower_than_its_cutter_is_a_slot_and_no_more() -> None:
    assert enclosure_of_pocket(0.5) == 1.0


def test_a_slot_in_metal_three_and_a_half_diameters_deep_is_halfway_to_nothing(catalogue: Catalogue) -> None:
    slot = {"profile": {"length_mm": 900.0, "depth_mm": 3.5 * 3.175}}
    brass = {"material.material_id": "brass_360", "stock.thickness_mm": 44.0}
    assert assess(ChipClearance(), situation(catalogue, brass, design=slot)).score == pytest.approx(25.0)


def test_however_deep_a_blade_cuts_it_is_no_slot(catalogue: Catalogue) -> None:
    deep = situation(catalogue, SAW, design={"saw_cut": {"depth_mm": 230.0, "length_mm": 500.0}})
    assert ChipClearance().applies(deep) is False


STRAIGHT = {"profile": {"length_mm": 2_100.0, "depth_mm": 2.0}}
TIMED = {
    "stock.thickness_mm": 20.0,
    "cut.feed_rate_mm_per_min": 1_000.0,
    "cut.plunge_rate_mm_per_min": REMOVED,
    "cut.axial_depth_mm": 2.0,
    "machine.acceleration_mm_per_s2": 400.0,
}
TAKEN_S = 126.0 + 1_000.0 / 60 / 400.0
"""2.1 m at 1,000 mm/min, with speeding up and slowing down once."""


def test_without_a_limit_the_time_of_a_cut_says_nothing_against_it(catalogue: Catalogue) -> None:
    assert CutTime().score(situation(catalogue, TIMED, design=STRAIGHT)) == 100.0


def test_a_planned_time_is_told_beside_that_of_the_feed_alone(catalogue: Catalogue) -> None:
    assessment = assess(CutTime(), situation(catalogue, {**TIMED, "cut.time_limit_s": 252.0}, design=STRAIGHT))
    told = details(assessment)
    assert told["cut_time"] == pytest.approx((TAKEN_S, 252.0))
    assert told["planned_over_naive"][0] == pytest.approx(TAKEN_S / 126.0, rel=1e-12)
    assert assessment.utilization == pytest.approx(TAKEN_S / 252.0)
    assert assessment.assumptions == []


def test_without_an_acceleration_a_range_is_told(catalogue: Catalogue) -> None:
    unknown = {**TIMED, "machine.machine_id": REMOVED, "machine.acceleration_mm_per_s2": REMOVED}
    assessment = assess(CutTime(), situation(catalogue, unknown, design=STRAIGHT))
    assert set(details(assessment)) == {"cut_time_naive", "cut_time_shortest", "cut_time_longest"}
    assert assessment.assumptions == ["range:acceleration_unknown"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(120.0, "2 min"), (7_200.0, "2 h 0 min"), (10_620.0, "2 h 57 min"), (21_960.0, "6 h 6 min")]
)
def test_times_are_told_as_clocks_show_them(seconds: float, said: str) -> None:
    assert time_in_words(seconds) == said


def test_a_cut_without_corners_slows_down_nowhere(catalogue: Catalogue) -> None:
    assert not surface_heat_of(situation(catalogue, TIMED, design=STRAIGHT)).slows_down


def check(score: float, *, fix: tuple[str, float] | None = None) -> Check:
    return Check("made_up", score, "a made-up check", 1.0, 2.0, "mm", fix)


def finding(monkeypatch: pytest.MonkeyPatch, *items: Found | NotAssessedError) -> None:
    def found(_: Situation) -> Iterator[Found]:
        for item in items:
            if isinstance(item, NotAssessedError):
                raise item
            yield item

    monkeypatch.setattr(geometry, "_found", found)


GAP = NotAssessedError(missing("context.stock.thickness_mm"))


@pytest.mark.parametrize(
    ("items", "score", "risk"),
    [
        ([], 100.0, GREEN),
        ([check(50.0)], 50.0, YELLOW),
        ([check(49.9), GAP], 49.9, RED),
        ([check(50.0), GAP], None, UNKNOWN),
    ],
)
def test_a_gap_is_unknown_unless_something_cannot_be(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, items: list[Any], score: float | None, risk: RiskLevel
) -> None:
    finding(monkeypatch, *items)
    looked_at = situation(catalogue)
    assessment = assess(Geometry(), looked_at)
    assert (assessment.score, assessment.risk) == (score, risk)
    if score is None:
        with pytest.raises(NotAssessedError):
            Geometry().score(looked_at)
    else:
        assert Geometry().score(looked_at) == score


def test_a_check_that_is_just_green_is_no_obstacle(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    finding(monkeypatch, check(80.0, fix=("design.rosette_channel.depth_mm", 1.0)))
    assessment = assess(Geometry(), situation(catalogue))
    assert (assessment.finding, assessment.warnings, assessment.recommendations) == (FITS, [], [])


@pytest.mark.parametrize(("score", "said"), [(50.0, "a made-up check; worth knowing"), (49.0, "a made-up check")])
def test_of_what_cannot_be_nothing_else_is_told(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, score: float, said: str
) -> None:
    finding(monkeypatch, check(score), Note("worth knowing"))
    assert assess(Geometry(), situation(catalogue)).finding == said


def test_a_drill_has_one_sideways_cut_too_many(catalogue: Catalogue) -> None:
    drill = situation(catalogue, {"tool.kind": "DRILL"}, design=STRAIGHT)
    assert details(assess(Geometry(), drill))["drill_sideways"] == (1.0, 0.0)


def test_a_deep_pass_by_hand_is_told_in_diameters_and_advised_at_half_of_one(catalogue: Catalogue) -> None:
    by_hand = {"machine.hand_feed": True, "cut.direction": "CONVENTIONAL", "cut.axial_depth_mm": 2 * 3.175}
    assessment = assess(Hand(), situation(catalogue, {**by_hand, "stock.thickness_mm": 44.0}, design=STRAIGHT))
    assert details(assessment)["pass_over_diameter"] == pytest.approx((2.0, 0.5))
    assert [advice.suggested_value for advice in assessment.recommendations] == [pytest.approx(3.175 / 2)]


def test_trimming_less_than_a_quarter_of_the_diameter_is_no_better_than_perfect() -> None:
    assert hand_pass_score(depth_over_diameter=2.5, radial_ratio=0.1) == 100.0
