"""Every worked example of the physics specification, to 1e-9. The expected values come from the specification."""

import json
from collections.abc import Mapping
from math import pi
from pathlib import Path
from typing import Any

import pytest

from feasibility_svc.domain import score_maps
from feasibility_svc.domain.dimensions.feed_limits import feed_utilization, plunge_utilization
from feasibility_svc.domain.levels import level_of
from feasibility_svc.domain.physics import (
    chatter,
    chip_formation,
    cutting_force,
    cutting_power,
    deflection,
    fretting,
    holding,
    rim_speed,
    stock_yield,
    surface_heat,
    tear_out,
)
from feasibility_svc.domain.physics.cutting_force import ForceLaw

Numbers = dict[str, Any]
EXAMPLES = json.loads((Path(__file__).parents[2] / "data" / "physics_examples.json").read_text())


def examples(section: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("example", EXAMPLES[section], ids=lambda example: example["id"])


def check(actual: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    assert set(actual) == set(expected)
    for name, value in expected.items():
        if isinstance(value, str) or value is None:
            assert actual[name] == value, name
        else:
            assert actual[name] == pytest.approx(value, rel=1e-9), name


def chip(given: Numbers) -> tuple[float, float, float, float]:
    ratio = chip_formation.radial_ratio(radial_width_mm=given["ae_mm"], diameter_mm=given["D_mm"])
    feed = chip_formation.feed_per_tooth_mm(
        feed_rate_mm_per_min=given["vf_mm_min"], spindle_speed_rpm=given["rpm"], flute_count=given["flutes"]
    )
    return (
        feed,
        chip_formation.engagement_angle_rad(ratio),
        feed * chip_formation.thickest_chip_factor(ratio),
        feed * chip_formation.mean_chip_factor(ratio),
    )


@examples("D1_chipload")
def test_chip_load(example: Numbers) -> None:
    given = example["inputs"]
    feed, angle, thickest, mean = chip(given)
    derate = chip_formation.depth_derating(given["ap_mm"] / given["D_mm"])
    low, high = given["window_lo_mm"] * derate, given["window_hi_mm"] * derate
    lowest, highest = chip_formation.runout_bounds_mm(
        feed_per_tooth_mm=feed, runout_mm=given["tir_mm"], flute_count=given["flutes"]
    )
    assert chip_formation.rubbing_floor_mm(given["D_mm"]) == given["rub_floor_mm"]
    score = score_maps.window(thickest, low=low, high=high)
    if thickest < given["rub_floor_mm"]:
        score = min(score, 49.0)
    middle = (low * high) ** 0.5 / (thickest / feed) * given["rpm"] * given["flutes"]
    actual = {
        "fz_mm": feed,
        "phi_e_rad": angle,
        "h_max_mm": thickest,
        "h_mean_mm": mean,
        "derate": derate,
        "lo_mm": low,
        "hi_mm": high,
        "fz_lo_runout": lowest,
        "fz_hi_runout": highest,
        "score": score,
        "level": level_of(score),
        "recommend_vf_mm_min": middle,
    }
    check(actual, example["expected"])


def force_law(given: Numbers) -> ForceLaw:
    if given["material"] == "mdf":
        return ForceLaw(31.44, 3.36)
    densities = {"spruce_sitka": 425.0, "maple_hard": 705.0, "rosewood_ei": 830.0, "mahogany": 590.0}
    density = given.get("rho", densities[given["material"]])
    return cutting_force.wood_force_law(density_kg_per_m3=density, climb=False, grain_angle_deg=None)


@examples("D2_heat")
def test_heat(example: Numbers) -> None:
    given = example["inputs"]
    feed, _, _, mean = chip(given)
    law = force_law(given)
    capacity = surface_heat.heat_capacity_kj_per_kg_k(moisture_percent=given["mc_pct"])
    state = {
        "density_kg_per_m3": given["rho"],
        "heat_capacity_kj_per_kg_k": capacity,
        "wear_factor": given["C_wear"],
        "cooling_factor": given["C_cool"],
        "ambient_c": given["T_amb_C"],
    }
    surface = surface_heat.surface_temperature_c(law, mean_chip_mm=mean, **state)
    utilization = (surface - 20) / (given["T_red_C"] - 20)
    needed = surface_heat.chip_for_temperature_mm(law, limit_c=20 + 0.8 * (given["T_red_C"] - 20), **state)
    assert needed is not None
    slowest = max(needed / (mean / feed) * given["rpm"] * given["flutes"], 1.0)
    score = score_maps.one_sided(utilization)
    actual = {
        "h_mean_mm": mean,
        "Ks_N_mm2": law.slope_n_per_mm2,
        "Int_N_mm": law.edge_force_n_per_mm,
        "Int_eff_N_mm": law.edge_force_at(mean),
        "cp_kJ_kgK": capacity,
        "T_surface_C": surface,
        "u": utilization,
        "score": score,
        "level": level_of(score),
        "vf_min_green_mm_min": slowest,
    }
    check(actual, example["expected"])


@examples("D3_deflection")
def test_deflection(example: Numbers) -> None:
    given = example["inputs"]
    feed, angle, thickest, _ = chip(given)
    law = force_law(given)
    force = cutting_force.peak_in_plane_force_n(
        law,
        axial_depth_mm=given["ap_mm"],
        feed_per_tooth_mm=feed,
        engagement_rad=angle,
        flute_count=given["flutes"],
    )
    shape = {
        "diameter_mm": given["D_mm"],
        "flute_length_mm": given["flute_len_mm"],
        "stickout_mm": given["stickout_mm"],
        "shank_diameter_mm": given["shank_mm"],
    }
    modulus = given["E_MPa"] / 1000
    tool = deflection.tool_deflection_mm(force_n=force, youngs_modulus_gpa=modulus, **shape)
    fitted = deflection.kivanc_budak_deflection_mm(
        force_n=force, youngs_modulus_gpa=modulus, flute_count=given["flutes"], **shape
    )
    machine = force / given["k_machine_N_mm"]
    stress = deflection.bending_stress_mpa(force_n=force, **shape)
    utilization = max((tool + machine) / given["delta_limit_mm"], stress / given["sigma_allow_MPa"])
    score = score_maps.one_sided(utilization)
    actual = {
        "h_max_mm": thickest,
        "Ft_N": law.tangential_force_n(axial_depth_mm=given["ap_mm"], chip_mm=thickest),
        "F_res_N": force,
        "I_flute_mm4": deflection.second_moment_mm4(given["k_core"] * given["D_mm"]),
        "I_shank_mm4": deflection.second_moment_mm4(given["shank_mm"]),
        "delta_tool_mm": tool,
        "delta_kivanc_budak_mm": fitted,
        "delta_machine_mm": machine,
        "delta_total_mm": tool + machine,
        "sigma_bend_MPa": stress,
        "u": utilization,
        "score": score,
        "level": level_of(score),
        "ap_max_green_mm": 0.8 * given["delta_limit_mm"] / ((tool + machine) / given["ap_mm"]),
    }
    check(actual, example["expected"])


@examples("D4_rim_speed")
def test_rim_speed(example: Numbers) -> None:
    given = example["inputs"]
    diameter, speed, is_router = given["D_mm"], given["rpm"], given["kind"] == "router"
    rim = rim_speed.rim_speed_m_per_s(diameter_mm=diameter, spindle_speed_rpm=speed)
    table = rim_speed.router_chart_speed_rpm(diameter) if is_router else None
    plate = None
    if given["plate_mm"] is not None:
        plate = rim_speed.plate_limit_rpm(diameter_mm=diameter, plate_thickness_mm=given["plate_mm"])
    ceiling = rim_speed.speed_at_rim_rpm(diameter_mm=diameter, rim_speed_m_per_s=given["v_limit_m_s"])
    lowest = min(limit for limit in (table, plate, ceiling, given["n_marked"]) if limit is not None)
    utilization = speed / lowest
    score = score_maps.safety_limit(utilization)
    if rim < given["v_min_m_s"]:
        score = min(score, rim_speed.too_slow_cap(rim_speed_m_per_s=rim, minimum_m_per_s=given["v_min_m_s"]))
    actual = {
        "v_m_s": rim,
        "n_table": table,
        "n_plate": plate,
        "u": utilization,
        "score": score,
        "level": level_of(score),
        "rpm_max_green": 0.95 * lowest,
    }
    check(actual, example["expected"])


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
    score = score_maps.one_sided(power / available)
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
    depth_score = score_maps.one_sided(given["ap_mm"] / stable)
    if not given["frf_measured"]:
        depth_score = max(depth_score, 50.0)
    score = min(depth_score, score_maps.one_sided(slenderness / 8))
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
    score = score_maps.one_sided(demand)
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
    score = score_maps.one_sided(utilization)
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
    assert score_maps.one_sided(utilization) == pytest.approx(example["expected"]["score"], rel=1e-9)


@pytest.mark.parametrize("example", EXAMPLES["D5_bom"][:2], ids=lambda example: example["id"])
def test_ring_yield(example: Numbers) -> None:
    given = example["inputs"]
    outer, spacing = given["ring_outer_r_mm"], given["spacing_mm"]
    layout = stock_yield.grid(
        stock_width_mm=given["blank_w_mm"],
        stock_length_mm=given["blank_h_mm"],
        cell_width_mm=2 * outer,
        cell_length_mm=2 * outer,
        spacing_mm=spacing,
    )
    area = stock_yield.ring_area_mm2(outer_radius_mm=outer, inner_radius_mm=given["ring_inner_r_mm"])
    gross = given["blank_w_mm"] * given["blank_h_mm"]
    reference = stock_yield.ring_reference(
        net_mm2=area, outer_diameter_mm=2 * outer, spacing_mm=spacing, rows=layout.rows
    )
    quality = given["count"] * area / gross / reference
    score = stock_yield.quality_score(quality)
    actual = {
        "net_mm2": given["count"] * area,
        "gross_mm2": gross,
        "yield_frac": given["count"] * area / gross,
        "grid_capacity": layout.capacity,
        "yield_ref": reference,
        "quality": quality,
        "score": score,
        "level": level_of(score),
    }
    check(actual, example["expected"])


def test_purfling_strips() -> None:
    example = EXAMPLES["D5_bom"][2]
    given = example["inputs"]
    length = stock_yield.purfling_length_mm(
        mean_diameters_mm=given["purfling_ring_mean_d_mm"], plies=given["plies"], trim_mm=given["trim_mm"]
    )
    strips = stock_yield.strips_needed(length_mm=length, strip_length_mm=given["strip_len_mm"])
    net = sum(
        plies * pi * diameter for diameter, plies in zip(given["purfling_ring_mean_d_mm"], given["plies"], strict=True)
    )
    actual = {
        "length_needed_mm": length,
        "strips": strips,
        "yield_frac": net / (strips * given["strip_len_mm"]),
    }
    check(actual, example["expected"])


def test_rectangular_yield() -> None:
    example = EXAMPLES["D5_bom"][3]
    given = example["inputs"]
    layout = stock_yield.grid(
        stock_width_mm=given["blank_w_mm"],
        stock_length_mm=given["blank_len_mm"],
        cell_width_mm=given["part_w_mm"],
        cell_length_mm=given["part_len_mm"],
        spacing_mm=given["kerf_mm"],
    )
    area = given["part_w_mm"] * given["part_len_mm"]
    actual = {
        "cols": layout.columns,
        "rows": layout.rows,
        "count": layout.capacity,
        "yield_frac": layout.capacity * area / (given["blank_w_mm"] * given["blank_len_mm"]),
    }
    check(actual, example["expected"])


GEOMETRY = {example["id"]: example for example in EXAMPLES["D6_geometry"]}


def test_fret_positions() -> None:
    given, expected = GEOMETRY["GE1"]["inputs"], GEOMETRY["GE1"]["expected"]
    positions = [fretting.fret_position_mm(scale_length_mm=given["scale_mm"], fret=fret) for fret in given["frets"]]
    assert positions == pytest.approx(expected["positions_mm"], rel=1e-9)


def test_multiscale_frets() -> None:
    given, expected = GEOMETRY["GE2"]["inputs"], GEOMETRY["GE2"]["expected"]
    bass = fretting.fret_position_mm(scale_length_mm=given["bass_scale_mm"], fret=given["fret"])
    treble = fretting.fret_position_mm(scale_length_mm=given["treble_scale_mm"], fret=given["fret"])
    offset = fretting.fan_shift_mm(
        bass_scale_mm=given["bass_scale_mm"],
        treble_scale_mm=given["treble_scale_mm"],
        perpendicular_fret=given["perp_fret"],
    )
    actual = {"bass_mm": bass, "treble_mm": treble, "offset_mm": offset, "delta_mm": bass - treble - offset}
    check(actual, expected)


@pytest.mark.parametrize("name", ["GE3", "GE4", "GE5"])
def test_saw_slots(name: str) -> None:
    given, expected = GEOMETRY[name]["inputs"], GEOMETRY[name]["expected"]
    ratio = chip_formation.radial_ratio(radial_width_mm=given["slot_depth_mm"], diameter_mm=given["blade_D_mm"])
    run_out = fretting.saw_run_out_mm(blade_diameter_mm=given["blade_D_mm"], depth_mm=given["slot_depth_mm"])
    actual = {
        "chord_mm": 2 * run_out,
        "run_out_each_side_mm": run_out,
        "phi_e_rad": chip_formation.engagement_angle_rad(ratio),
        "h_mean_over_fz": chip_formation.mean_chip_factor(ratio),
    }
    check(actual, expected)


def test_radiused_board() -> None:
    given, expected = GEOMETRY["GE6"]["inputs"], GEOMETRY["GE6"]["expected"]
    sagitta = fretting.crown_sagitta_mm(radius_mm=given["fb_radius_mm"], width_mm=given["fb_width_mm"])
    check({"sagitta_mm": sagitta, "slot_depth_centre_mm": given["slot_depth_edge_mm"] + sagitta}, expected)
