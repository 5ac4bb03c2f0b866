"""Worked examples of power, chatter, tear-out, workholding and feed limits, to 1e-9."""

import pytest

from feasibility_svc.domain.dimensions.feed_limits import feed_utilization, plunge_utilization
from feasibility_svc.domain.physics import (
    chatter,
    cutting_power,
    holding,
    tear_out,
)
from feasibility_svc.domain.scoring import score_curves
from feasibility_svc.domain.scoring.levels import level_of
from tests.feasibility_svc.domain.examples import Numbers, check, chip, examples, force_law


@examples("D7_power")
def test_power(example: Numbers) -> None:
    given = example["inputs"]
    _, angle, _, mean = chip(given)
    law = force_law(given)
    rate = cutting_power.removal_rate_mm3_per_s(
        axial_depth_mm=given["ap_mm"], radial_width_mm=given["ae_mm"], feed_rate_mm_per_min=given["vf_mm_min"]
    )
    speed = {"diameter_mm": given["D_mm"], "spindle_speed_rpm": given["rpm"]}
    power = cutting_power.cutting_power_w(
        law,
        axial_depth_mm=given["ap_mm"],
        radial_width_mm=given["ae_mm"],
        feed_rate_mm_per_min=given["vf_mm_min"],
        flute_count=given["flutes"],
        engagement_rad=angle,
        mean_chip_mm=mean,
        **speed,
    )
    if given["spindle"] == "vfd":
        available = cutting_power.vfd_power_w(
            rated_power_w=given["P_rated_W"], rated_speed_rpm=given["n_rated"], spindle_speed_rpm=given["rpm"]
        )
    else:
        available = cutting_power.router_power_w(
            input_power_w=given["P_rated_W"], top_speed_rpm=given["n_rated"], spindle_speed_rpm=given["rpm"]
        )
    score = score_curves.one_sided(power / available)
    actual = {
        "h_mean_mm": mean,
        "MRR_mm3_s": rate,
        "v_c_m_s": cutting_power.cutting_speed_m_per_s(**speed),
        "P_cut_W": power,
        "P_avail_W": available,
        "T_cut_Nm": cutting_power.torque_nm(power_w=power, spindle_speed_rpm=given["rpm"]),
        "T_avail_Nm": cutting_power.torque_nm(power_w=available, spindle_speed_rpm=given["rpm"]),
        "kc_equiv_N_mm2": power / rate * 1_000,
        "u": power / available,
        "score": score,
        "level": level_of(score),
        "ap_max_green_mm": 0.8 * available / (power / given["ap_mm"]),
    }
    check(actual, example["expected"])


@examples("D8_chatter")
def test_chatter(example: Numbers) -> None:
    given = example["inputs"]
    beam = {
        "youngs_modulus_gpa": given["E_MPa"] / 1_000,
        "diameter_mm": given["D_mm"],
        "stickout_mm": given["stickout_mm"],
    }
    stiffness = chatter.tool_stiffness_n_per_mm(**beam)
    teeth = chatter.teeth_in_cut(flute_count=given["flutes"], engagement_rad=given["phi_e_rad"])
    assert given["mu_dir"] == chatter.DIRECTION_FACTOR
    tool, machine = (
        chatter.stable_depth_mm(
            stiffness_n_per_mm=k, damping_ratio=damping, slope_n_per_mm2=given["Kt_N_mm2"], teeth=teeth
        )
        for k, damping in ((stiffness, given["zeta_tool"]), (given["k_machine_N_mm"], given["zeta_machine"]))
    )
    stable, slenderness = min(tool, machine), given["stickout_mm"] / given["D_mm"]
    depth_score = score_curves.one_sided(given["ap_mm"] / stable)
    if not given["frf_measured"]:
        depth_score = max(depth_score, 50.0)
    score = min(depth_score, score_curves.one_sided(slenderness / 8))
    actual = {
        "k_tool_N_mm": stiffness,
        "N_star": teeth,
        "b_lim_tool_mm": tool,
        "b_lim_machine_mm": machine,
        "b_lim_mm": stable,
        "f1_tool_Hz": chatter.first_frequency_hz(density_kg_per_m3=given["rho_kg_m3"], **beam),
        "f_tooth_Hz": given["rpm"] * given["flutes"] / 60,
        "L_over_D": slenderness,
        "u_b": given["ap_mm"] / stable,
        "u_LD": slenderness / 8,
        "score": score,
        "level": level_of(score),
    }
    check(actual, example["expected"])


@examples("D9_tearout")
def test_tear_out(example: Numbers) -> None:
    given = example["inputs"]
    faces = {("up", "top"): 1.0, ("down", "top"): 0.25}
    face = faces[given["helix"], given["quality_face"]]
    ratio = tear_out.chip_ratio(
        thickest_chip_mm=given["h_max_mm"], low_mm=given["window_lo_mm"], high_mm=given["window_hi_mm"]
    )
    demand = tear_out.tear_out_demand(
        grain_angle_deg=given["grain_angle_deg"],
        face=face,
        climb=given["mode"] == "climb",
        chip_ratio=ratio,
        figured=given["figured"],
    )
    score = score_curves.one_sided(demand)
    actual = {
        "against": tear_out.against_grain(given["grain_angle_deg"]),
        "end_grain": 0.35 * tear_out.end_grain(given["grain_angle_deg"]),
        "face": face,
        "chip_ratio": ratio,
        "R": demand,
        "score": score,
        "level": level_of(score),
    }
    check(actual, example["expected"])


@examples("D10_workholding")
def test_workholding(example: Numbers) -> None:
    given = example["inputs"]
    if given["kind"] == "tape":
        assert given["pressure_or_force"] == holding.TAPE_SHEAR_N_PER_MM2
        hold = holding.tape_hold_n(given["area_mm2"])
    else:
        area = given["area_mm2"] if given["kind"] == "vacuum" else 1.0
        hold = holding.friction_hold_n(
            normal_force_n=given["pressure_or_force"] * area, lift_force_n=given["F_lift_N"], friction=given["mu"]
        )
    assert given["safety"] == holding.SAFETY_FACTOR
    utilization = holding.holding_utilization(lateral_force_n=given["F_lateral_N"], hold_n=hold)
    score = score_curves.one_sided(utilization)
    check({"F_hold_N": hold, "u": utilization, "score": score, "level": level_of(score)}, example["expected"])


@examples("D11_feed_limits")
def test_feed_limits(example: Numbers) -> None:
    given = example["inputs"]
    axes = feed_utilization(
        feed_rate_mm_per_min=given["vf_mm_min"],
        max_feed_rate_mm_per_min=given["vf_max"],
        force_n=given["F_res_N"],
        force_limit_n=given["F_machine_limit_N"],
    )
    plunge = plunge_utilization(
        plunge_rate_mm_per_min=given["plunge_mm_min"],
        feed_rate_mm_per_min=given["vf_mm_min"],
        share=given["plunge_frac_max"],
    )
    utilization = max(axes, plunge)
    assert utilization == pytest.approx(example["expected"]["u"], rel=1e-9)
    assert score_curves.one_sided(utilization) == pytest.approx(example["expected"]["score"], rel=1e-9)
