"""A run's document as a typed value loses nothing, and opens nothing where it cannot be understood."""

from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation import canonical_json
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.gate import GateDecision, RiskLevel, RunStatus
from runs_svc.domain.runs.run import Idempotency
from runs_svc.domain.runs.run_document import read, write
from tests import builders

GCODE = Attachment(Digest("a" * 64), "gcode", "text/x-gcode", "a.nc", 10, "2026-03-01T12:00:00.000000Z")
RECORDED: dict[str, Any] = orjson.loads(
    builders.record(
        attachments=(GCODE,),
        gcode_text="G21\n",
        idempotency=Idempotency("key", "b" * 64),
        linkage={"operator": "ada"},
        meta={"note": [1, None, {"deep": 0.5}]},
    ).document
) | {"envelope": {"max_depth_mm": 3}}
ANN = {"name": "Ann", "kind": "person", "method": "password", "credential_id": "tok_0123456789ab"}
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from(["risk_level", "score", "gate_decision", "design", "x"]), ANY_JSON)
MEMBERS = st.sampled_from(sorted(RECORDED.keys() - {"attachments"} | {"origin", "identity", "never_heard_of"}))


def rewritten(document: bytes) -> bytes:
    """A document read and written again."""
    return canonical_json.dumps(canonical_json.with_doubles(write(read(orjson.loads(document)))))


@pytest.mark.parametrize("who", [{}, {"identity": {"method": "stated"}}, {"identity": ANN}])
def test_a_run_recorded_here_is_written_as_it_was_read(who: dict[str, Any]) -> None:
    document = rfc8785.dumps({**RECORDED, **who})
    assert rewritten(document) == document
    assert read({**RECORDED, **who}).extra == {}


@given(st.dictionaries(MEMBERS, ANY_JSON | OBJECTS))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_document_is_written_as_it_was_read(odd: dict[str, Any]) -> None:
    document = rfc8785.dumps({**RECORDED, **odd})
    assert rewritten(document) == document


@pytest.mark.parametrize(
    "odd",
    [
        {"status": 1, "decision": "GREEN"},
        {"status": "FINE", "decision": {"risk_level": "green", "gate_decision": "OPEN"}},
        {"status": None, "decision": {"risk_level": ["GREEN"], "gate_decision": True}},
    ],
)
def test_a_decision_that_cannot_be_understood_opens_nothing(odd: dict[str, Any]) -> None:
    document = read({**RECORDED, **odd})
    assert document.status is RunStatus.ERROR
    assert document.decision.risk_level is RiskLevel.ERROR
    assert document.recorded_gate is GateDecision.BLOCKED


def test_what_is_of_another_form_is_kept_under_extra() -> None:
    document = read({**RECORDED, "tool_id": 5, "hashes": {"gcode_sha256": 1}, "colour": "red"})
    assert document.extra == {"tool_id": 5, "hashes": {"gcode_sha256": 1}, "colour": "red"}
    assert (document.tool_id, document.hashes) == ("", {})


def test_where_a_run_came_from_is_read_whichever_rules_it_was_imported_by() -> None:
    old, new = (
        builders.run_document(origin={"kind": "v1", "source_sha256": "c" * 64, **more})
        for more in ({}, {"rules": 2, "markers": ["no status in v1"]})
    )
    assert old.origin is not None
    assert new.origin is not None
    assert (old.origin.rules, new.origin.rules) == (1, 2)
    assert (old.origin.source_sha256, new.origin.markers) == ("c" * 64, ["no status in v1"])


@pytest.mark.parametrize("name", sorted(RECORDED.keys() - {"outputs", "envelope", "idempotency_key", "payload_sha256"}))
def test_a_document_without_what_every_run_has_is_none(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        read({key: value for key, value in RECORDED.items() if key != name})
