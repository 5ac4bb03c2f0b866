"""The worked examples of the physics specification, and what their tests share."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from feasibility_svc.domain.physics import (
    chip_formation,
    cutting_force,
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


def still_valid(expected: Numbers, *void: str) -> Numbers:
    """What an older example expects, without what the decision layer has replaced."""
    assert set(void) <= set(expected)
    return {name: value for name, value in expected.items() if name not in void}


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


def force_law(given: Numbers) -> ForceLaw:
    if given["material"] == "mdf":
        return ForceLaw(31.44, 3.36)
    densities = {"spruce_sitka": 425.0, "maple_hard": 705.0, "rosewood_ei": 830.0, "mahogany": 590.0}
    density = given.get("rho", densities[given["material"]])
    return cutting_force.wood_force_law(density_kg_per_m3=density, climb=False, grain_angle_deg=None)
