"""Setups from practice: that each is a job, where each was found, and what the engine says of all of them."""

from collections import Counter

import pytest

from bench.practice.conventions import fields_of, job_of
from bench.practice.setup import Setup, read_setups, read_sources
from bench.practice.verdicts import read_impossible

SETUPS = {setup.setup_id: setup for setup in read_setups()}


def test_every_setup_is_a_job_the_service_takes() -> None:
    assert Counter(setup.works for setup in SETUPS.values()) == {True: 259, False: 31}
    for setup in SETUPS.values():
        design, _ = job_of(setup)
        assert design.name == setup.setup_id


def test_every_setup_says_where_it_was_found() -> None:
    assert {setup.text("source_id") for setup in SETUPS.values()} == set(read_sources())


def test_what_a_source_states_is_taken_as_it_is() -> None:
    design, context = fields_of(SETUPS["P0002"])  # a preset of a machine maker for maple
    assert design["pocket"]["depth_mm"] == 3.8
    assert context["machine"] == {"machine_id": "longmill_mk2"}
    assert context["tool"]["stickout_mm"] == 47.5
    assert context["cut"] == {
        "direction": "CLIMB",
        "cooling": "AIR",
        "spindle_speed_rpm": 12_000.0,
        "feed_rate_mm_per_min": 2_190.0,
        "plunge_rate_mm_per_min": 1_100.0,
        "axial_depth_mm": 1.9,
        "radial_width_mm": 2.85,
    }


@pytest.mark.parametrize(
    ("diameter_mm", "flutes_mm", "shank_mm"),
    [
        ("0.8", 3.0, 3.175),
        ("3.175", 12.7, 3.175),
        ("4.7625", 22.0, 6.35),
        ("7.9375", 22.0, 6.35),
        ("19.05", 20.0, 12.7),
    ],
)
def test_what_a_source_leaves_unsaid_is_what_a_catalogue_has(
    diameter_mm: str, flutes_mm: float, shank_mm: float
) -> None:
    row = {**SETUPS["P0002"].row, "diameter_mm": diameter_mm, "flute_length_mm": "", "stickout_mm": "", "shank_mm": ""}
    tool = fields_of(Setup(row))[1]["tool"]
    expected = (flutes_mm, flutes_mm + 10, shank_mm)
    assert (tool["flute_length_mm"], tool["stickout_mm"], tool["shank_diameter_mm"]) == expected


def test_a_report_of_weak_clamps_is_held_by_weak_clamps() -> None:
    (setup,) = [setup for setup in SETUPS.values() if setup.text("source_id") == "carb_disaster"]
    assert fields_of(setup)[1]["workholding"]["clamp_force_n"] == 150.0


def test_the_impossible_jobs_are_made_of_one_sound_one() -> None:
    assert "base" in read_impossible()
