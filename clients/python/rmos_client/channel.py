"""Channels to the servers: retries, keepalive, message sizes.

Only UNAVAILABLE is retried, and only calls that may be repeated: reads, evaluations, and CreateRun, which the façade
always sends with an idempotency key. Uploads resume on their own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import grpc

CLIENT = f"rmos-client/{metadata.version('rmos-client')}"
_REPEATABLE: Sequence[dict[str, str]] = (
    {"service": "rmos.feasibility.v1.FeasibilityService"},
    {"service": "rmos.feasibility.v1.CatalogService"},
    {"service": "rmos.system.v1.SystemService"},
    *(
        {"service": "rmos.runs.v1.RunsService", "method": method}
        for method in ("CreateRun", "GetRun", "ListRuns", "BatchGetRuns", "GetRunDocument", "VerifyRun")
    ),
    *(
        {"service": "rmos.runs.v1.AttachmentsService", "method": method}
        for method in ("FindMissingAttachments", "ListAttachments", "GetAttachment")
    ),
)
_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": list(_REPEATABLE),
            "retryPolicy": {
                "maxAttempts": 4,
                "initialBackoff": "0.1s",
                "maxBackoff": "2s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ]
}
OPTIONS: Sequence[tuple[str, Any]] = (
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    ("grpc.enable_retries", 1),
    # A server that comes back is found within a second; the default waits up to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.keepalive_time_ms", 60_000),
    # Servers keep new answers under 4 MiB. Records of earlier versions may be larger; the servers send up to 16 MiB.
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
)


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files for a server with TLS: whom to believe, and a certificate of one's own where the server asks for it."""

    ca: Path | None = None
    """Authority of the server's certificate. None: those of the system."""
    certificate: Path | None = None
    key: Path | None = None

    def credentials(self) -> grpc.ChannelCredentials:
        read = [None if path is None else path.read_bytes() for path in (self.ca, self.key, self.certificate)]
        return grpc.ssl_channel_credentials(*read)


def open_channel(address: str, tls: Tls | None = None) -> grpc.Channel:
    """A channel for threads."""
    if tls is None:
        return grpc.insecure_channel(address, options=list(OPTIONS))
    return grpc.secure_channel(address, tls.credentials(), options=list(OPTIONS))


def open_async_channel(address: str, tls: Tls | None = None) -> grpc.aio.Channel:
    """A channel for an event loop."""
    if tls is None:
        return grpc.aio.insecure_channel(address, options=list(OPTIONS))
    return grpc.aio.secure_channel(address, tls.credentials(), options=list(OPTIONS))
