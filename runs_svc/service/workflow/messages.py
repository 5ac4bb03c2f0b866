"""Workflow sessions on the wire."""

import re
from dataclasses import asdict
from typing import Literal, Protocol

from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from foundation.json_members import child, text
from rmos.workflow.v1 import workflow_service_pb2 as pb
from rpckit import proto_json
from rpckit.authentication.identity_messages import identity_member
from runs_svc.domain.workflow.policy import SessionPolicy
from runs_svc.domain.workflow.session import Actor, Session
from runs_svc.domain.workflow.states import SessionMode
from runs_svc.service.runs.envelope_messages import read_envelope
from runs_svc.service.runs.messages import check_program, read_reference
from runs_svc.service.runs.texts import read_text
from runs_svc.usecases.entities.entity import Revision
from runs_svc.usecases.workflow.session_runs import SubmittedToolpaths

_SESSION_NAME = re.compile(r"sessions/(ws_[0-9a-f]{12})")
_TYPE = re.compile(r"[a-z0-9_]{1,50}")
_LONGEST_TITLE, _LONGEST_REASON, _SHORTEST_REASON, _LONGEST_LINK = 200, 2_000, 10, 200
_MOST_ATTACHMENTS = 100
_MODES = {
    pb.SESSION_MODE_UNSPECIFIED: SessionMode.DESIGN_FIRST,
    pb.SESSION_MODE_DESIGN_FIRST: SessionMode.DESIGN_FIRST,
    pb.SESSION_MODE_CONSTRAINT_FIRST: SessionMode.CONSTRAINT_FIRST,
    pb.SESSION_MODE_AI_ASSISTED: SessionMode.AI_ASSISTED,
}


def read_session_name(name: str, field: str = "name") -> str:
    """The session id in `sessions/{session_id}`.

    Raises:
        InvalidFieldsError: The name has another form.
    """
    found = _SESSION_NAME.fullmatch(name)
    if found is None:
        raise InvalidFieldsError.one(field, f"{name!r} is not of the form sessions/ws_ and 12 lower-case hex digits")
    return found[1]


def read_mode(mode: "pb.SessionMode.ValueType") -> SessionMode:
    if mode not in _MODES:
        raise InvalidFieldsError.one("mode", f"{mode} is not a mode this server knows")
    return _MODES[mode]


def read_type(text: str) -> str:
    if text and not _TYPE.fullmatch(text):
        raise InvalidFieldsError.one("workflow_type", f"{text!r} is not [a-z0-9_]{{1,50}}")
    return text or "rosette"


def read_title(text: str) -> str:
    return read_text("title", text, _LONGEST_TITLE)


def read_reason(text: str, *, shortest: int = 1) -> str:
    return read_text("reason", text, _LONGEST_REASON, shortest=shortest)


def read_approval_reason(text: str) -> str:
    """Why a session is approved; may be left out, which the rules judge."""
    return read_reason(text, shortest=_SHORTEST_REASON) if text else ""


class Versioned(Protocol):
    """A request that may name the version its caller has seen."""

    expected_version: int

    def HasField(self, field_name: Literal["expected_version"]) -> bool: ...


def read_expected(request: Versioned) -> int | None:
    return request.expected_version if request.HasField("expected_version") else None


def read_toolpaths(request: pb.StoreToolpathsRequest) -> SubmittedToolpaths:
    """What is handed in as toolpaths.

    Raises:
        InvalidFieldsError: A field breaks a rule, or there is nothing.
    """
    if len(request.attachments) > _MOST_ATTACHMENTS:
        raise InvalidFieldsError.one("attachments", f"more than {_MOST_ATTACHMENTS}")
    attachments = [read_reference(item, f"attachments[{index}]") for index, item in enumerate(request.attachments)]
    if not request.gcode_text and not any(item.kind in {"toolpaths", "gcode"} for item in attachments):
        raise InvalidFieldsError.one("attachments", "one of kind toolpaths or gcode is required, or gcode_text")
    check_program(request.gcode_text)
    for name in ("toolchain_id", "post_processor_id"):
        read_text(name, getattr(request, name), _LONGEST_LINK)
    return SubmittedToolpaths(
        attachments,
        request.gcode_text,
        request.toolchain_id,
        request.post_processor_id,
        read_envelope(request.envelope, "envelope"),
    )


def write_session(version: Revision[Session], policy: SessionPolicy) -> pb.Session:
    session = version.entity
    value: JsonObject = {
        "name": f"sessions/{session.session_id}",
        "session_id": session.session_id,
        "state": session.state.upper(),
        "mode": session.mode.upper(),
        "workflow_type": session.workflow_type,
        "title": session.title,
        "creator": _actor_value(session.creator),
        "version": version.number,
        "create_time": session.created_at_utc,
        "update_time": version.created_at_utc,
        "attempt_count": session.attempt_count,
        "last_run": _run_name(session.last_run_id),
        "last_action": text(version.event, "action"),
        "policy": asdict(policy),
        **identity_member(version.identity),
    }
    for name in ("design", "context"):
        if (part := getattr(session, name)) is not None:
            value[name] = part
    if (verdict := session.verdict) is not None:
        value["verdict"] = {
            "run": _run_name(verdict.run_id),
            "risk_level": verdict.risk_level.value,
            "block_reason": verdict.block_reason,
            "feasibility_sha256": verdict.feasibility_sha256,
        } | ({} if verdict.score is None else {"score": verdict.score})
    if (approval := session.approval) is not None:
        value["approval"] = {
            "run": _run_name(approval.run_id),
            "actor": _actor_value(approval.actor),
            "reason": approval.reason,
            "approve_time": approval.approved_at_utc,
        }
    if (toolpaths := session.toolpaths) is not None:
        value["toolpaths"] = {"run": _run_name(toolpaths.run_id), "sha256": dict(toolpaths.sha256)}
    return proto_json.write(pb.Session, value)


def write_event(version: Revision[Session]) -> pb.SessionEvent:
    event, actor = version.event, child(version.event, "actor")
    value: JsonObject = {
        "version": version.number,
        "event_time": version.created_at_utc,
        "actor": {"role": text(actor, "role").upper(), "name": text(actor, "name")},
        "action": event["action"],
        "to_state": text(event, "to_state").upper(),
        "summary": event["summary"],
        "details": event["details"],
        "request_id": version.request_id,
        "sha256": version.sha256,
        **identity_member(version.identity),
    }
    if from_state := text(event, "from_state"):
        value["from_state"] = from_state.upper()
    return proto_json.write(pb.SessionEvent, value)


def _actor_value(actor: Actor) -> JsonObject:
    return {"role": actor.role.upper(), "name": actor.name}


def _run_name(run_id: str) -> str:
    return f"runs/{run_id}" if run_id else ""
