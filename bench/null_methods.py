"""Empty methods for the benchmarks: they parse a request and return a prepared answer, and do nothing else.

The servers have them only when RMOS_BENCH_METHODS is set. `rmos.bench.Null/<Name>` answers with the bytes given to it
once as `rmos.bench.Null/Prepare<Name>`; `rmos.intercepted.Null/<Name>` does the same behind the interceptors.
"""

from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

from rmos.feasibility.v1 import feasibility_service_pb2
from rmos.runs.v1 import runs_service_pb2

SERVICE, INTERCEPTED = "rmos.bench.Null", "rmos.intercepted.Null"
FEASIBILITY: Mapping[str, type[Message]] = {
    "EvaluateFeasibility": feasibility_service_pb2.EvaluateFeasibilityRequest,
}
RUNS: Mapping[str, type[Message]] = {
    "AnnotateRun": runs_service_pb2.AnnotateRunRequest,
    "AttachAdvisory": runs_service_pb2.AttachAdvisoryRequest,
    "BatchCreateRuns": runs_service_pb2.BatchCreateRunsRequest,
    "CreateRun": runs_service_pb2.CreateRunRequest,
    "GetRun": runs_service_pb2.GetRunRequest,
    "ListRuns": runs_service_pb2.ListRunsRequest,
}
"""The methods of each server that are measured, and the request each parses."""
METHODS = {"feasibility": FEASIBILITY, "runs": RUNS}


def null_handlers(requests: Mapping[str, type[Message]]) -> list[grpc.GenericRpcHandler]:
    """Handlers for each name: the request type it parses."""
    bare: dict[str, Any] = {}
    intercepted: dict[str, Any] = {}
    for name, request_type in requests.items():
        prepared: list[bytes] = [b""]
        bare[name] = intercepted[name] = _answering(prepared, request_type)
        bare[f"Prepare{name}"] = _preparing(prepared)
    handlers = {SERVICE: bare, INTERCEPTED: intercepted}
    return [grpc.method_handlers_generic_handler(service, methods) for service, methods in handlers.items()]


def _answering(prepared: list[bytes], request_type: type[Message]) -> Any:
    async def answer(request: Message, context: Any) -> bytes:
        return prepared[0]

    return grpc.unary_unary_rpc_method_handler(answer, request_deserializer=request_type.FromString)


def _preparing(prepared: list[bytes]) -> Any:
    async def prepare(request: bytes, context: Any) -> bytes:
        prepared[0] = request
        return b""

    return grpc.unary_unary_rpc_method_handler(prepare)
