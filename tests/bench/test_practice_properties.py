"""Around setups from practice: no cliffs where the physics has none, and never better for being worse.

Allowed to jump are the must-rules of the geometry, which are what they are.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from bench.practice.setup import read_setups
from bench.practice.verdicts import Judge
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.levels import Category

STEP = 0.0005
AROUND = np.exp(np.arange(-400, 401) * STEP)
"""A fifth less to a fifth more, in steps of 0.05 %."""
MOST_PER_STEP = 1.5
STEEPER = {Category.RIMSPEED: 2.1}
"""From the highest chart speed of a brazed tool to 5 % above it the score falls from 50 to nothing."""
JUMPING = frozenset({Category.GEOMETRY})
NUMBERS = (
    "cut.feed_rate_mm_per_min",
    "cut.spindle_speed_rpm",
    "cut.axial_depth_mm",
    "cut.plunge_rate_mm_per_min",
    "cut.radial_width_mm",
    "tool.stickout_mm",
    "tool.runout_mm",
)
LOADS = (Category.DEFLECTION, Category.SPINDLE_POWER, Category.WORKHOLDING)
FALLING = {
    "tool.stickout_mm": (Category.DEFLECTION, Category.RIMSPEED),
    "tool.runout_mm": (Category.DEFLECTION,),
    "cut.axial_depth_mm": (*LOADS, Category.HAND, Category.PRECEDENT),
    "cut.feed_rate_mm_per_min": (Category.SPINDLE_POWER, Category.PRECEDENT),
    "cut.spindle_speed_rpm": (Category.RIMSPEED,),
}
"""Scores that fall, or stay, while a number grows; of blades that a hand feeds the rim may also be too slow."""
SETUPS = read_setups()[::6]
SLACK = 1e-9
SAWN_BY_HAND = {setup.setup_id for setup in SETUPS if setup.is_saw and setup.by_hand}


def scores_around(judge: Judge, situation: Situation, key: str) -> np.ndarray | None:
    """A row per dimension, infinite where there is no score; None where the number is not known."""
    value = situation.find(key)
    if value is None:
        return None
    numbers: dict[str, Any] = {key: value * AROUND}
    return judge.engine.table(situation.varied(numbers), len(AROUND)).dimension_scores


def steps(judge: Judge, key: str) -> Iterator[tuple[str, Category, np.ndarray]]:
    """What each score gains per step, setup by setup; of scores that there are."""
    for setup in SETUPS:
        scores = scores_around(judge, judge.situation(setup), key)
        if scores is None:
            continue
        for profile, row in zip(judge.engine.profiles, scores, strict=True):
            known = row[np.isfinite(row)]
            if len(known) == len(row):
                yield setup.setup_id, profile.category, np.diff(known)


@pytest.mark.parametrize("key", NUMBERS)
def test_no_score_falls_off_a_cliff(judge: Judge, key: str) -> None:
    cliffs = [
        (setup_id, category, float(np.max(np.abs(gained))))
        for setup_id, category, gained in steps(judge, key)
        if category not in JUMPING and np.max(np.abs(gained)) > STEEPER.get(category, MOST_PER_STEP)
    ]
    assert cliffs == []


@pytest.mark.parametrize("key", FALLING)
def test_more_of_what_harms_is_never_better(judge: Judge, key: str) -> None:
    better = [
        (setup_id, category, float(np.max(gained)))
        for setup_id, category, gained in steps(judge, key)
        if category in FALLING[key] and np.max(gained) > SLACK and setup_id not in SAWN_BY_HAND
    ]
    assert better == []


def test_a_stiffer_machine_is_never_worse(judge: Judge) -> None:
    worse: list[tuple[str, Category]] = []
    for setup_id, category, gained in steps(judge, "machine.stiffness_n_per_mm"):
        if category in {Category.DEFLECTION, Category.CHATTER} and np.min(gained) < -SLACK:
            worse.append((setup_id, category))
    assert worse == []


def test_there_is_a_setup_of_every_class_of_machine_and_kind_of_cut() -> None:
    seen: Sequence[str] = [setup.text("machine_class") for setup in SETUPS]
    assert set(seen) == {"hobby", "benchtop", "industrial", "hand"}
