"""The worked examples of bites, heat and speeds, through the dimensions where they have inputs of their own."""

from typing import Any

import pytest

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.dimensions.dimension import Dimension
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.dimensions.rim_speed import RimSpeed
from feasibility_svc.domain.scoring.assessment import Assessment
from feasibility_svc.domain.scoring.levels import level_of
from tests.feasibility_svc.domain.situations import situation
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples

KIND = {"wood": "HARDWOOD", "board": "MDF", "plastic": "PLASTIC_HARD", "metal": "BRASS", "brittle": "BONE"}
SLOT = {"profile": {"length_mm": 1000.0, "depth_mm": 2.0}}


def cut(catalogue: Catalogue, given: Numbers, design: Numbers, **context: Any) -> Situation:
    """A situation that states the numbers of an example and nothing else it could take from a preset."""
    material = {"kind": KIND[given.get("material_class", "wood")], "density_kg_per_m3": given.get("rho", 600.0)}
    tool = {
        "kind": given.get("kind", "END_MILL"),
        "diameter_mm": given.get("D_mm", 254.0),
        "flute_count": given.get("flutes", given.get("teeth", given.get("edges", 2))),
        "wear": given.get("wear", "SHARP"),
        "tip_diameter_mm": given.get("tip_mm"),
        "tip_angle_deg": given.get("tip_angle_deg"),
        "taper_angle_deg": given.get("taper_deg"),
        "substrate": given.get("substrate"),
        "construction": given.get("construction"),
        "shank_diameter_mm": given.get("shank_mm"),
        "flute_length_mm": given.get("head_len_mm", given.get("flute_len_mm")),
        "stickout_mm": given.get("stickout_mm"),
        "plate_thickness_mm": given.get("plate_mm"),
        "marked_max_spindle_speed_rpm": given.get("n_marked"),
    }
    numbers = {
        "spindle_speed_rpm": given["rpm"],
        "feed_rate_mm_per_min": given.get("vf_mm_min"),
        "plunge_rate_mm_per_min": given.get("plunge_mm_min"),
        "axial_depth_mm": given.get("ap_mm", 2.0),
        "radial_width_mm": given.get("ae_mm", given.get("D_mm")),
    }
    stated = {
        "material": material,
        "tool": tool,
        "cut": numbers,
        "machine": {"hand_feed": given.get("hand_feed", False)},
        **context,
    }
    known = {
        group: {name: value for name, value in fields.items() if value is not None} for group, fields in stated.items()
    }
    return situation(catalogue, known, design=design, base={})


def score_of(dimension: Dimension, looked_at: Situation) -> Assessment:
    assessment = dimension.assess(looked_at)
    assert assessment.score == dimension.score(looked_at)
    return assessment


def details_of(assessment: Assessment) -> dict[str, float]:
    return {item.name: item.value for item in assessment.details}


def check_chip(assessment: Assessment, expected: Numbers) -> None:
    details = details_of(assessment)
    names = {
        "fz_mm": "feed_per_tooth",
        "h_max_mm": "thickest_chip",
        "h_mean_mm": "mean_chip",
        "lo_score_mm": "window_low",
        "hi_derated_mm": "window_high",
        "depth_factor": "depth_factor",
        "h_min_mm": "thinnest_chip",
    }
    for name, detail in names.items():
        if name in expected:
            assert details[detail] == pytest.approx(expected[name], rel=1e-9), name
    assert assessment.score == pytest.approx(expected["score"], rel=1e-9)
    assert assessment.risk.value == expected["level"]


@verdict_examples("V2_chipload")
def test_chip_load_of_cutters(catalogue: Catalogue, example: Numbers) -> None:
    check_chip(score_of(ChipLoad(), cut(catalogue, example["inputs"], SLOT)), example["expected"])


@verdict_examples("V2_window")
def test_chip_load_of_balls_cones_and_wide_cutters(catalogue: Catalogue, example: Numbers) -> None:
    check_chip(score_of(ChipLoad(), cut(catalogue, example["inputs"], SLOT)), example["expected"])


@verdict_examples("V2_saw_chip")
def test_chip_load_of_saws(catalogue: Catalogue, example: Numbers) -> None:
    given = {**example["inputs"], "kind": "SAW_BLADE"}
    check_chip(score_of(ChipLoad(), cut(catalogue, given, {"saw_cut": {"depth_mm": 10.0}})), example["expected"])


@verdict_examples("V16_drilling")
def test_chip_load_and_heat_of_holes(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = {**example["inputs"], "kind": "DRILL"}, example["expected"]
    hole = {"hole_diameter_mm": given["D_mm"], "depth_mm": given["depth_mm"], "hole_count": 1}
    peck = {} if given["peck_mm"] is None else {"peck_depth_mm": given["peck_mm"]}
    looked_at = cut(catalogue, given, {"drilling": {**hole, **peck}})
    chip, heat = score_of(ChipLoad(), looked_at), score_of(Heat(), looked_at)
    assert details_of(chip)["feed_per_tooth"] == pytest.approx(expected["fz_mm"], rel=1e-9)
    assert chip.score == pytest.approx(expected["chip_score"], rel=1e-9)
    assert heat.utilization == pytest.approx(expected["heat_u"], rel=1e-9)
    assert heat.score == pytest.approx(expected["heat_score"], rel=1e-9, abs=1e-9)
    assert level_of(min(chip.score or 0.0, heat.score or 0.0)).value == expected["level"]


@verdict_examples("V4_heat")
def test_heat_of_wood(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    wear, cooling = {1.0: "SHARP", 1.3: "USED"}[given["C_wear"]], {1.0: "NONE", 0.85: "AIR"}[given["C_cool"]]
    looked_at = cut(
        catalogue,
        {**given, "wear": wear},
        SLOT,
        physics={
            "specific_cutting_force_n_per_mm2": given["Ks_N_mm2"],
            "edge_force_n_per_mm": given["Int_N_mm"],
        },
        material={
            "kind": "HARDWOOD",
            "density_kg_per_m3": given["rho"],
            "moisture_percent": given["mc_pct"],
            "burn_class": round((200 - given["T_red_C"]) / 15),
        },
    ).restated({"cut.cooling": cooling})
    assessment = score_of(Heat(), looked_at)
    details = details_of(assessment)
    assert details["mean_chip"] == pytest.approx(expected["h_mean_mm"], rel=1e-9)
    assert details["cutting_speed"] == pytest.approx(expected["v_c_m_s"], rel=1e-9)
    assert details["surface_temperature"] == pytest.approx(expected["T_surface_C"], rel=1e-9)
    assert assessment.utilization == pytest.approx(expected["u"], rel=1e-9)
    assert assessment.score == pytest.approx(expected["score"], rel=1e-9)
    assert assessment.risk.value == expected["level"]


@verdict_examples("V4_heat_plastic")
def test_heat_of_plastics(catalogue: Catalogue, example: Numbers) -> None:
    check_bite(score_of(Heat(), cut(catalogue, example["inputs"], SLOT)), example["expected"])


@verdict_examples("V4_heat_soft")
def test_heat_of_metal_and_shell(catalogue: Catalogue, example: Numbers) -> None:
    check_bite(score_of(Heat(), cut(catalogue, example["inputs"], SLOT)), example["expected"])


def check_bite(assessment: Assessment, expected: Numbers) -> None:
    (bite,) = (item for item in assessment.details if item.name == "feed_per_tooth")
    assert bite.value == pytest.approx(expected["fz_mm"], rel=1e-9)
    assert bite.limit == pytest.approx(expected["lo_mm"], rel=1e-9)
    assert assessment.utilization == pytest.approx(expected["u"], rel=1e-9)
    assert assessment.score == pytest.approx(expected["score"], rel=1e-9)
    assert assessment.risk.value == expected["level"]


@verdict_examples("V6_whirl")
def test_whirl(catalogue: Catalogue, example: Numbers) -> None:
    expected = example["expected"]
    assessment = score_of(RimSpeed(), cut(catalogue, example["inputs"], SLOT))
    critical = details_of(assessment)["whirl_limit"] / 0.6
    assert critical == pytest.approx(expected["n_critical_rpm"], rel=1e-9)
    if expected["level"] == "RED":  # elsewhere the charts and the ceiling use more of their limit
        assert assessment.utilization == pytest.approx(expected["u"], rel=1e-9) or assessment.score == 0.0
        assert assessment.risk.value == expected["level"]


@verdict_examples("V6_chart")
def test_charts_of_brazed_bits(catalogue: Catalogue, example: Numbers) -> None:
    expected = example["expected"]
    stout = {**example["inputs"], "shank_mm": 12.7, "stickout_mm": 25.0, "head_len_mm": 15.0}
    assessment = score_of(RimSpeed(), cut(catalogue, stout, SLOT))
    assert details_of(assessment)["rim_speed"] == pytest.approx(expected["v_m_s"], rel=1e-9)
    assert assessment.utilization == pytest.approx(expected["u"], rel=1e-9)
    assert assessment.score == pytest.approx(expected["score"], rel=1e-9)
    assert assessment.risk.value == expected["level"]


@verdict_examples("V6_saw")
def test_speeds_of_saws(catalogue: Catalogue, example: Numbers) -> None:
    expected = example["expected"]
    assessment = score_of(RimSpeed(), cut(catalogue, example["inputs"], {"saw_cut": {"depth_mm": 10.0}}))
    details = details_of(assessment)
    speed = example["inputs"]["rpm"]
    assert details["rim_speed"] == pytest.approx(expected["v_m_s"], rel=1e-9)
    assert 0.95 * speed / details["ceiling_limit"] == pytest.approx(expected["u_ceiling"], rel=1e-9)
    assert 0.95 * speed / details["plate_limit"] == pytest.approx(expected["u_plate"], rel=1e-9)
    assert assessment.utilization == pytest.approx(expected["u"], rel=1e-9)
    assert assessment.score == pytest.approx(expected["score"], rel=1e-9)
    assert assessment.risk.value == expected["level"]


@verdict_examples("V16_drill_whirl")
def test_whirl_of_drills(catalogue: Catalogue, example: Numbers) -> None:
    given, expected = {**example["inputs"], "kind": "DRILL"}, example["expected"]
    hole = {"drilling": {"hole_diameter_mm": given["D_mm"], "depth_mm": 5.0, "hole_count": 1}}
    assessment = score_of(RimSpeed(), cut(catalogue, given, hole))
    details = details_of(assessment)
    assert details["drill_whirl_limit"] / 0.6 / 60 == pytest.approx(expected["f1_Hz"], rel=1e-9)
    if "n_critical_head_rpm" in expected:
        assert details["whirl_limit"] / 0.6 == pytest.approx(expected["n_critical_head_rpm"], rel=1e-9)
    else:
        assert "whirl_limit" not in details
    assert assessment.score == pytest.approx(expected["score"], rel=1e-9)
    assert assessment.risk.value == expected["level"]
