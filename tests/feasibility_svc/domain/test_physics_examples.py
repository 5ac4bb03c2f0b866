"""Worked examples of the scored dimensions and of geometry, to 1e-9."""

from math import pi

import pytest

from feasibility_svc.domain.physics import (
    chip_formation,
    cutting_force,
    deflection,
    fretting,
    rim_speed,
    stock_yield,
    surface_heat,
)
from feasibility_svc.domain.scoring import score_curves
from tests.feasibility_svc.domain.examples import EXAMPLES, Numbers, check, chip, examples, force_law, still_valid


@examples("D1_chipload")
def test_chip_load(example: Numbers) -> None:
    given = example["inputs"]
    feed, angle, thickest, mean = chip(given)
    lowest, highest = chip_formation.runout_bounds_mm(
        feed_per_tooth_mm=feed, runout_mm=given["tir_mm"], flute_count=given["flutes"]
    )
    actual = {
        "fz_mm": feed,
        "phi_e_rad": angle,
        "h_max_mm": thickest,
        "h_mean_mm": mean,
        "derate": chip_formation.depth_derating(given["ap_mm"] / given["D_mm"]),
        "fz_lo_runout": lowest,
        "fz_hi_runout": highest,
    }
    check(actual, still_valid(example["expected"], "lo_mm", "hi_mm", "score", "level", "recommend_vf_mm_min"))


@examples("D2_heat")
def test_heat(example: Numbers) -> None:
    given = example["inputs"]
    mean = chip(given)[3]
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
    actual = {
        "h_mean_mm": mean,
        "Ks_N_mm2": law.slope_n_per_mm2,
        "Int_N_mm": law.edge_force_n_per_mm,
        "Int_eff_N_mm": law.edge_force_at(mean),
        "cp_kJ_kgK": capacity,
        "T_surface_C": surface,
    }
    check(actual, still_valid(example["expected"], "u", "score", "level", "vf_min_green_mm_min"))


@examples("D3_deflection")
def test_deflection(example: Numbers) -> None:
    given = example["inputs"]
    _, _, thickest, _ = chip(given)
    law = force_law(given)
    force = cutting_force.peak_force_n(law, axial_depth_mm=given["ap_mm"], chip_mm=thickest)
    tool = deflection.tool_deflection_mm(
        force_n=force,
        youngs_modulus_gpa=given["E_MPa"] / 1000,
        diameter_mm=given["D_mm"],
        flute_length_mm=given["flute_len_mm"],
        stickout_mm=given["stickout_mm"],
        shank_diameter_mm=given["shank_mm"],
    )
    actual = {
        "h_max_mm": thickest,
        "Ft_N": law.tangential_force_n(axial_depth_mm=given["ap_mm"], chip_mm=thickest),
        "F_res_N": force,
        "I_flute_mm4": deflection.second_moment_mm4(given["k_core"] * given["D_mm"]),
        "I_shank_mm4": deflection.second_moment_mm4(given["shank_mm"]),
        "delta_tool_mm": tool,
    }
    judged = ("delta_kivanc_budak_mm", "delta_machine_mm", "delta_total_mm", "sigma_bend_MPa")
    check(actual, still_valid(example["expected"], *judged, "u", "score", "level", "ap_max_green_mm"))


@examples("D4_rim_speed")
def test_rim_speed(example: Numbers) -> None:
    given, expected = example["inputs"], example["expected"]
    diameter, speed = given["D_mm"], given["rpm"]
    rim = rim_speed.rim_speed_m_per_s(diameter_mm=diameter, spindle_speed_rpm=speed)
    assert rim == pytest.approx(expected["v_m_s"], rel=1e-9)
    if expected["n_plate"] is not None:
        plate = rim_speed.plate_limit_rpm(diameter_mm=diameter, plate_thickness_mm=given["plate_mm"])
        assert plate == pytest.approx(expected["n_plate"], rel=1e-9)
    if example["id"] == "RS4":  # the only one that stands as a whole
        utilization = max(speed / plate, speed / given["n_marked"], rim / given["v_limit_m_s"])
        score = score_curves.speed_limit(utilization)
        assert (utilization, score) == (pytest.approx(expected["u"], rel=1e-9), expected["score"])
        assert 0.95 * min(plate, given["n_marked"]) == pytest.approx(expected["rpm_max_green"], rel=1e-9)


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
    actual = {
        "net_mm2": given["count"] * area,
        "gross_mm2": gross,
        "yield_frac": given["count"] * area / gross,
        "grid_capacity": layout.capacity,
        "yield_ref": reference,
        "quality": quality,
    }
    check(actual, still_valid(example["expected"], "score", "level"))


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
