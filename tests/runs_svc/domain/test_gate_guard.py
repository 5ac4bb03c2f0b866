"""What leaves towards a machine, and what is taken for it."""

import pytest

from foundation.errors import Precondition
from runs_svc.domain.errors import GateClosedError, RunWithdrawnError
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.gate_guard import refuse_closed_gate, refuse_program
from tests import builders

OPEN = builders.run_document(
    status="OK", decision={"risk_level": "GREEN", "gate_decision": "ALLOWED", "block_reason": "", "score": 95.0}
)
BLOCKED = builders.run_document(
    status="BLOCKED",
    decision={"risk_level": "RED", "gate_decision": "BLOCKED", "block_reason": "CHIPLOAD: too fast", "score": 10.0},
    feasibility=builders.report(
        assessments=[
            {"category": "CHIPLOAD", "risk": "RED", "finding": "too fast"},
            {"category": "HEAT", "risk": "GREEN", "finding": "cool"},
        ]
    ),
)
OVERRIDDEN = Amendments(override={"person": "M. Sato", "reason": "scrap"})


def test_an_open_gate_lets_everything_through() -> None:
    refuse_closed_gate(OPEN, Amendments())
    refuse_program(OPEN, Amendments(), "gcode")


def test_a_closed_gate_says_why() -> None:
    with pytest.raises(GateClosedError, match="CHIPLOAD: too fast"):
        refuse_closed_gate(BLOCKED, Amendments())


def test_an_override_opens_the_gate() -> None:
    refuse_closed_gate(BLOCKED, OVERRIDDEN)
    refuse_program(BLOCKED, OVERRIDDEN, "gcode")


def test_nothing_leaves_of_what_was_withdrawn() -> None:
    with pytest.raises(RunWithdrawnError, match="wrong piece"):
        refuse_closed_gate(OPEN, Amendments(tombstone={"reason": "wrong piece"}))


def test_a_program_for_a_refused_run_is_refused_with_every_dimension_that_decided() -> None:
    with pytest.raises(GateClosedError) as caught:
        refuse_program(BLOCKED, Amendments(), "gcode")
    assert list(caught.value.preconditions) == [Precondition("FEASIBILITY", "CHIPLOAD", "too fast")]


def test_a_picture_is_taken_for_a_refused_run() -> None:
    refuse_program(BLOCKED, Amendments(), "preview")
