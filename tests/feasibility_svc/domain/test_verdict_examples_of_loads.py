"""Worked examples of forces, deflection, holding, feed, hands, slots, tabs and precedent, to 1e-9."""

from math import pi
from typing import Any

import pytest

from feasibility_svc.domain.cut.tool_beam import Cone, ToolBeam
from feasibility_svc.domain.dimensions import chip_clearance, feed_limits, hand, precedent, tabs
from feasibility_svc.domain.dimensions.chatter import chatter_score
from feasibility_svc.domain.dimensions.tear_out import tear_out_score
from feasibility_svc.domain.dimensions.tool_deflection import runout_score
from feasibility_svc.domain.dimensions.workholding import grip_score
from feasibility_svc.domain.inputs.material_class import MaterialClass
from feasibility_svc.domain.physics import (
    chip_formation,
    cones,
    cutting_force,
    cutting_power,
    deflection,
    holding,
    tear_out,
)
from feasibility_svc.domain.physics.cutting_force import ForceLaw
from feasibility_svc.domain.scoring.levels import level_of
from feasibility_svc.domain.scoring.score_curves import advisory, with_spread
from tests.feasibility_svc.domain.examples import check, chip
from tests.feasibility_svc.domain.verdict_examples import Numbers, verdict_examples


def law_of(given: Numbers) -> ForceLaw:
    law = given["law"]
    return ForceLaw(law["kc"], 0.0, exponent=1 - law["mc"]) if "kc" in law else ForceLaw(law["Ks"], law["Int"])


def forces(given: Numbers) -> tuple[float, float, float]:
    """Peak force, mean force and teeth in the cut."""
    law, (_, angle, thickest, mean) = law_of(given), chip(given)
    teeth = given["flutes"] * angle / (2 * pi)
    peak = cutting_force.peak_force_n(law, axial_depth_mm=given["ap_mm"], chip_mm=thickest)
    return (
        peak,
        cutting_force.mean_force_n(law, axial_depth_mm=given["ap_mm"], mean_chip_mm=mean, teeth_in_cut=teeth),
        teeth,
    )


def beam_of(given: Numbers, *, modulus_gpa: float = 600.0) -> ToolBeam:
    return ToolBeam(
        youngs_modulus_gpa=modulus_gpa,
        core_factor=deflection.core_factor(given["flutes"]),
        diameter_mm=given["D_mm"],
        fluted_mm=given["flute_len_mm"],
        stickout_mm=given["stickout_mm"],
        shank_diameter_mm=given["shank_mm"],
        axial_depth_mm=given["ap_mm"],
        cone=None,
    )


@verdict_examples("V3_force")
def test_force(example: Numbers) -> None:
    given = example["inputs"]
    _, _, thickest, mean = chip(given)
    peak, average, teeth = forces(given)
    actual = {
        "h_max_mm": thickest,
        "h_mean_mm": mean,
        "teeth_in_cut": teeth,
        "F_peak_N": peak,
        "F_mean_N": average,
    }
    check(actual, example["expected"])


@verdict_examples("V5_path_error")
def test_path_error(example: Numbers) -> None:
    given = example["inputs"]
    peak, average, _ = forces(given)
    tool = beam_of(given, modulus_gpa=given["E_MPa"] / 1_000).deflection_mm(peak)
    machine = average / given["k_machine_N_mm"]
    utilization = (tool + machine) / given["limit_mm"]
    score = advisory(utilization)
    actual = {
        "F_peak_N": peak,
        "F_mean_N": average,
        "delta_tool_mm": tool,
        "delta_machine_mm": machine,
        "delta_mm": tool + machine,
        "u": utilization,
        "score": score,
        "level": level_of(score),
    }
    check(actual, example["expected"])


@verdict_examples("V5_stress")
def test_stress(example: Numbers) -> None:
    given = example["inputs"]
    feed, _, thickest, _ = chip(given)
    _, highest = chip_formation.runout_bounds_mm(
        feed_per_tooth_mm=feed, runout_mm=given["tir_mm"], flute_count=given["flutes"]
    )
    heaviest = thickest / feed * highest
    force = cutting_force.peak_force_n(law_of(given), axial_depth_mm=given["ap_mm"], chip_mm=heaviest)
    beam, allowed = beam_of(given), deflection.allowed_stress_mpa(given["substrate"])
    shank_allowed = deflection.BRAZED_SHANK_MPA if given["construction"] == "BRAZED" else allowed
    utilization = max(beam.flute_stress_mpa(force) / allowed, beam.shank_stress_mpa(force) / shank_allowed)
    score = with_spread(utilization, spread=given["spread"])
    actual = {
        "h_heaviest_mm": heaviest,
        "F_N": force,
        "sigma_flute_MPa": beam.flute_stress_mpa(force),
        "sigma_shank_MPa": beam.shank_stress_mpa(force),
        "allowed_flute_MPa": allowed,
        "allowed_shank_MPa": shank_allowed,
        "u": utilization,
        "score": score,
        "level": level_of(score),
    }
    check(actual, example["expected"])


@verdict_examples("V5_runout")
def test_runout(example: Numbers) -> None:
    given = example["inputs"]
    ratio = given["tir_mm"] / given["D_mm"]
    score = runout_score(ratio)
    check({"ratio": ratio, "score": score, "level": level_of(score)}, example["expected"])


@verdict_examples("V5_cone")
def test_cone(example: Numbers) -> None:
    given = example["inputs"]
    assert given["stations"] == cones.STATIONS
    shape: dict[str, Any] = {"tip_diameter_mm": given["tip_mm"], "half_angle_deg": given["half_angle_deg"]}
    length = cones.cone_length_mm(shank_diameter_mm=given["shank_mm"], flute_length_mm=100.0, **shape)
    beam = ToolBeam(
        youngs_modulus_gpa=600.0,
        core_factor=0.8,
        diameter_mm=given["shank_mm"],
        fluted_mm=length,
        stickout_mm=30.0,
        shank_diameter_mm=given["shank_mm"],
        axial_depth_mm=given["ap_mm"],
        cone=Cone(length_mm=length, **shape),
    )
    stress = beam.flute_stress_mpa(given["F_peak_N"])
    utilization = stress / deflection.allowed_stress_mpa("CARBIDE")
    score = with_spread(utilization, spread=1.0)
    actual = {"cone_length_mm": length, "sigma_MPa": stress, "u": utilization, "score": score}
    check(actual, example["expected"])


@verdict_examples("V16_drill_power")
def test_power_of_a_drill(example: Numbers) -> None:
    given = example["inputs"]
    law = ForceLaw(given["law"].get("K", given["law"].get("Ks")), 9.9, exponent=1 - given["law"]["mc"])
    bite = given["plunge_mm_min"] / (given["rpm"] * given["edges"])
    torque = cutting_power.drilling_torque_nm(
        law, diameter_mm=given["D_mm"], feed_per_tooth_mm=bite, flute_count=given["edges"]
    )
    power = cutting_power.power_of_torque_w(torque_nm=torque, spindle_speed_rpm=given["rpm"])
    utilization = power / given["P_avail_W"]
    score = with_spread(utilization, spread=given["spread"])
    actual = {"fz_mm": bite, "T_Nm": torque, "P_W": power, "u": utilization, "score": score}
    check({**actual, "level": level_of(score)}, example["expected"])


@verdict_examples("V10_chatter")
def test_chatter(example: Numbers) -> None:
    score = chatter_score(example["inputs"]["ap_over_blim"])
    check({"score": score, "level": level_of(score)}, example["expected"])


@verdict_examples("V11_tear_out")
def test_tear_out(example: Numbers) -> None:
    given = example["inputs"]
    assert given["quality_face"] == "TOP"
    pulls_up = given["flute_direction"] == "UP"
    face = 1.0 if pulls_up else 0.25
    demand = tear_out.tear_out_demand(
        grain_angle_deg=given["grain_angle_deg"],
        face=face,
        climb=given["direction"] == "CLIMB",
        chip_ratio=tear_out.chip_ratio(
            thickest_chip_mm=given["h_max_mm"], low_mm=given["lo_mm"], high_mm=given["hi_mm"]
        ),
        figured=given["figured"],
    )
    score = tear_out_score(demand, pulls_up=pulls_up)
    check({"face": face, "R": demand, "score": score, "level": level_of(score)}, example["expected"])


@verdict_examples("V12_holding")
def test_holding(example: Numbers) -> None:
    given = example["inputs"]
    lift = 0.0
    if given["flute_direction"] == "UP":
        lift = holding.lift_force_n(peak_force_n=given["F_peak_N"], helix_angle_deg=given["helix_angle_deg"])
    if given["method"] == "TAPE":
        hold = holding.tape_hold_n(given["contact_area_mm2"])
    else:
        hold = holding.friction_hold_n(
            normal_force_n=given["clamp_force_n"], lift_force_n=lift, friction=given["friction"]
        )
    utilization = holding.holding_utilization(
        mean_force_n=given["F_mean_N"], peak_force_n=given["F_peak_N"], hold_n=hold
    )
    score = with_spread(utilization, spread=given["spread"])
    actual = {"F_lift_N": lift, "H_N": hold, "u": utilization, "score": score, "level": level_of(score)}
    check(actual, example["expected"])


@verdict_examples("V12_grip")
def test_grip(example: Numbers) -> None:
    given = example["inputs"]
    ratio = given["grip_mm"] / given["shank_mm"]
    check({"ratio": ratio, "score": grip_score(ratio), "level": level_of(grip_score(ratio))}, example["expected"])


@verdict_examples("V12_feed")
def test_feed(example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    highest = {"wood": 0.06, "brittle": 0.01}[given["material_class"]] * given["D_mm"]
    limit = feed_limits.plunge_bite_limit_mm(
        highest_bite_mm=highest, material_class=MaterialClass(given["material_class"])
    )
    bite = given["plunge_mm_min"] / (given["rpm"] * given["flutes"])
    plunge = feed_limits.Plunge(
        rate=given["plunge_mm_min"],
        feed=given["vf_mm_min"],
        bite_mm=bite,
        highest_bite_mm=limit,
        centre_cutting=given["center_cutting"],
    )
    feed = feed_limits.feed_score(feed_rate_mm_per_min=given["vf_mm_min"], max_feed_rate_mm_per_min=given["vf_max"])
    force = feed_limits.axis_score(
        mean_force_n=given["F_mean_N"], force_limit_n=given["F_machine_N"], spread=given["spread"]
    )
    score = min(feed, force, plunge.score)
    actual = {
        "feed_score": feed,
        "force_score": force,
        "plunge_hi_mm": limit,
        "plunge_ratio": bite / limit,
        "plunge_score": plunge.bite_score,
        "plunge_over_feed_score": plunge.rate_score,
        "score": score,
        "level": level_of(score),
    }
    check(actual, expected)


@verdict_examples("V12_chip_clearance")
def test_chip_clearance(example: Numbers) -> None:
    given = example["inputs"]
    ratio, weight = given["op_depth_mm"] / given["D_mm"], chip_clearance.enclosure_of_cut(given["radial_ratio"])
    score = chip_clearance.slot_score(ratio, enclosure=weight, is_metal=given["metal"])
    base = chip_clearance.slot_score(ratio, enclosure=1.0, is_metal=given["metal"])
    actual = {"depth_ratio": ratio, "base": base, "weight": weight, "score": score, "level": level_of(score)}
    check(actual, example["expected"])


@verdict_examples("V12_hand_pass")
def test_pass_by_hand(example: Numbers) -> None:
    given = example["inputs"]
    score = hand.hand_pass_score(depth_over_diameter=given["ap_mm"] / given["D_mm"], radial_ratio=given["radial_ratio"])
    check({"score": score, "level": level_of(score)}, example["expected"])


@verdict_examples("V12_hand_climb")
def test_climb_by_hand(example: Numbers) -> None:
    given = example["inputs"]
    section = given["ap_mm"] * given["ae_mm"]
    score = hand.hand_climb_score(section)
    check({"u": section / hand.CLIMB_LIMIT_MM2, "score": score, "level": level_of(score)}, example["expected"])


@verdict_examples("V12_tabs")
def test_tabs(example: Numbers) -> None:
    given = example["inputs"]
    capacity = tabs.tab_capacity_n(
        count=given["tabs"],
        width_mm=given["tab_width_mm"],
        thickness_mm=given["tab_thickness_mm"],
        strength_n_per_mm2=tabs.TAB_STRENGTHS_N_PER_MM2[MaterialClass.WOOD],
    )
    score = tabs.tab_score(peak_force_n=given["F_peak_N"], capacity_n=capacity)
    actual = {
        "capacity_N": capacity,
        "u": tabs.SAFETY_FACTOR * given["F_peak_N"] / capacity,
        "score": score,
        "level": level_of(score),
    }
    check(actual, example["expected"])


@verdict_examples("V12_precedent")
def test_precedent(example: Numbers) -> None:
    given = example["inputs"]
    most = precedent.shown(tier=given["tier"], material_kind=given["material"], material_class=MaterialClass.WOOD)
    depth = given["ap_mm"] / given["D_mm"] * given["radial_ratio"] ** 2 / most.depth
    bite = given["fz_mm"] / given["D_mm"] / most.bite
    score = precedent.precedent_score(depth, bite)
    actual = {
        "depth_limit": most.depth,
        "chip_limit": most.bite,
        "q_depth": depth,
        "q_chip": bite,
        "score": score,
        "level": level_of(score),
    }
    check(actual, example["expected"])


@pytest.mark.parametrize(
    ("tier", "material_class", "depth", "bite"),
    [
        ("HOBBY", MaterialClass.BOARD, 1.0, 0.025),
        ("HOBBY", MaterialClass.PLASTIC, 0.6, 0.030),
        ("HOBBY", MaterialClass.PHENOLIC, 0.5, 0.020),
        ("HOBBY", MaterialClass.METAL, 0.20, 0.012),
        ("HOBBY", MaterialClass.LAMINATE, 0.2, 0.020),
        ("HOBBY", MaterialClass.BRITTLE, 0.35, 0.012),
        ("BENCHTOP", MaterialClass.WOOD, 1.0, 0.035),
        ("BENCHTOP", MaterialClass.BOARD, 1.0, 0.035),
        ("BENCHTOP", MaterialClass.PLASTIC, 1.0, 0.05),
        ("BENCHTOP", MaterialClass.PHENOLIC, 0.75, 0.030),
        ("BENCHTOP", MaterialClass.METAL, 0.35, 0.018),
        ("BENCHTOP", MaterialClass.LAMINATE, 0.35, 0.035),
        ("BENCHTOP", MaterialClass.BRITTLE, 0.35, 0.012),
    ],
)
def test_what_is_published_for_each_class(tier: str, material_class: MaterialClass, depth: float, bite: float) -> None:
    found = precedent.shown(tier=tier, material_kind="MDF", material_class=material_class)
    assert (found.depth, found.bite) == (depth, bite)
