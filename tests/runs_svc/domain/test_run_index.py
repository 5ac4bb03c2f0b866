"""What lists know of a run from its document."""

from typing import Any

import pytest

from runs_svc.domain.errors import DrawingUnavailableError, ProgramNotDrawableError
from runs_svc.domain.runs.run_index import index_of
from tests import builders


@pytest.mark.parametrize(
    ("rings", "picture"),
    [([{"inner_radius_mm": 46.0, "width_mm": 2.0}], "yes"), ([], "no"), (["no ring"], "no"), (7, "no")],
)
def test_a_run_has_a_picture_where_a_ring_can_be_drawn(rings: Any, picture: str) -> None:
    inputs = {"design": {"rosette_channel": {"rings": rings}}, "context": {}, "engine_id": ""}
    assert index_of(builders.run_document(inputs=inputs)).has_picture == picture


def test_a_long_reason_is_shortened() -> None:
    decision = {"risk_level": "RED", "gate_decision": "BLOCKED", "block_reason": "x" * 300, "warnings": []}
    reason = index_of(builders.run_document(decision=decision)).gate_reason
    assert (len(reason), reason[-1]) == (200, "…")


def test_why_a_program_is_not_drawn_is_said() -> None:
    assert str(DrawingUnavailableError("UNAVAILABLE")) == "the program was not drawn: UNAVAILABLE"
    assert str(ProgramNotDrawableError("run_1", "it has no program")) == "run_1: it has no program"
