"""That scores move as the physics does: the harder the cut the lower, and never by leaps.

Cuts are drawn by a seeded generator around what workshops run. A step of 0.05 % of a number moves no score by 1.5.
"""

import random
from typing import Any

import numpy as np
import pytest

from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.scoring.levels import Category
from tests.feasibility_svc.domain.situations import situation

CATALOGUE = read_catalogue()
ENGINE = baseline_engine()
NUMBERS = (
    "cut.feed_rate_mm_per_min",
    "cut.spindle_speed_rpm",
    "cut.axial_depth_mm",
    "cut.radial_width_mm",
    "tool.stickout_mm",
    "tool.runout_mm",
)
STEP, LARGEST_LEAP = 5e-4, 1.5
CUTS_DRAWN = 60
MATERIALS = ("maple_hard", "spruce_sitka", "mdf", "acrylic", "aluminium_6061", "brass_360", "bone", "carbon_fibre")
LOADS = frozenset({Category.DEFLECTION, Category.WORKHOLDING, Category.FEED_LIMITS, Category.SPINDLE_POWER})


def drawn(dice: random.Random) -> Situation:
    diameter = dice.choice([1.0, 1.5875, 3.175, 6.35, 12.0])
    context = {
        "material": {"material_id": dice.choice(MATERIALS)},
        "stock": {"thickness_mm": 60.0, "width_mm": 300.0, "length_mm": 600.0},
        "tool": {
            "kind": dice.choice(["END_MILL", "BALL_NOSE", "O_FLUTE"]),
            "diameter_mm": diameter,
            "flute_count": dice.choice([1, 2, 3]),
            "wear": dice.choice(["SHARP", "USED", "WORN"]),
            "stickout_mm": dice.uniform(20.0, 60.0),
            "shank_diameter_mm": max(3.175, diameter),
            "flute_length_mm": 15.0,
            "runout_mm": dice.uniform(0.005, 0.05),
            "flute_direction": "DOWN",
        },
        "machine": {"machine_id": dice.choice(["shapeoko_3", "avid_pro", "longmill_mk2"])},
        "cut": {
            "spindle_speed_rpm": dice.uniform(8_000.0, 26_000.0),
            "feed_rate_mm_per_min": dice.uniform(100.0, 5_000.0),
            "axial_depth_mm": diameter * dice.uniform(0.1, 1.5),
            "radial_width_mm": diameter * dice.uniform(0.05, 1.0),
        },
        "workholding": {"method": "CLAMPS", "clamp_force_n": 300.0, "friction": 0.25},
    }
    design = {"profile": {"length_mm": 200.0, "depth_mm": diameter * 1.5 + 1.0}}
    return situation(CATALOGUE, context, base={}, design=design)


def scores_of(looked_at: Situation, key: str, factors: np.ndarray) -> dict[Category, np.ndarray]:
    """The score of every dimension that has one at each variant; the must-rules of geometry may leap."""
    value: Any = looked_at.find(key)
    table = ENGINE.table(looked_at.varied({key: value * factors}), len(factors))
    return {
        dimension.profile.category: row
        for dimension, row in zip(ENGINE.dimensions, table.dimension_scores, strict=True)
        if np.all(np.isfinite(row)) and not isinstance(dimension, Geometry)
    }


@pytest.mark.parametrize("key", NUMBERS)
def test_no_small_step_moves_a_score_by_a_leap(key: str) -> None:
    dice, compared = random.Random(key), 0
    factors = (1 + STEP) ** np.arange(-40, 41)
    for _ in range(CUTS_DRAWN):
        looked_at = drawn(dice)
        for category, row in scores_of(looked_at, key, factors).items():
            leap = float(np.max(np.abs(np.diff(row))))
            assert leap < LARGEST_LEAP, (category, leap, looked_at.context)
            compared += 1
    assert compared > 5 * CUTS_DRAWN


@pytest.mark.parametrize(
    ("key", "falling"),
    [
        ("tool.stickout_mm", LOADS | {Category.RIMSPEED, Category.CHATTER}),
        ("tool.runout_mm", frozenset({Category.DEFLECTION})),
        ("cut.axial_depth_mm", LOADS | {Category.PRECEDENT}),
        ("cut.feed_rate_mm_per_min", LOADS | {Category.PRECEDENT}),
        ("cut.spindle_speed_rpm", frozenset({Category.RIMSPEED})),
    ],
)
def test_a_harder_cut_never_scores_better(key: str, falling: frozenset[Category]) -> None:
    dice, compared = random.Random(key), 0
    factors = np.geomspace(0.7, 1.4, 15)
    for _ in range(CUTS_DRAWN):
        looked_at = drawn(dice)
        if key == "cut.axial_depth_mm" and looked_at.context.tool.kind == "BALL_NOSE":
            continue  # a deeper ball cuts with a larger diameter
        for category, row in scores_of(looked_at, key, factors).items():
            if category in falling:
                assert np.all(np.diff(row) <= 1e-9), (category, row)
                compared += 1
    assert compared >= CUTS_DRAWN // 2


@pytest.mark.parametrize(
    "key", ["cut.feed_rate_mm_per_min", "cut.spindle_speed_rpm", "cut.axial_depth_mm", "cut.radial_width_mm"]
)
def test_many_at_once_have_the_bits_of_one(key: str) -> None:
    dice = random.Random(key)
    factors = np.array([0.5, 0.9, 1.0, 1.3])
    for _ in range(CUTS_DRAWN // 4):
        looked_at = drawn(dice)
        value: Any = looked_at.find(key)
        together = ENGINE.table(looked_at.varied({key: value * factors}), len(factors))
        for place, factor in enumerate(factors):
            alone = ENGINE.table(looked_at.varied({key: value * float(factor)}), 1)
            np.testing.assert_array_equal(together.dimension_scores[:, place], alone.dimension_scores[:, 0])
            assert together.ranks[place] == alone.ranks[0]
