"""Servers that ask who calls, and callers of every kind."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc

from foundation.identity import Identity, IdentityKind, ProofMethod, Role
from rpckit.authentication.api_keys import make_key
from rpckit.authentication.identity_journal import IdentityJournal
from rpckit.authentication.own_tokens import TokenSigner
from testkit.local_servers import LocalServers

Metadata = Sequence[tuple[str, str]]
_CALL_LIMIT_S = 60.0
NO_HASH = "nobody logs in with this"


def bearer(credential: str) -> Metadata:
    return (("authorization", f"Bearer {credential}"),)


@dataclass
class IdentityFolder:
    """People and keys as an administrator would have made them, without the time that hashing takes."""

    folder: Path
    journal: IdentityJournal = field(init=False)
    signer: TokenSigner = field(init=False)

    def __post_init__(self) -> None:
        self.journal = IdentityJournal(self.folder)
        self.signer = TokenSigner(self.folder)

    def write(self, event: str, **members: Any) -> None:
        stamp = {"event_id": secrets.token_hex(6), "at": "2026-11-30T12:00:00.000000Z", "by": "root"}
        self.journal.append({"event": event, **members, **stamp})

    def person(self, name: str, *roles: Role, password_hash: str = NO_HASH) -> str:
        """The token of somebody new."""
        self.write("person_added", name=name, roles=list(roles), password_hash=password_hash)
        return self.signer.for_person(name, time.time()).text

    def key(self, name: str, *roles: Role, expires_at: float = 0.0) -> str:
        """The key of a tool."""
        key = make_key()
        members = {"roles": list(roles), "secret_sha256": key.secret_sha256, "expires_at": expires_at}
        self.write("key_created", id=key.key_id, name=name, **members)
        return key.text

    def credential(self, kind: IdentityKind, role: Role) -> str:
        """Of a person or a tool with a role, both named after what they are."""
        make = self.person if kind is IdentityKind.PERSON else self.key
        return make(f"{role} {kind}", role)


def asking_servers(folder: Path, *flags: str, environment: Mapping[str, str] | None = None) -> LocalServers:
    """Both servers, which ask everybody who they are."""
    asked = ["--authentication", "required", "--identity-dir", str(folder / "identity"), *flags]
    stub = [*asked, "--allow-stub-engine", "YELLOW"]
    return LocalServers(folder, feasibility_flags=stub, runs_flags=asked, runs_environment=environment or {})


def outcome(
    channel: grpc.Channel, method: str, request: bytes, metadata: Metadata, *, timeout_s: float = 10.0
) -> grpc.StatusCode:
    """The code of a call with one request, whatever comes back."""
    return failure(channel, method, request, metadata, timeout_s=timeout_s)[0]


def failure(
    channel: grpc.Channel, method: str, request: bytes, metadata: Metadata, *, timeout_s: float = 10.0
) -> tuple[grpc.StatusCode, str]:
    """Code and message of a call with one request; OK and nothing where it succeeds."""
    stream: Any = channel.stream_stream(method)
    call = stream(iter([request]), timeout=timeout_s, metadata=metadata)
    try:
        for _ in call:
            pass
    except grpc.RpcError:
        return call.code(), call.details()
    return grpc.StatusCode.OK, ""


class _Credential(
    grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor, grpc.StreamUnaryClientInterceptor
):
    """Sends a credential with every call, and lets none wait for ever."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata

    def _call(self, continuation: Any, details: Any, request: Any) -> Any:
        metadata, limit_s = [*(details.metadata or ()), *self._metadata], details.timeout or _CALL_LIMIT_S
        return continuation(details._replace(metadata=metadata, timeout=limit_s), request)

    intercept_unary_unary = intercept_unary_stream = intercept_stream_unary = _call  # type: ignore[assignment]


def sending(metadata: Metadata, channel: grpc.Channel) -> grpc.Channel:
    """A channel that sends a credential with every call."""
    return grpc.intercept_channel(channel, _Credential(metadata))


class KnownByName:
    """Takes a token for the name of its owner; `server` calls for others."""

    def remembered(self, bearer: str) -> Identity:
        for_others = bearer == "server"
        return Identity(bearer, IdentityKind.TOOL, frozenset({Role.VIEWER}), ProofMethod.TOKEN, "id", for_others)
