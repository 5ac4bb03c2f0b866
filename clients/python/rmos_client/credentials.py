"""Who calls, and over what: for every channel of a program, or for one."""

from collections import namedtuple
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import grpc


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


@dataclass(frozen=True, slots=True)
class Credentials:
    """What channels carry."""

    tls: Tls | None = None
    """None: no TLS, for servers on the same machine."""
    token: str = ""
    """A token or a key. Empty: none, or a certificate says who calls."""


NO_CREDENTIALS = Credentials()
current_credentials: ContextVar[Credentials] = ContextVar("current_credentials", default=NO_CREDENTIALS)
"""Of channels that are opened from here on; `rmosctl` sets it once."""


class UnsafeTokenError(Exception):
    """A token would go over the network in the clear."""


def from_environment(environ: Mapping[str, str], token_file: Path) -> Credentials:
    """Credentials from RMOS_CA, RMOS_CERTIFICATE, RMOS_KEY and RMOS_TOKEN, else with the token of a login."""
    token = environ.get("RMOS_TOKEN", "")
    if not token and token_file.exists():
        token = token_file.read_text(encoding="ascii").strip()
    authority = environ.get("RMOS_CA", "")
    if not authority:
        return Credentials(None, token)
    ca = None if authority == "system" else Path(authority)
    own = [Path(environ[name]) if environ.get(name) else None for name in ("RMOS_CERTIFICATE", "RMOS_KEY")]
    return Credentials(Tls(ca, *own), token)


def with_token(channel: grpc.Channel, address: str, credentials: Credentials) -> grpc.Channel:
    """A channel whose calls carry the token, where there is one.

    Raises:
        UnsafeTokenError: The channel is not encrypted, and leaves this machine.
    """
    entries = bearer(credentials, address)
    return grpc.intercept_channel(channel, *map(_TokenInterceptor, entries)) if entries else channel


def with_async_token(channel: grpc.aio.Channel, address: str, credentials: Credentials) -> grpc.aio.Channel:
    """The same for an event loop.

    Raises:
        UnsafeTokenError: As `with_token`.
    """
    entries = bearer(credentials, address)
    return cast("grpc.aio.Channel", _CarryingChannel(channel, entries)) if entries else channel


def bearer(credentials: Credentials, address: str) -> tuple[tuple[str, str], ...]:
    """What calls to a server carry in their metadata: the token, where there is one.

    Raises:
        UnsafeTokenError: The channel is not encrypted, and leaves this machine.
    """
    if not credentials.token:
        return ()
    if credentials.tls is None and not _is_local(address):
        raise UnsafeTokenError(f"the token is not sent to {address} without TLS; set RMOS_CA to the server's authority")
    return (("authorization", f"Bearer {credentials.token}"),)


def _is_local(address: str) -> bool:
    return address.startswith("unix:") or address.rsplit(":", 1)[0] in {"127.0.0.1", "localhost", "[::1]"}


_CallDetails = namedtuple(
    "_CallDetails", ("method", "timeout", "metadata", "credentials", "wait_for_ready", "compression")
)


class _CarryingChannel:
    """What stubs need of a channel of an event loop; interceptors would put a task of their own around each call."""

    def __init__(self, channel: grpc.aio.Channel, entries: tuple[tuple[str, str], ...]) -> None:
        self._entries = entries
        self.close = channel.close
        self.unary_unary, self.unary_stream, self.stream_unary, self.stream_stream = map(
            self._carrying, (channel.unary_unary, channel.unary_stream, channel.stream_unary, channel.stream_stream)
        )

    def _carrying(self, method_of: Callable[..., Any]) -> Callable[..., Any]:
        def made(*arguments: Any, **options: Any) -> Callable[..., Any]:
            method = method_of(*arguments, **options)

            def asked(request: Any, *, metadata: tuple[tuple[str, str], ...] | None = None, **given: Any) -> Any:
                return method(request, metadata=(*(metadata or ()), *self._entries), **given)

            return asked

        return made


class _TokenInterceptor(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    """Adds the token to each call."""

    def __init__(self, entry: tuple[str, str]) -> None:
        self._entry = entry

    def _carrying(self, continuation: Callable[[Any, Any], Any], details: Any, request: Any) -> Any:
        carried = _CallDetails(
            details.method,
            details.timeout,
            (*(details.metadata or ()), self._entry),
            details.credentials,
            details.wait_for_ready,
            details.compression,
        )
        return continuation(carried, request)

    intercept_unary_unary: Any = _carrying
    intercept_unary_stream: Any = _carrying
    intercept_stream_unary: Any = _carrying
    intercept_stream_stream: Any = _carrying
