"""Channels to the servers: retries, keepalive, message sizes.

Only UNAVAILABLE is retried, and only calls that may be repeated: reads, evaluations, and CreateRun, which `Rmos`
always sends with an idempotency key. Uploads resume on their own.
"""

import json
from collections.abc import Sequence
from importlib import metadata
from typing import Any

import grpc

from rmos_client.credentials import Credentials, Tls, current_credentials, with_token

FEASIBILITY = "127.0.0.1:50061"
RUNS = "127.0.0.1:50062"
"""Where the servers listen unless they are told otherwise."""
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
    # A name with several addresses (dns:///runs:50062) is several servers: each call goes to the next one.
    "loadBalancingConfig": [{"round_robin": {}}],
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
    ],
}
OPTIONS: Sequence[tuple[str, Any]] = (
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    ("grpc.enable_retries", 1),
    # A server that comes back is found sooner than the retries of one call end; the default waits up to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    # How long connecting may take at least: a machine under load answers late, a port that says nothing never.
    ("grpc.min_reconnect_backoff_ms", 700),
    ("grpc.max_reconnect_backoff_ms", 400),
    ("grpc.keepalive_time_ms", 60_000),
    # Servers keep new answers under 4 MiB. Records of earlier versions may be larger; the servers send up to 16 MiB.
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
)


def open_channel(address: str, credentials: Credentials | None = None) -> grpc.Channel:
    """A channel for threads, with the program's credentials unless others are given.

    Raises:
        UnsafeTokenError: A token would go over the network in the clear.
    """
    own = current_credentials.get() if credentials is None else credentials
    options = list(OPTIONS)
    if own.tls is None:
        return with_token(grpc.insecure_channel(address, options=options), address, own)
    return with_token(grpc.secure_channel(address, own.tls.credentials(), options=options), address, own)


def open_async_channel(
    address: str, tls: Tls | None = None, interceptors: Sequence[grpc.aio.ClientInterceptor] = ()
) -> grpc.aio.Channel:
    """A channel for an event loop."""
    if tls is None:
        return grpc.aio.insecure_channel(address, options=list(OPTIONS), interceptors=list(interceptors))
    return grpc.aio.secure_channel(address, tls.credentials(), options=list(OPTIONS), interceptors=list(interceptors))
