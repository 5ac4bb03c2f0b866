"""A runs server that asks who calls, for what all interceptors cost together."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc

from bench.cases import Case
from bench.null_methods import INTERCEPTED, SERVICE
from foundation.identity import Role
from rpckit.authentication.api_keys import make_key
from rpckit.authentication.identity_journal import IdentityJournal
from testkit.local_servers import LocalServer


@contextmanager
def asked_cases(folder: Path, get: Case) -> Iterator[tuple[LocalServer, list[Case]]]:
    """The server, and its empty GetRun without interceptors and behind all of them; `get` has requests and answer."""
    key = make_key()
    journal = IdentityJournal(folder / "identity")
    journal.append(
        {
            "event": "key_created",
            "event_id": key.key_id,
            "id": key.key_id,
            "name": "bench",
            "roles": [Role.VIEWER],
            "secret_sha256": key.secret_sha256,
            "expires_at": time.time() + 86_400,
            "by": "bench",
        }
    )
    flags = ["--bench-methods", "true", "--log-level", "warning", "--runs-dir", str(folder / "runs")]
    flags += ["--authentication", "required", "--identity-dir", str(folder / "identity"), "--calls-per-s", "1000000"]
    server = LocalServer("runs_svc", folder, flags)
    server.start()
    try:
        with grpc.insecure_channel(server.address) as channel:
            prepare: Any = channel.unary_unary(f"/{SERVICE}/PrepareGetRun")
            prepare((get.request.parent / "get.answer").read_bytes(), timeout=10)
        bare = Case("null asked", server, f"/{SERVICE}/GetRun", get.request)
        yield server, [bare, Case("asked", server, f"/{INTERCEPTED}/GetRun", get.request, key.text)]
    finally:
        server.kill()
