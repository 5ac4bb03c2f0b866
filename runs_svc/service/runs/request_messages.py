"""Overrides, requests for them, ticks and signatures on the wire."""

import re
from collections.abc import Mapping

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.errors import InvalidFieldsError
from foundation.identity import made_by
from foundation.json_members import text
from foundation.visible_text import visible_length
from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rpckit import proto_json
from rpckit.authentication.acting import acting_name
from rpckit.authentication.identity_messages import identity_member
from runs_svc.domain.ids import RunId, read_run_id
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.domain.runs.override import LONGEST_REASON, SHORTEST_REASON, OverrideRequest
from runs_svc.domain.runs.override_requests import RecordedRequest, requests_of
from runs_svc.domain.runs.run_view import RunView
from runs_svc.service.runs.timed import timed

_REQUEST_NAME = re.compile(r"runs/([^/]+)/requests/([1-9][0-9]{0,5})")
_LEVELS: Mapping[int, str] = {
    number: name.removeprefix("RISK_LEVEL_") for name, number in risk_pb2.RiskLevel.items() if number
}


def request_values(view: RunView) -> JsonObject:
    """Members of a Run message about requests, ticks and signatures."""
    later = view.later
    return {
        "override_requests": [_request_value(item, view.run_id) for item in requests_of(later)],
        "checks": [timed(item) for item in later.checks],
        "signatures": [timed(item) for item in later.signatures],
    }


def override_value(override: JsonMapping, run_id: RunId) -> JsonObject:
    """An override, with the name of the request it answers."""
    value = timed(override)
    answered = value.pop("request_number", None)
    return {**value, "request": f"runs/{run_id}/requests/{answered}"} if answered else value


def write_request(request: RecordedRequest, run_id: RunId) -> run_pb2.OverrideRequest:
    return proto_json.write(run_pb2.OverrideRequest, _request_value(request, run_id))


def _request_value(request: RecordedRequest, run_id: RunId) -> JsonObject:
    value: JsonObject = {
        **timed(request.body),
        "name": f"runs/{run_id}/requests/{request.number}",
        "state": request.state.value,
    }
    answer = request.answer
    if answer is not None:
        value |= {
            "answer_person": text(answer, "person"),
            "answer_reason": text(answer, "reason"),
            "answer_time": text(answer, "created_at_utc"),
        }
        if (identity := made_by(answer)) is not None:
            value["answer_identity"] = identity_member(identity)["identity"]
    return value


def read_override(request: pb.OverrideRunRequest) -> OverrideRequest:
    """What a person asks for.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    reason, level = read_why(request.reason), read_level(request.risk_level)
    return OverrideRequest(acting_name("person", request.person), reason, level, request.risk_acknowledged)


def read_why(reason: str) -> str:
    """A reason that somebody answers for.

    Raises:
        InvalidFieldsError: It is too short or too long.
    """
    if visible_length(reason) < SHORTEST_REASON or len(reason) > LONGEST_REASON:
        text = f"{visible_length(reason)} characters; {SHORTEST_REASON} to {LONGEST_REASON} characters are required"
        raise InvalidFieldsError.one("reason", text)
    return reason


def read_level(number: int) -> RiskLevel:
    """The level a person has seen.

    Raises:
        InvalidFieldsError: It is none.
    """
    if number not in _LEVELS:
        raise InvalidFieldsError.one("risk_level", f"{number} is not allowed; {', '.join(_LEVELS.values())}")
    return RiskLevel(_LEVELS[number])


def read_request_name(name: str, field: str = "name") -> tuple[RunId, int]:
    """The run and the number in `runs/{run_id}/requests/{number}`.

    Raises:
        InvalidFieldsError: The name has another form.
    """
    found = _REQUEST_NAME.fullmatch(name)
    if found is None:
        raise InvalidFieldsError.one(field, f"{name!r} is not of the form runs/{{run_id}}/requests/{{number}}")
    return read_run_id(found[1], field), int(found[2])


def read_answered(request: pb.OverrideRunRequest, run_id: RunId) -> int | None:
    """The number of the request an override answers; None where it names none.

    Raises:
        InvalidFieldsError: It is a request of another run.
    """
    if not request.request:
        return None
    about, number = read_request_name(request.request, "request")
    if about != run_id:
        raise InvalidFieldsError.one("request", f"{request.request!r} is about another run than runs/{run_id}")
    return number
