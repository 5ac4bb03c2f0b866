import hashlib

import orjson
import pytest
import rfc8785

from runs_svc.domain import gate
from runs_svc.domain.attachment import Attachment
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.run import compose, compose_attachment, index_of, payload_sha256
from tests import builders

GCODE = Attachment(Digest("a" * 64), "gcode", "text/x-gcode", "a.nc", 10, "2026-03-01T12:00:00.000000Z")


def test_the_document_is_canonical_and_its_digest_the_identity() -> None:
    record = builders.record()
    assert record.document == rfc8785.dumps(orjson.loads(record.document))
    assert record.digest.sha256 == hashlib.sha256(record.document).hexdigest()


def test_the_feasibility_digest_does_not_depend_on_the_call() -> None:
    first, second = (
        orjson.loads(builders.record(report_value=builders.report(compute_ms=ms)).document) for ms in (0.1, 9.9)
    )
    assert first["hashes"]["feasibility_sha256"] == second["hashes"]["feasibility_sha256"]
    assert first["evaluation"] != second["evaluation"]


def test_the_index_can_be_rebuilt_from_the_document() -> None:
    record = builders.record(linkage={"operator": "ada", "machine_id": "m1"})
    assert index_of(orjson.loads(record.document)) == record.index
    assert (record.index.operator, record.index.machine_id) == ("ada", "m1")
    assert record.index.material_id == "spruce_sitka"


@pytest.mark.parametrize("level", ["RED", "UNKNOWN", "ERROR"])
def test_only_ok_runs_have_outputs(level: str) -> None:
    refused = builders.record(report_value=builders.report(overall_risk=level), gcode_text="G21\n")
    document = orjson.loads(refused.document)
    assert "outputs" not in document
    assert document["hashes"]["gcode_sha256"] == hashlib.sha256(b"G21\n").hexdigest()
    allowed = orjson.loads(builders.record(gcode_text="G21\n").document)
    assert allowed["outputs"] == {"gcode_text": "G21\n"}


def test_a_run_without_a_report_says_so_and_invents_nothing() -> None:
    record = compose(
        builders.attempt(),
        run_id=RunId("run_000000000001"),
        created_at_utc="2026-03-01T12:00:00.000000Z",
        request_id="req_1",
        decision=gate.decide_without_report("away"),
        report=None,
        errors=["away"],
    )
    document = orjson.loads(record.document)
    assert document["feasibility"] is None
    assert document["hashes"]["feasibility_sha256"] == hashlib.sha256(b"null").hexdigest()
    assert "score" not in document["decision"]


def test_the_program_attached_is_the_programs_digest() -> None:
    note = Attachment(Digest("b" * 64), "debug", "text/plain", "a.txt", 1, "2026-03-01T12:00:00.000000Z")
    document = orjson.loads(builders.record(attachments=(note, GCODE)).document)
    assert document["hashes"]["gcode_sha256"] == "a" * 64


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "saw"},
        {"inputs": builders.inputs(engine_id="baseline_v1")},
        {"gcode_text": "G20"},
        {"meta": {"a": 1}},
        {"linkage": {"operator": "ada"}},
        {"attachments": (GCODE,)},
        {"inputs": builders.inputs(context=builders.context({"cut.feed_rate_mm_per_min": 1.0}))},
    ],
)
def test_every_part_of_the_payload_changes_its_digest(change: dict[str, object]) -> None:
    assert payload_sha256(builders.attempt(**change)) != payload_sha256(builders.attempt())


def test_a_later_fact_names_the_document_before_it() -> None:
    data = compose_attachment(GCODE, run_id=RunId("run_000000000001"), request_id="req_2")(1, "b" * 64)
    fact = orjson.loads(data)
    assert (fact["ordinal"], fact["previous_sha256"]) == (1, "b" * 64)
    assert data == rfc8785.dumps(fact)
