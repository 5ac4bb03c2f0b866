"""Failures of a call as one exception with everything the server said."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import grpc
from google.protobuf import any_pb2
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from rmos_client.unreachable import in_words

_RESET = "RST_STREAM"
_CODES = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """A field of the request that breaks a rule."""

    field: str
    description: str


class RmosError(Exception):
    """A call failed. `reason` is the machine-readable cause, `request_id` finds the call in the server's log.

    `remedy` says what to do where no server has answered.
    """

    def __init__(
        self,
        *,
        code: grpc.StatusCode,
        message: str,
        reason: str = "",
        request_id: str = "",
        violations: Sequence[FieldViolation] = (),
        metadata: Mapping[str, str] | None = None,
        preconditions: Sequence[str] = (),
        remedy: str = "",
    ) -> None:
        self.code = code
        self.message = message
        self.reason = reason
        self.request_id = request_id
        self.violations = tuple(violations)
        self.metadata = dict(metadata or {})
        self.preconditions = tuple(preconditions)
        self.remedy = remedy
        super().__init__(f"{code.name}{f' ({reason})' if reason else ''}: {message} [request id {request_id or '-'}]")


def mint_request_id() -> str:
    return f"req_{secrets.token_hex(16)}"


def from_rpc_error(error: grpc.RpcError, request_id: str, limit_s: float | None = None) -> RmosError:
    """The exception for a failed call, which might take `limit_s`; what the transport says is put into words."""
    status, code, message = _status_of(error), error.code(), error.details() or ""
    if status.details:
        return from_status(status, code=code, message=message, request_id=request_id)
    remedy = ""
    if code is grpc.StatusCode.INTERNAL and _RESET in message:
        code = grpc.StatusCode.UNAVAILABLE  # said by a proxy whose server was lost in an answer: servers add details
    if code is grpc.StatusCode.UNAVAILABLE:
        message, remedy = in_words(message)
    elif code is grpc.StatusCode.DEADLINE_EXCEEDED:
        message = "no answer in time" if limit_s is None else f"no answer within {limit_s:g} s"
        remedy = "the server may be busy: ask again, and see with the request id in its log what it did"
    return RmosError(code=code, message=message, request_id=request_id, remedy=remedy)


def from_item_status(status: status_pb2.Status, request_id: str) -> RmosError:
    """The exception for one item of a batch that failed."""
    code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN) if status.code else grpc.StatusCode.UNKNOWN
    return from_status(status, code=code, message=status.message, request_id=request_id)


def from_status(status: status_pb2.Status, *, code: grpc.StatusCode, message: str, request_id: str) -> RmosError:
    """The exception for a failure with these details; what cannot be read of them is left out."""
    reason, violations, metadata, preconditions = "", [], {}, []
    for detail in filter(_is_readable, status.details):
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            info = error_details_pb2.ErrorInfo.FromString(detail.value)
            reason, metadata = info.reason, dict(info.metadata)
        elif detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
            bad = error_details_pb2.BadRequest.FromString(detail.value)
            violations = [FieldViolation(item.field, item.description) for item in bad.field_violations]
        elif detail.Is(error_details_pb2.RequestInfo.DESCRIPTOR):
            request_id = error_details_pb2.RequestInfo.FromString(detail.value).request_id
        elif detail.Is(error_details_pb2.PreconditionFailure.DESCRIPTOR):
            failure = error_details_pb2.PreconditionFailure.FromString(detail.value)
            preconditions = [item.description for item in failure.violations]
    return RmosError(
        code=code,
        message=message,
        reason=reason,
        request_id=request_id,
        violations=violations,
        metadata=metadata,
        preconditions=preconditions,
    )


def _status_of(error: grpc.RpcError) -> status_pb2.Status:
    for key, value in cast("Iterable[tuple[str, bytes]]", error.trailing_metadata() or ()):
        if key == "grpc-status-details-bin":
            try:
                return status_pb2.Status.FromString(value)
            except DecodeError:
                break
    return status_pb2.Status()


_DETAILS = (
    error_details_pb2.ErrorInfo,
    error_details_pb2.BadRequest,
    error_details_pb2.RequestInfo,
    error_details_pb2.PreconditionFailure,
)


def _is_readable(detail: any_pb2.Any) -> bool:
    """Whether a detail is of a kind that is looked at, and its bytes are that."""
    try:
        return any(detail.Is(kind.DESCRIPTOR) and kind.FromString(detail.value) is not None for kind in _DETAILS)
    except DecodeError:
        return False
