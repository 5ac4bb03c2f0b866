"""Worked examples of power, chatter, tear-out and workholding, to 1e-9."""

from math import pi

from feasibility_svc.domain.dimensions.tear_out import tear_out_score
from feasibility_svc.domain.physics import (
    chatter,
    cutting_power,
    holding,
    tear_out,
)
from feasibility_svc.domain.scoring import score_curves
from feasibility_svc.domain.scoring.levels import level_of
from tests.feasibility_svc.domain.examples import Numbers, check, chip, examples, force_law, still_valid


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
        mean_chip_mm=mean,
        teeth_in_cut=given["flutes"] * angle / (2 * pi),
        cutting_speed_m_per_s=cutting_power.cutting_speed_m_per_s(**speed),
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
    teeth = chatter.teeth_in_cut(flute_count=given["flutes"], engagement_rad=given["phi_e_rad"])
    assert given["mu_dir"] == chatter.DIRECTION_FACTOR
    actual = {
        "N_star": teeth,
        "b_lim_machine_mm": chatter.stable_depth_mm(
            stiffness_n_per_mm=given["k_machine_N_mm"],
            damping_ratio=given["zeta_machine"],
            slope_n_per_mm2=given["Kt_N_mm2"],
            teeth=teeth,
        ),
        "f1_tool_Hz": chatter.first_frequency_hz(density_kg_per_m3=given["rho_kg_m3"], **beam),
        "f_tooth_Hz": given["rpm"] * given["flutes"] / 60,
        "L_over_D": given["stickout_mm"] / given["D_mm"],
    }
    replaced = ("k_tool_N_mm", "b_lim_tool_mm", "b_lim_mm", "u_b", "u_LD", "score", "level")
    check(actual, still_valid(example["expected"], *replaced))


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
    pulls_up = face == 1.0
    score = tear_out_score(demand, pulls_up=pulls_up)
    now = {"TO1": (100.0, "GREEN"), "TO2": (50.0, "YELLOW"), "TO3": (79.0, "YELLOW")}
    assert (score, level_of(score)) == now[example["id"]]
    actual = {
        "against": tear_out.against_grain(given["grain_angle_deg"]),
        "end_grain": 0.35 * tear_out.end_grain(given["grain_angle_deg"]),
        "face": face,
        "chip_ratio": ratio,
        "R": demand,
    }
    check(actual, still_valid(example["expected"], "score", "level"))


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
    check({"F_hold_N": hold}, still_valid(example["expected"], "u", "score", "level"))
