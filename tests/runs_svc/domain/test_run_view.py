"""A run as it is now."""

import pytest

from foundation.canonical_json import JsonObject
from runs_svc.domain.errors import InputsNotRecordedError
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Attachment, read_attachment, write_attachment
from runs_svc.domain.runs.run_view import view_of
from tests import builders

RECORD = builders.record()
VIEW = view_of(RECORD.run_id, RECORD.content, RECORD.digest.sha256)
WHEN: JsonObject = {"created_at_utc": "2026-03-01T12:00:00.000000Z", "request_id": "req_1"}
NOTE: JsonObject = {**WHEN, "kind": "annotation", "idempotency_key": "k1", "body": {"note": "dry"}}
ADVISORY: JsonObject = {**WHEN, "kind": "advisory", "body": {"advisory_id": "adv_1"}}


def test_an_imported_run_has_no_inputs_to_evaluate_again() -> None:
    unjudged = view_of(RECORD.run_id, builders.run_document(), "a" * 64)
    with pytest.raises(InputsNotRecordedError):
        _ = unjudged.inputs
    assert VIEW.inputs == RECORD.content.inputs


def test_what_was_added_is_found_by_its_key() -> None:
    noted = VIEW.with_amendment(NOTE)
    assert noted.amendment_under("k1") == NOTE
    assert noted.amendment_under("k2") is None
    assert noted.amendment_under(None) is None


def test_an_advisory_is_there_once_it_was_added() -> None:
    assert not VIEW.has_advisory("adv_1")
    assert VIEW.with_amendment(ADVISORY).has_advisory("adv_1")


@pytest.mark.parametrize("fields", [{}, {"is_program": True}, {"is_program": True, "replaces_sha256": "b" * 64}])
def test_an_attachment_says_of_programs_only_what_is_so(fields: JsonObject) -> None:
    attachment = Attachment(Digest("a" * 64), "gcode", "", "a.nc", 3, "", **fields)  # type: ignore[arg-type]
    written = write_attachment(attachment)
    assert {name: written[name] for name in ("is_program", "replaces_sha256") if name in written} == fields
    assert read_attachment(written) == attachment
