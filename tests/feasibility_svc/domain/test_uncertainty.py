"""Intervals and probabilities: published examples, the level rule, what tolerances may do."""

from typing import Any

import numpy as np
import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.physics import chip_formation, cutting_force, deflection
from feasibility_svc.domain.scoring.assessment import Likelihood
from feasibility_svc.domain.scoring.levels import Category, RiskLevel, worst
from feasibility_svc.domain.scoring.numeric import clip
from feasibility_svc.domain.scoring.score_curves import one_sided
from feasibility_svc.domain.verdict import uncertainty
from tests.builders import REMOVED
from tests.feasibility_svc.domain.examples import EXAMPLES
from tests.feasibility_svc.domain.situations import situation
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples

UN = {example["id"]: example["expected"] for example in EXAMPLES["D13_uncertainty"]}


def deflection_df2(*, rho: Any = 705.0, feed: Any = 2_000.0, stickout: Any = 30.0, depth: Any = 6.0) -> Any:
    """Total deflection of worked example DF2 for floats or arrays. [mm]"""
    law = cutting_force.wood_force_law(density_kg_per_m3=rho, climb=False, grain_angle_deg=None)
    chip_mm = chip_formation.feed_per_tooth_mm(feed_rate_mm_per_min=feed, spindle_speed_rpm=16_000, flute_count=2)
    force_n = cutting_force.peak_force_n(law, axial_depth_mm=depth, chip_mm=chip_mm)
    tool_mm = deflection.tool_deflection_mm(
        force_n=force_n,
        youngs_modulus_gpa=600,
        diameter_mm=6.35,
        flute_length_mm=22,
        stickout_mm=stickout,
        shank_diameter_mm=6.35,
    )
    return tool_mm + force_n / 1_000


def test_example_un1_corners() -> None:
    signs: Any = np.array([0.0, -1.0, 1.0])
    total = deflection_df2(
        rho=705 * (1 + 0.1 * signs), feed=2_000 * (1 + 0.02 * signs), stickout=30 + 2 * signs, depth=6 + 0.2 * signs
    )
    expected = UN["UN1"]
    assert list(total) == pytest.approx([expected["nominal_mm"], expected["lo_mm"], expected["hi_mm"]], rel=1e-9)


def test_example_un2_halton_sample() -> None:
    rho, feed, stickout, depth = (uncertainty.halton_normal(base, 256) for base in (2, 3, 5, 7))
    total = deflection_df2(
        rho=705 * np.exp(0.10 * rho), feed=2_000 * np.exp(0.02 * feed), stickout=30 + stickout, depth=9 + 0.1 * depth
    )
    likelihood = uncertainty.likelihood_of(np.asarray(one_sided(total / 0.10)))
    expected = UN["UN2"]
    assert likelihood.score_mean == pytest.approx(expected["score_mean"], rel=1e-9)
    assert likelihood.score_low == pytest.approx(expected["score_min"], rel=1e-9)
    assert likelihood.score_high == pytest.approx(expected["score_max"], rel=1e-9)
    shares = (likelihood.p_green, likelihood.p_yellow, likelihood.p_red)
    assert shares == (expected["p_green"], expected["p_yellow"], expected["p_red"])
    assert likelihood.confidence == expected["p_yellow"]


def test_example_un3_first_order() -> None:
    nominal = {"rho": 705.0, "feed": 2_000.0, "stickout": 30.0, "depth": 6.0}
    gradient = []
    for name, value in nominal.items():
        step = 1e-5 * value
        high, low = deflection_df2(**{name: value + step}), deflection_df2(**{name: value - step})
        gradient.append(float(high - low) / (2 * step))
    assert gradient == pytest.approx(UN["UN3"]["grad"], rel=1e-9)
    assert uncertainty.first_order_sd(gradient, [70.5, 40, 1, 0.1]) == pytest.approx(UN["UN3"]["sd_mm"], rel=1e-9)


def chances(green: float, red: float) -> Likelihood:
    return Likelihood(green, 1 - green - red, red, 0.0, 0.0, 0.0, 256)


@pytest.mark.parametrize(
    ("green", "red", "level"),
    [
        (0.8, 0.04, RiskLevel.GREEN),
        (0.3, 0.0, RiskLevel.GREEN),
        (0.9, 0.05, RiskLevel.YELLOW),
        (0.3, 0.49, RiskLevel.YELLOW),
        (0.5, 0.5, RiskLevel.RED),
    ],
)
def test_chances_of_red_lower_the_level(green: float, red: float, level: RiskLevel) -> None:
    assert uncertainty.level_by_likelihood(chances(green, red)) is level


@verdict_examples("V14_level")
def test_a_level_within_its_tolerances(example: Numbers) -> None:
    given = example["inputs"]
    nominal = RiskLevel(given["nominal_level"])
    likely = uncertainty.level_by_likelihood(chances(given["p_green"], given["p_red"]))
    assert worst((nominal, likely)).value == example["expected"]["level"]


def test_intervals_hold_the_nominal_score(catalogue: Catalogue) -> None:
    report = baseline_engine().evaluate(situation(catalogue, {"uncertainty.method": "CORNERS"}))
    spans = 0
    for assessment in report.assessments:
        if assessment.score is None:
            assert assessment.interval is None
            continue
        assert assessment.interval is not None
        low, high = assessment.interval
        assert low <= assessment.score <= high
        assert assessment.likelihood is None
        spans += low < high
    assert spans >= 2


def test_without_tolerances_nothing_is_widened(catalogue: Catalogue) -> None:
    nominal = baseline_engine().evaluate(situation(catalogue))
    switched_off = baseline_engine().evaluate(situation(catalogue, {"uncertainty.method": "NOMINAL"}))
    assert nominal == switched_off
    assert all(item.interval is None for item in nominal.assessments)


def test_a_sample_gives_each_dimension_its_chances(catalogue: Catalogue) -> None:
    report = baseline_engine().evaluate(situation(catalogue, {"uncertainty.method": "SAMPLED"}))
    for assessment in report.assessments:
        chance = assessment.likelihood
        if assessment.score is None:
            assert chance is None
            continue
        assert chance is not None
        assert chance.p_green + chance.p_yellow + chance.p_red == pytest.approx(1.0)
        assert chance.sample_count == 256


def test_a_score_just_green_is_not_green_within_its_tolerances(catalogue: Catalogue) -> None:
    looked_at = {"workholding.clamp_force_n": 22.5, "uncertainty.method": "SAMPLED"}
    nominal = baseline_engine().evaluate(situation(catalogue, {**looked_at, "uncertainty.method": "NOMINAL"}))
    report = baseline_engine().evaluate(situation(catalogue, looked_at))
    before = next(item for item in nominal.assessments if item.category is Category.WORKHOLDING)
    after = next(item for item in report.assessments if item.category is Category.WORKHOLDING)
    assert before.risk is RiskLevel.GREEN
    assert after.risk is RiskLevel.YELLOW
    assert after.score == 79.0
    assert "within their tolerances" in after.warnings[-1]
    assert report.verdict.risk is RiskLevel.YELLOW


def test_an_unknown_dimension_stays_unknown(catalogue: Catalogue) -> None:
    report = baseline_engine().evaluate(
        situation(catalogue, {"uncertainty.method": "SAMPLED", "cut.axial_depth_mm": REMOVED})
    )
    heat = next(item for item in report.assessments if item.category is Category.HEAT)
    assert (heat.risk, heat.interval, heat.likelihood) == (RiskLevel.UNKNOWN, None, None)


def test_what_was_measured_spreads_less(catalogue: Catalogue) -> None:
    assumed = {item.key: item for item in uncertainty.spreads(situation(catalogue))}
    measured = {
        item.key: item for item in uncertainty.spreads(situation(catalogue, {"machine.stiffness_n_per_mm": 1_000.0}))
    }
    key = "machine.stiffness_n_per_mm"
    assert measured[key].relative_sd == assumed[key].relative_sd / 4


def test_a_stated_tolerance_replaces_the_usual_one(catalogue: Catalogue) -> None:
    stated = [
        {"field": "context.tool.stickout_mm", "sd": 0.2},
        {"field": "context.cut.feed_rate_mm_per_min", "sd": 0.5},
    ]
    found = {item.key: item for item in uncertainty.spreads(situation(catalogue, {"uncertainty.tolerances": stated}))}
    assert found["tool.stickout_mm"].absolute_sd == 0.2
    assert found["cut.feed_rate_mm_per_min"].relative_sd == 0.5


def test_a_speed_on_a_dial_spreads_more(catalogue: Catalogue) -> None:
    def sd(machine: str) -> float:
        looked_at = situation(catalogue, {"machine.machine_id": machine})
        return next(item.relative_sd for item in uncertainty.spreads(looked_at) if item.key == "cut.spindle_speed_rpm")

    assert (sd("avid_pro"), sd("shapeoko_3")) == (0.03, 0.08)


def test_numbers_never_leave_their_domain(catalogue: Catalogue) -> None:
    far: Any = np.array([-1e3, 1e3])
    moved = uncertainty.spread_out(
        situation(catalogue), {item.key: far for item in uncertainty.TOLERANCES if item.absolute_sd}
    )
    for item in uncertainty.TOLERANCES:
        if item.absolute_sd:
            assert np.all(np.asarray(moved.find(item.key)) > 0)
    shares = uncertainty.spread_out(situation(catalogue), {"physics.edge_heat_share": far}).find(
        "physics.edge_heat_share"
    )
    assert clip(float(np.max(np.asarray(shares))), 0.0, 1.0) == 1.0


def test_what_is_not_known_has_no_tolerance(catalogue: Catalogue) -> None:
    keys = {item.key for item in uncertainty.spreads(situation(catalogue, {"tool.runout_mm": REMOVED}))}
    assert "tool.runout_mm" not in keys
    assert "physics.edge_heat_share" in keys


def test_the_force_law_spreads_only_where_the_request_says_so(catalogue: Catalogue) -> None:
    stated = [{"field": "context.force", "sd": 0.2}]
    found = {item.key: item for item in uncertainty.spreads(situation(catalogue, {"uncertainty.tolerances": stated}))}
    assert found[uncertainty.FORCE].relative_sd == 0.2
    assert uncertainty.FORCE not in {item.key for item in uncertainty.spreads(situation(catalogue))}


def test_only_inputs_with_a_deviate_move(catalogue: Catalogue) -> None:
    looked_at = situation(catalogue)
    still = uncertainty.spread_out(looked_at, {})
    assert (still.context, still.force_factor) == (looked_at.context, 1.0)
    moved = uncertainty.spread_out(looked_at, {"physics.edge_heat_share": np.array([0.0, 1.0])})
    assert moved.context.cut == looked_at.context.cut
    share = moved.context.physics.edge_heat_share
    assert share is not None
    assert share[0] < share[1]  # type: ignore[index]


def test_a_deviate_of_the_force_law_moves_every_force(catalogue: Catalogue) -> None:
    stated = {"uncertainty.tolerances": [{"field": "context.force", "sd": 0.2}]}
    moved = uncertainty.spread_out(situation(catalogue, stated), {uncertainty.FORCE: np.array([0.0, 1.0])})
    assert moved.force_factor[0] == pytest.approx(1.0)  # type: ignore[index]
    assert moved.force_factor[1] == pytest.approx(1.2214027581601699)  # type: ignore[index]
