"""Amendments, differences and store checks on the wire."""

import re

from google.protobuf import json_format, struct_pb2

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.errors import InvalidFieldsError
from foundation.identity import made_by
from foundation.json_members import child, text
from foundation.visible_text import visible_length
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rpckit import preencoded, proto_json
from rpckit.authentication.acting import acting_name
from rpckit.authentication.identity_messages import identity_member, write_identity
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind, amendment_body
from runs_svc.domain.runs.explained import explanation_of
from runs_svc.domain.runs.redaction import keep_open_fields
from runs_svc.domain.runs.run_diff import Difference
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.upkeep.retention import read_reason
from runs_svc.domain.upkeep.verification import Outcome
from runs_svc.service.runs import request_messages
from runs_svc.service.runs.texts import read_label
from runs_svc.service.runs.timed import timed
from runs_svc.usecases.runs.amend import AmendResult
from runs_svc.usecases.runs.diff import Compared
from runs_svc.usecases.runs.suggest_advisory import ADVISORY_ID
from runs_svc.usecases.verification.verify_store import StoreCheck

_LONGEST_NAME, _LONGEST_NOTE, _LONGEST_TEXT, _LONGEST_SUMMARY = 100, 2_000, 20_000, 500
_ADVISORY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STEPS = {number: name.removeprefix("EXECUTION_STEP_") for name, number in run_pb2.ExecutionStep.items() if number}
_KINDS = {number: name.removeprefix("ADVISORY_KIND_") for name, number in run_pb2.AdvisoryKind.items()}
_STATUSES = {
    number: name.removeprefix("EXPLANATION_STATUS_") for name, number in run_pb2.ExplanationStatus.items() if number
}
OUTCOMES = {
    **{name.removeprefix("VERIFICATION_OUTCOME_"): number for name, number in run_pb2.VerificationOutcome.items()},
    Outcome.PENDING: run_pb2.VERIFICATION_OUTCOME_VERIFIED,  # no damage; the detail says what is still to come
}
_SEVERITIES = {name.removeprefix("DIFFERENCE_SEVERITY_"): number for name, number in pb.DifferenceSeverity.items()}
_CHANGES = {name.removeprefix("DIFFERENCE_KIND_"): number for name, number in pb.DifferenceKind.items()}


def later_values(view: RunView) -> JsonObject:
    """Members of a Run message that amendments make."""
    later, explained = view.later, explanation_of(view)
    values: JsonObject = {
        "annotations": [timed(item) for item in later.annotations],
        "executions": [timed(item) for item in later.executions],
        "advisory_inputs": [advisory_value(item, view.run_id) for item in later.advisories],
        **request_messages.request_values(view),
        "explanation_status": explained.status,
        "explanation_summary": explained.summary,
    }
    if (identity := made_by(later.explanation)) is not None:
        values["explanation_identity"] = identity_member(identity)["identity"]
    if later.override is not None:
        values["override"] = request_messages.override_value(later.override, view.run_id)
    if later.hold is not None:
        values["legal_hold"] = timed(later.hold)
    if later.tombstone is not None:
        values["tombstone"] = timed(later.tombstone)
    return values


def advisory_value(amendment: JsonMapping, run_id: RunId) -> JsonObject:
    return {**timed(amendment), "name": f"runs/{run_id}/advisories/{amendment['advisory_id']}"}


def write_annotation(amendment: JsonMapping) -> run_pb2.Annotation:
    return proto_json.write(run_pb2.Annotation, timed(amendment))


def write_advisory(view: RunView, advisory_id: str) -> run_pb2.AdvisoryLink:
    amendment = next(item for item in view.later.advisories if item["advisory_id"] == advisory_id)
    return proto_json.write(run_pb2.AdvisoryLink, advisory_value(amendment, view.run_id))


def write_attached(added: AmendResult) -> run_pb2.AdvisoryLink:
    """The advisory that stands in the ledger now."""
    return proto_json.write(run_pb2.AdvisoryLink, advisory_value(amendment_body(added.amendment), added.run_id))


def write_growth(amendment: JsonMapping) -> bytes | None:
    """What an amendment adds to the bytes of its run's message; None where it changes what stands in them."""
    body = child(amendment, "body")
    if amendment["kind"] != AmendmentKind.ANNOTATION.value or body["meta"]:
        return None
    note = run_pb2.Annotation(
        person=text(body, "person"),
        note=text(body, "note"),
        meta=struct_pb2.Struct(),
        create_time=proto_json.write_moment(text(amendment, "created_at_utc")),  # type: ignore[arg-type]  # the runtime takes these
        request_id=text(amendment, "request_id"),
        identity=None if (identity := made_by(amendment)) is None else write_identity(identity),
    )
    return preencoded.field(run_pb2.Run.ANNOTATIONS_FIELD_NUMBER, note.SerializeToString())


def read_annotation(request: pb.AnnotateRunRequest) -> JsonObject:
    """What an annotation holds.

    Raises:
        InvalidFieldsError, JsonOutOfDomainError: A field breaks a rule.
    """
    if not visible_length(request.note) and not request.HasField("meta"):
        raise InvalidFieldsError.one("note", "note or meta is required")
    return {
        "person": acting_name("person", request.person),
        "note": _text("note", request.note, _LONGEST_NOTE),
        "meta": keep_open_fields(proto_json.read_struct(request.meta, "meta")),
    }


def read_advisory(request: pb.AttachAdvisoryRequest) -> JsonObject:
    """What an advisory holds.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    if not _ADVISORY_ID.fullmatch(request.advisory_id):
        raise InvalidFieldsError.one("advisory_id", f"{request.advisory_id!r} is not [A-Za-z0-9_-]{{1,64}}")
    if request.advisory_id == ADVISORY_ID:
        raise InvalidFieldsError.one("advisory_id", f"{ADVISORY_ID!r} is the computed one's; choose another")
    if request.kind not in _KINDS:
        raise InvalidFieldsError.one("kind", f"{request.kind} is not an AdvisoryKind")
    return {
        "advisory_id": request.advisory_id,
        "kind": _KINDS[request.kind],
        "engine_id": _text("engine_id", request.engine_id, _LONGEST_NAME),
        "engine_version": _text("engine_version", request.engine_version, _LONGEST_NAME),
        "text": _text("text", request.text, _LONGEST_TEXT),
    }


def read_explanation(request: pb.SetRunExplanationRequest) -> JsonObject:
    """The status of an explanation.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    if request.status not in _STATUSES:
        raise InvalidFieldsError.one("status", f"{request.status} is not allowed; {', '.join(_STATUSES.values())}")
    if _STATUSES[request.status] == "READY" and not visible_length(request.summary):
        raise InvalidFieldsError.one("summary", "is required for READY")
    return {"status": _STATUSES[request.status], "summary": _text("summary", request.summary, _LONGEST_SUMMARY)}


def read_hold(request: pb.SetLegalHoldRequest) -> JsonObject:
    """A decision about a legal hold.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    return {
        "held": request.held,
        "person": acting_name("person", request.person),
        "reason": read_reason(request.reason),
    }


def read_execution(request: pb.RecordExecutionRequest) -> JsonObject:
    """A step at the machine.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    if request.step not in _STEPS:
        raise InvalidFieldsError.one("step", f"{request.step} is not allowed; {', '.join(_STEPS.values())}")
    return {
        "step": _STEPS[request.step],
        "instrument_serial": read_short("instrument_serial", request.instrument_serial),
        "operator": read_operator("operator", request.operator),
        "machine_id": read_short("machine_id", request.machine_id),
        "note": _text("note", request.note, _LONGEST_NOTE),
    }


def read_short(field: str, text: str) -> str:
    return _text(field, text, _LONGEST_NAME)


def read_operator(field: str, text: str) -> str:
    """Who stands at the machine, where somebody is named.

    Raises:
        InvalidFieldsError: The name is too long, or holds what cannot be seen.
    """
    return read_label(field, text, _LONGEST_NAME)


def read_note(text: str) -> str:
    return _text("note", text, _LONGEST_NOTE)


def _text(field: str, text: str, longest: int) -> str:
    if len(text) > longest:
        raise InvalidFieldsError.one(field, f"is longer than {longest} characters")
    return text


def write_compared(compared: Compared) -> pb.DiffRunsResponse:
    found = compared.comparison
    return pb.DiffRunsResponse(
        differences=[_write_difference(item) for item in found.differences],
        total_count=found.total_count,
        severity=_SEVERITIES[found.severity or "UNSPECIFIED"],
        gcode_diff="\n".join(found.program_lines),
        truncated=compared.truncated,
    )


def _write_difference(item: Difference) -> pb.RunDifference:
    written = pb.RunDifference(
        path=item.path,
        kind=_CHANGES[item.change],
        severity=_SEVERITIES[item.severity],
        term=item.term,
    )
    for name, value in (("left", item.left), ("right", item.right)):
        if value is not None:
            json_format.ParseDict(value, getattr(written, name))
    return written


def write_store_check(state: StoreCheck) -> pb.StoreVerification:
    outcomes = state.outcomes
    worst = next((outcome for outcome in reversed(Outcome) if outcomes[outcome]), Outcome.VERIFIED)
    return pb.StoreVerification(
        run_count=state.runs,
        thing_count=state.entities,
        item_count=outcomes.total(),
        verified_count=outcomes[Outcome.VERIFIED] + outcomes[Outcome.PENDING],
        mismatch_count=outcomes[Outcome.MISMATCH],
        missing_count=outcomes[Outcome.MISSING],
        unreadable_count=outcomes[Outcome.UNREADABLE],
        outcome=OUTCOMES[worst],
    )
