"""Calls with the bare stubs, to see what is on the wire."""

import json
from dataclasses import dataclass
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

from testkit.local_servers import LocalServer
from tests.ends import eventually

TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Failed:
    """A failed call as a client sees it."""

    code: grpc.StatusCode
    message: str
    reason: str
    request_id: str
    initial_request_id: str
    fields: dict[str, str]
    amendments: dict[str, str]
    preconditions: list[str]


def fail(method: Any, request: Any, *, request_id: str | None = None, **metadata: str) -> Failed:
    """The failure of a call that must fail."""
    headers = [*metadata.items()]
    if request_id is not None:
        headers.append(("x-request-id", request_id))
    call = method.future(request, timeout=TIMEOUT_S, metadata=headers)
    try:
        call.result()
    except grpc.RpcError as error:
        return read_failure(error, dict(call.initial_metadata()))
    raise AssertionError("the call succeeded")


def read_failure(error: Any, initial: dict[str, Any]) -> Failed:
    status = status_pb2.Status()
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value)
    info, request, bad = (
        error_details_pb2.ErrorInfo(),
        error_details_pb2.RequestInfo(),
        error_details_pb2.BadRequest(),
    )
    precondition = error_details_pb2.PreconditionFailure()
    for detail in status.details:
        for kind in (info, request, bad, precondition):
            if detail.Is(kind.DESCRIPTOR):
                detail.Unpack(kind)
    assert info.domain == "rmos"
    return Failed(
        code=error.code(),
        message=error.details(),
        reason=info.reason,
        request_id=request.request_id,
        initial_request_id=str(initial.get("x-request-id", "")),
        fields={item.field: item.description for item in bad.field_violations},
        amendments=dict(info.metadata),
        preconditions=[item.description for item in precondition.violations],
    )


def log_line(server: LocalServer, request_id: str) -> dict[str, Any]:
    """The access log line of a call. It is written after the answer has left, so it may take a moment."""
    return eventually(lambda: [line for line in log_of(server) if line.get("request_id") == request_id], bool)[0]


def log_of(server: LocalServer) -> list[dict[str, Any]]:
    """The lines of a server's log, so far as they are written to their ends."""
    lines = server.log_path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]


def fail_stream(method: Any, request: Any) -> Failed:
    """The failure of a stream that must fail."""
    call = method(request, timeout=TIMEOUT_S)
    try:
        list(call)
    except grpc.RpcError as error:
        return read_failure(error, dict(call.initial_metadata()))
    raise AssertionError("the stream succeeded")
