"""Between the contract and the domain: attempts in, runs out."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.errors import InvalidFieldsError
from foundation.message_size import PAGE_BUDGET
from foundation.timestamps import read_time
from foundation.visible_text import unseen_in
from rmos.runs.v1 import attachments_service_pb2 as attachments_pb
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import feasibility_report_pb2, risk_pb2
from rpckit import proto_json
from rpckit.authentication.identity_messages import identity_member
from rpckit.page_tokens import fitting
from runs_svc.domain.ids import Digest, RunId, read_digest, read_kind, read_run_id, read_run_name
from runs_svc.domain.runs.attachment import DEFAULT_MIME, Attachment
from runs_svc.domain.runs.imported import decision_of, origin_of
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.programs import is_program
from runs_svc.domain.runs.redaction import keep_open_fields, summarize
from runs_svc.domain.runs.run import LONGEST_INLINE_PROGRAM, Attempt
from runs_svc.domain.runs.run_document import write_decision
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.upkeep.verification import Check, worst
from runs_svc.ports import ListedRun
from runs_svc.service.runs import amendment_messages, envelope_messages, program_messages
from runs_svc.service.runs.texts import read_label
from runs_svc.usecases.runs.lineage import Lineage, Relative

_FILENAME = re.compile(r"[^/\\\x00-\x1f]{0,255}")
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+(;[ -~]*)?")
_LONGEST_LINK, _LONGEST_NOTES = 128, 2_000
_MOST_ATTACHMENTS = 1_000
_SESSION_ID = re.compile(r"ws_[0-9a-f]{12}")
_UNCHECKED = ""  # replaced by the time of recording once the blob is found
_STATUSES = {name.removeprefix("RUN_STATUS_"): number for name, number in run_pb2.RunStatus.items()}
_GATES = {name.removeprefix("GATE_DECISION_"): number for name, number in run_pb2.GateDecision.items()}
_STEPS = {name.removeprefix("EXECUTION_STEP_"): number for name, number in run_pb2.ExecutionStep.items()}
_RELEASES = {name.removeprefix("PROGRAM_RELEASE_"): number for name, number in run_pb2.ProgramRelease.items()}
_LEVELS = {name.removeprefix("RISK_LEVEL_"): number for name, number in risk_pb2.RiskLevel.items()}


def read_attempt(request: pb.CreateRunRequest) -> Attempt:
    """The attempt in a request. A verdict has no place in it, wherever a client may put one.

    Raises:
        InvalidFieldsError, JsonOutOfDomainError: A field breaks a rule.
    """
    for field in ("design", "context"):
        if not request.HasField(field):
            raise InvalidFieldsError.one(field, "is required")
    proto_json.refuse_unknown_fields(request)
    check_program(request.gcode_text)
    if len(request.attachments) > _MOST_ATTACHMENTS:
        raise InvalidFieldsError.one("attachments", f"more than {_MOST_ATTACHMENTS}")
    source = (
        proto_json.read_value(request.source_request, "source_request") if request.HasField("source_request") else None
    )
    return Attempt(
        inputs=Inputs(
            design=proto_json.read(request.design, "design"),
            context=proto_json.read(request.context, "context"),
            engine_id=request.engine_id,
        ),
        mode=read_kind(request.mode, "mode"),
        request_summary=summarize(source),
        attachments=tuple(
            read_reference(item, f"attachments[{index}]") for index, item in enumerate(request.attachments)
        ),
        gcode_text=request.gcode_text,
        meta=keep_open_fields(proto_json.read_struct(request.meta, "meta")),
        linkage=_read_linkage(request.linkage),
        source=source,
        envelope=envelope_messages.read_envelope(request.envelope, "envelope"),
    )


def check_program(gcode_text: str) -> None:
    """Refuse a program that is too long to stand in the record.

    Raises:
        InvalidFieldsError: It is.
    """
    if len(gcode_text.encode()) > LONGEST_INLINE_PROGRAM:
        text = f"is longer than {LONGEST_INLINE_PROGRAM} bytes; upload it as an attachment"
        raise InvalidFieldsError.one("gcode_text", text)


def read_reference(reference: pb.AttachmentReference, path: str) -> Attachment:
    return Attachment(
        digest=read_digest(reference.sha256, f"{path}.sha256"),
        kind=read_kind(reference.kind, f"{path}.kind"),
        mime=_read_mime(reference.mime, f"{path}.mime"),
        filename=_read_filename(reference.filename, f"{path}.filename"),
        size_bytes=0,
        created_at_utc=_UNCHECKED,
    )


def read_header(header: attachments_pb.UploadHeader) -> tuple[Attachment, RunId | None]:
    """What an upload declares, and the run it is for.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    if header.size_bytes < 0:
        raise InvalidFieldsError.one("header.size_bytes", f"{header.size_bytes} is negative")
    if not 0 <= header.offset_bytes <= header.size_bytes:
        raise InvalidFieldsError.one("header.offset_bytes", f"{header.offset_bytes} is not within 0 and the size")
    run_id = read_run_name(header.parent, "header.parent") if header.parent else None
    kind = read_kind(header.kind, "header.kind") if header.kind or run_id else ""
    declared = Attachment(
        digest=read_digest(header.sha256, "header.sha256"),
        kind=kind,
        mime=_read_mime(header.mime, "header.mime"),
        filename=_read_filename(header.filename, "header.filename"),
        size_bytes=header.size_bytes,
        created_at_utc=_UNCHECKED,
        replaces_sha256=_read_replaced(header.replaces_sha256),
    )
    return declared, run_id


def _read_replaced(text: str) -> str:
    return read_digest(text, "header.replaces_sha256").sha256 if text else ""


def read_attachment_name(name: str) -> tuple[RunId, Digest]:
    """The run and the digest in `runs/{run}/attachments/{sha256}`.

    Raises:
        InvalidFieldsError: The name has another form.
    """
    parts = name.split("/")
    if len(parts) != 4 or parts[0] != "runs" or parts[2] != "attachments":
        raise InvalidFieldsError.one("name", f"{name!r} is not of the form runs/{{run}}/attachments/{{sha256}}")
    return read_run_id(parts[1], "name"), read_digest(parts[3], "name")


def _read_filename(text: str, field: str) -> str:
    if not _FILENAME.fullmatch(text) or text in {".", ".."}:
        raise InvalidFieldsError.one(field, f"{text!r} is not a file name without folders, at most 255 characters")
    if unseen := unseen_in(text):
        raise InvalidFieldsError.one(field, f"{ascii(text)[:80]}: {unseen}")
    return text


def _read_mime(text: str, field: str) -> str:
    if not text:
        return DEFAULT_MIME
    if not _MIME.fullmatch(text) or len(text) > 255:
        raise InvalidFieldsError.one(field, f"{text!r} is not a media type, for example text/x-gcode")
    return text


def _read_linkage(linkage: run_pb2.RunLinkage) -> Mapping[str, str]:
    values = {field.name: str(value) for field, value in linkage.ListFields()}
    for name, value in values.items():
        longest = _LONGEST_NOTES if name == "notes" else _LONGEST_LINK
        if len(value) > longest:
            raise InvalidFieldsError.one(f"linkage.{name}", f"is longer than {longest} characters")
    read_label("linkage.operator", linkage.operator, _LONGEST_LINK)
    if "parent_run_id" in values:
        read_run_id(values["parent_run_id"], "linkage.parent_run_id")
    if "geometry_sha256" in values:
        read_digest(values["geometry_sha256"], "linkage.geometry_sha256")
    session = values.get("workflow_session_id")
    if session is not None and not _SESSION_ID.fullmatch(session):
        raise InvalidFieldsError.one("linkage.workflow_session_id", f"{session!r} is not ws_ and 12 hex digits")
    return values


def write_rest(view: RunView) -> run_pb2.Run:
    """The run but for its inputs and its report."""
    document, meta = view.document, view.later.meta(view.document.meta)
    value: JsonObject = {
        "name": f"runs/{view.run_id}",
        "run_id": view.run_id.text,
        "create_time": document.created_at_utc,
        "request_id": document.request_id,
        "status": document.status.value,
        "mode": document.mode,
        "tool_id": document.tool_id,
        "decision": write_decision(decision_of(document)),
        "hashes": {**document.hashes, "document_sha256": view.sha256},
        "linkage": document.linkage,
        "errors": list(document.errors),
        "attachments": [_attachment_value(item, view.run_id) for item in view.attachments],
        "effective_gate_decision": view.gate.value,
        **identity_member(document.identity),
        **amendment_messages.later_values(view),
        **program_messages.program_values(view),
    }
    if document.gcode_text:
        value["outputs"] = {"gcode_text": document.gcode_text}
    if document.envelope:
        value["envelope"] = document.envelope
    if document.origin is not None:
        value["origin"] = origin_of(document)
    value |= {name: held for name, held in (("request_summary", document.request_summary), ("meta", meta)) if held}
    return proto_json.write(run_pb2.Run, value)


def write_inputs(inputs: Inputs) -> run_pb2.Run:
    """What was evaluated."""
    return proto_json.write(run_pb2.Run, {"design": inputs.design, "context": inputs.context})


def write_report(members: JsonMapping) -> feasibility_report_pb2.FeasibilityReport:
    """Members of a report: those that equal inputs share, or those that differ between them."""
    return proto_json.write(feasibility_report_pb2.FeasibilityReport, members)


def write_attachment(attachment: Attachment, run_id: RunId | None) -> run_pb2.Attachment:
    return proto_json.write(run_pb2.Attachment, _attachment_value(attachment, run_id))


def _attachment_value(attachment: Attachment, run_id: RunId | None) -> JsonObject:
    return {
        "name": f"runs/{run_id}/attachments/{attachment.digest}" if run_id else "",
        "sha256": attachment.digest.sha256,
        "kind": attachment.kind,
        "mime": attachment.mime,
        "filename": attachment.filename,
        "size_bytes": attachment.size_bytes,
        "create_time": attachment.created_at_utc,
        "is_program": is_program(attachment),
        "replaces_sha256": attachment.replaces_sha256,
        **identity_member(attachment.identity),
    }


def write_summary(listed: ListedRun) -> pb.RunSummary:
    name, run_id, index = f"runs/{listed.run_id}", listed.run_id.text, listed.index
    if not listed.intact:
        return pb.RunSummary(name=name, run_id=run_id)
    return pb.RunSummary(
        name=name,
        run_id=run_id,
        status=_STATUSES[index.status],
        mode=index.mode,
        tool_id=index.tool_id,
        material_id=index.material_id,
        machine_id=index.machine_id,
        risk_level=_LEVELS[index.risk_level],
        score=index.score,
        gate_decision=_GATES[index.gate_decision],
        request_id=index.request_id,
        design_name=index.design_name,
        document_sha256=listed.sha256,
        withdrawn=index.withdrawn == "yes",
        instrument_serial=index.shown_serial,
        operator=index.shown_operator,
        last_execution_step=_STEPS.get(index.execution, run_pb2.EXECUTION_STEP_UNSPECIFIED),
        last_execution_time=read_time(index.executed_at_utc) if index.executed_at_utc else None,  # type: ignore[arg-type]
        gate_reason=index.gate_reason,
        program_release=_RELEASES.get(index.audit, run_pb2.PROGRAM_RELEASE_UNSPECIFIED),
        open_warning_count=index.open_warning_count,
        request_waits=index.override_request == "waiting",
        has_picture=index.has_picture == "yes",
        parent=f"runs/{index.parent_run_id}" if index.parent_run_id else "",
        waits_for_person=index.waits_for_person == "yes",
        create_time=read_time(index.created_at_utc),  # type: ignore[arg-type]  # the runtime takes a datetime
    )


def write_lineage(lineage: Lineage) -> pb.GetRunLineageResponse:
    half = PAGE_BUDGET // 2
    ancestors = fitting(lineage.ancestors, _write_relative, budget=half)
    descendants = fitting(lineage.descendants, _write_relative, budget=half)
    left_out = len(ancestors) < len(lineage.ancestors) or len(descendants) < len(lineage.descendants)
    return pb.GetRunLineageResponse(
        ancestors=ancestors,
        descendants=descendants,
        truncated=lineage.truncated or left_out,
        missing_parent=lineage.missing_parent,
    )


def _write_relative(relative: Relative) -> pb.LineageRun:
    parent = relative.run.index.parent_run_id if relative.run.intact else ""
    return pb.LineageRun(run=write_summary(relative.run), parent=f"runs/{parent}" if parent else "", hops=relative.hops)


def write_verification(name: str, checks: Sequence[Check], *, verified_at_utc: str) -> run_pb2.RunVerification:
    items: list[Any] = [
        run_pb2.VerificationItem(
            item=check.item,
            outcome=amendment_messages.OUTCOMES[check.outcome],
            expected_sha256=check.expected_sha256,
            actual_sha256=check.actual_sha256,
            detail=check.detail,
        )
        for check in checks
    ]
    verification = run_pb2.RunVerification(name=name, outcome=amendment_messages.OUTCOMES[worst(checks)], items=items)
    verification.verify_time.FromJsonString(verified_at_utc)
    return verification
