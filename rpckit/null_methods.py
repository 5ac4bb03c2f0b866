"""Empty methods for the benchmarks: they parse a request and return a prepared answer, and do nothing else.

They exist only when RMOS_BENCH_METHODS is set. `rmos.bench.Null/<Name>` answers with the bytes given to it once as
`rmos.bench.Null/Prepare<Name>`.
"""

from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf.message import Message

SERVICE = "rmos.bench.Null"


def null_handler(requests: Mapping[str, type[Message]]) -> grpc.GenericRpcHandler:
    """Handlers for each name: the request type it parses."""
    handlers: dict[str, Any] = {}
    for name, request_type in requests.items():
        prepared: list[bytes] = [b""]
        handlers[name] = _answering(prepared, request_type)
        handlers[f"Prepare{name}"] = _preparing(prepared)
    return grpc.method_handlers_generic_handler(SERVICE, handlers)


def _answering(prepared: list[bytes], request_type: type[Message]) -> Any:
    async def answer(request: Message, context: Any) -> bytes:
        return prepared[0]

    return grpc.unary_unary_rpc_method_handler(answer, request_deserializer=request_type.FromString)


def _preparing(prepared: list[bytes]) -> Any:
    async def prepare(request: bytes, context: Any) -> bytes:
        prepared[0] = request
        return b""

    return grpc.unary_unary_rpc_method_handler(prepare)
