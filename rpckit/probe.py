"""`rmos-probe HOST:PORT`: exit 0 when the server there serves, 1 with a sentence when it does not.

For container health checks. TLS as for `rmosctl`: RMOS_CA, and RMOS_CERTIFICATE with RMOS_KEY where callers need one.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

_PATIENCE_S = 3.0


def main(arguments: Sequence[str] | None = None) -> int:
    """0: it serves. 1: it does not, or cannot be reached. 2: the arguments are wrong."""
    parser = argparse.ArgumentParser(prog="rmos-probe", description="Ask a server whether it serves.")
    parser.add_argument("address", help="host:port or unix:/path")
    parser.add_argument("--service", default="", help="full name of one service; default: all of them")
    asked = parser.parse_args(arguments)
    with _channel(asked.address, os.environ) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        try:
            answer = stub.Check(health_pb2.HealthCheckRequest(service=asked.service), timeout=_PATIENCE_S)
        except grpc.RpcError as error:
            sys.stderr.write(f"{asked.address}: {error.code().name}: {error.details()}\n")
            return 1
    status = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    sys.stdout.write(f"{asked.address}: {status}\n")
    return 0 if status == "SERVING" else 1


def _channel(address: str, environ: Mapping[str, str]) -> grpc.Channel:
    authority = environ.get("RMOS_CA", "")
    if not authority:
        return grpc.insecure_channel(address)
    named = (None if authority == "system" else authority, environ.get("RMOS_KEY"), environ.get("RMOS_CERTIFICATE"))
    read = [Path(name).read_bytes() if name else None for name in named]
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(*read))
