"""Programs of a run on the wire: what was found in them, and who accepted it."""

from collections.abc import Mapping

from foundation.canonical_json import JsonObject
from foundation.identity import made_by
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rpckit import proto_json
from rpckit.authentication.acting import acting_name
from rpckit.authentication.identity_messages import identity_member
from runs_svc.domain.ids import read_digest
from runs_svc.domain.runs.program_gate import ProgramVerdict
from runs_svc.domain.runs.programs import RunProgram
from runs_svc.domain.runs.replaced_programs import ReplacedProgram
from runs_svc.domain.runs.run_view import RunView
from runs_svc.service.runs.request_messages import read_why
from runs_svc.service.runs.timed import timed


def program_values(view: RunView) -> JsonObject:
    """The member of a Run message about its programs; none where it has no program."""
    verdict = view.programs
    return {"program_audit": _audit_value(view, verdict)} if verdict.programs else {}


def write_program_audit(view: RunView | None) -> run_pb2.ProgramAudit | None:
    """What is known of the programs of a run; None where it was not looked at, or has none."""
    if view is None or not (verdict := view.programs).programs:
        return None
    return proto_json.write(run_pb2.ProgramAudit, _audit_value(view, verdict))


def read_acceptance(request: pb.AcceptFindingsRequest) -> Mapping[str, str]:
    """Who accepts, why, and what they have seen.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    reason = read_why(request.reason)
    seen = read_digest(request.findings_sha256, "findings_sha256").sha256 if request.findings_sha256 else ""
    person = acting_name("person", request.person)
    return {"person": person, "reason": reason, "findings_sha256": seen}


def _audit_value(view: RunView, verdict: ProgramVerdict) -> JsonObject:
    value: JsonObject = {
        "programs": [_program_value(item) for item in verdict.programs],
        "replaced": [_replaced_value(item) for item in view.replaced],
        "release": verdict.release.value,
        "not_audited": verdict.not_audited,
        "findings_sha256": verdict.findings_sha256,
    }
    audit = verdict.audit
    if audit is not None:
        value |= {"create_time": audit.body["created_at_utc"], "request_id": audit.body["request_id"]}
        value |= {"left_out_count": audit.body["left_out_count"], **identity_member(made_by(audit.body))}
        if audit.report:
            value["report"] = audit.report
    if verdict.acceptance is not None:
        value["acceptance"] = timed(verdict.acceptance)
    return value


def _program_value(program: RunProgram) -> JsonObject:
    return {"name": program.name, "sha256": program.sha256, "size_bytes": program.size_bytes}


def _replaced_value(replaced: ReplacedProgram) -> JsonObject:
    value: JsonObject = {
        "program": _program_value(replaced.program),
        "findings": [{**item, "program_index": 0, "places": []} for item in replaced.findings],
        "left_out_count": replaced.left_out_count,
    }
    if (audit := replaced.audit) is not None and replaced.outcome is not None:
        value |= {"outcome": replaced.outcome.value, "create_time": audit.body["created_at_utc"]}
    if replaced.measures is not None:
        value["measures"] = {**replaced.measures, "program_index": 0}
    return value
