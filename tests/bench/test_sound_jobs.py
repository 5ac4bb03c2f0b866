"""A sound job of every operation: GREEN, without cliffs around it, and mended again once it is spoilt."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.practice.verdicts import Judge
from feasibility_svc.domain.advice.advice import Advice, advise
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import OPERATIONS, Design
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from tests.bench.test_practice_properties import (
    FALLING,
    JUMPING,
    MOST_PER_STEP,
    NUMBERS,
    SLACK,
    STEEPER,
    scores_around,
)

SOUND: dict[str, Any] = json.loads((Path(__file__).parent / "sound_jobs.json").read_text(encoding="utf-8"))
SPOILT: dict[str, dict[str, float]] = {
    "fed too slowly": {"cut.feed_rate_mm_per_min": 1 / 6, "cut.plunge_rate_mm_per_min": 1 / 6},
    "too deep a pass": {"cut.axial_depth_mm": 4.0},
}
NOTHING_SUFFICES = {("fed too slowly", "a binding ledge by hand"), ("too deep a pass", "a board ripped by hand")}
"""Nobody sets the feed of a hand, and a blade goes as deep as it must."""


def job(judge: Judge, name: str) -> Situation:
    design, context = SOUND[name]["design"], SOUND[name]["context"]
    return resolve(Design.model_validate(design), Context.model_validate(context), judge.catalogue)


def level(judge: Judge, situation: Situation) -> RiskLevel:
    return judge.engine.evaluate(situation).verdict.risk


def test_there_is_one_of_every_operation_and_class_of_machine(judge: Judge) -> None:
    jobs = [job(judge, name) for name in SOUND]
    assert {item.design.operation_name for item in jobs} == set(OPERATIONS)
    assert {item.context.machine.tier for item in jobs} == {"HOBBY", "BENCHTOP", "INDUSTRIAL"}
    assert {bool(item.context.machine.hand_feed) for item in jobs} == {True, False}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_job_is_green_within_its_tolerances_too(judge: Judge, name: str) -> None:
    sound = job(judge, name)
    assert level(judge, sound) is RiskLevel.GREEN
    assert level(judge, sound.sampled) is RiskLevel.GREEN


@pytest.mark.parametrize("key", NUMBERS)
def test_no_score_jumps_or_rises_with_what_harms_around_a_sound_job(judge: Judge, key: str) -> None:
    faults: list[tuple[str, Category, float]] = []
    for name in SOUND:
        sound = job(judge, name)
        held_against_kick = sound.is_saw and bool(sound.context.machine.hand_feed)
        scores = scores_around(judge, sound, key)
        for profile, row in zip(judge.engine.profiles, [] if scores is None else scores, strict=scores is not None):
            gained = np.diff(np.where(np.isfinite(row), row, 100.0))  # where there is none, it would be the best
            steepest = STEEPER.get(profile.category, MOST_PER_STEP)
            if profile.category not in JUMPING and np.max(np.abs(gained)) > steepest:
                faults.append((name, profile.category, float(np.max(np.abs(gained)))))
            if profile.category in FALLING.get(key, ()) and np.max(gained) > SLACK and not held_against_kick:
                faults.append((name, profile.category, float(np.max(gained))))
    assert faults == []


def spoilt(judge: Judge, name: str, how: str) -> Situation:
    sound = job(judge, name)
    factors = SPOILT[how].items()
    return sound.restated({key: factor * value for key, factor in factors if (value := sound.find(key)) is not None})


def proposed(advice: Advice) -> list[dict[str, float | str]]:
    """What each change and setup that is promised to be GREEN sets."""
    changes = [change.fields for change in (*advice.single_changes, advice.pair_change) if change is not None]
    changes += [] if advice.setup is None else [advice.setup.fields]
    return [{field.key: field.suggested for field in fields} for fields in changes]


@pytest.mark.parametrize("how", SPOILT)
@pytest.mark.parametrize("name", SOUND)
def test_what_is_recommended_for_a_spoilt_job_is_green_and_stays_so_within_its_tolerances(
    judge: Judge, name: str, how: str
) -> None:
    looked_at = spoilt(judge, name, how)
    advice = advise(judge.engine, looked_at)
    for values in proposed(advice):
        followed = looked_at.restated(values)
        assert (level(judge, followed), level(judge, followed.sampled)) == (RiskLevel.GREEN, RiskLevel.GREEN), values
    if advice.report.verdict.risk is not RiskLevel.GREEN and (how, name) not in NOTHING_SUFFICES:
        assert proposed(advice)


def test_a_setup_that_keeps_well_within_every_limit_goes_before_a_faster_one(judge: Judge) -> None:
    looked_at = spoilt(judge, "a spoilboard faced", "fed too slowly")
    setup = advise(judge.engine, looked_at).setup
    assert setup is not None
    report = judge.engine.evaluate(looked_at.restated({field.key: field.suggested for field in setup.fields}))
    scores = {item.category: item.score for item in report.assessments}
    limits = (Category.SPINDLE_POWER, Category.RIMSPEED, Category.WORKHOLDING, Category.FEED_LIMITS, Category.HEAT)
    assert [scores[category] for category in (*limits, Category.DEFLECTION)] == [100.0] * 6
