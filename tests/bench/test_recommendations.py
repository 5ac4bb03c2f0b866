"""What is proposed for setups from practice: GREEN once it is followed, within the tolerances too, and settable."""

import pytest

from bench.practice.setup import read_setups
from bench.practice.verdicts import Judge
from feasibility_svc.domain.advice.advice import Advice, advise
from feasibility_svc.domain.cut.settable import settable
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.scoring.levels import RiskLevel

SETUPS = {setup.setup_id: setup for setup in read_setups()}
ADVISED = ("P0002", "P0061", "P0422", "P0490", "P0508", "P0524", "P0537")


def advised(judge: Judge, setup_id: str) -> tuple[Situation, Advice]:
    situation = judge.situation(SETUPS[setup_id])
    return situation, advise(judge.engine, situation)


def level(judge: Judge, situation: Situation) -> RiskLevel:
    return judge.engine.evaluate(situation).verdict.risk


@pytest.mark.parametrize("setup_id", ADVISED)
def test_what_is_proposed_is_green_within_the_tolerances_and_can_be_set(judge: Judge, setup_id: str) -> None:
    situation, advice = advised(judge, setup_id)
    changes = [change.fields for change in (*advice.single_changes, advice.pair_change) if change is not None]
    changes += [] if advice.setup is None else [advice.setup.fields]
    assert changes
    machine = situation.context.machine
    for fields in changes:
        followed = situation.restated({field.key: field.suggested for field in fields})
        assert level(judge, followed) is RiskLevel.GREEN
        assert level(judge, followed.sampled) is RiskLevel.GREEN
        for field in fields:
            if isinstance(field.suggested, float) and field.differs:
                assert settable(field.key, field.suggested, up=True, machine=machine) == field.suggested


@pytest.mark.parametrize("setup_id", ["P0002", "P0449"])
def test_a_green_setup_is_only_replaced_by_a_faster_one(judge: Judge, setup_id: str) -> None:
    _, advice = advised(judge, setup_id)
    assert advice.report.verdict.risk is RiskLevel.GREEN
    assert advice.setup is not None
    if any(field.differs for field in advice.setup.fields):
        assert advice.setup.cut_time_s is not None
        assert advice.present_cut_time_s is not None
        assert advice.setup.cut_time_s < 0.85 * advice.present_cut_time_s


def test_a_slot_as_wide_as_its_cutter_is_to_be_made_wider_and_not_stepped_over(judge: Judge) -> None:
    _, advice = advised(judge, "P0518")  # a slot of six diameters in aluminium
    assert (advice.single_changes, advice.pair_change, advice.setup) == ([], None, None)
    assert advice.obstacles[0].startswith("no setting of this machine mends the room for chips: ")
    assert advice.obstacles[-1].startswith("widen the slot by half a diameter and clear it in two passes side by side")


def test_passing_dimensions_are_never_obstacles(judge: Judge) -> None:
    _, advice = advised(judge, "P0504")  # the collet holds too little of the shank
    assert [text for text in advice.obstacles if text.startswith("no setting of this machine mends")] == [
        "no setting of this machine mends the workholding: the collet holds 12.7 mm of a 6.35 mm shank, 19.0 mm is safe"
    ]
