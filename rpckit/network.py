"""How a server is reached: addresses, TLS, how long connections live. Both servers have these settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import platformdirs
from pydantic import Field

from rpckit.settings import ConfigurationError, Settings

_HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where the PEM files are. With a `client_ca`, callers must have a certificate of it."""

    certificate: Path
    key: Path
    client_ca: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        return (self.certificate, self.key, *((self.client_ca,) if self.client_ca else ()))

    def stamp(self) -> tuple[tuple[int, int, int], ...]:
        """What changes when a file does."""
        stats = [path.stat() for path in self.paths]
        return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in stats)


@dataclass(frozen=True, slots=True)
class Network:
    """What a server needs to know to be reached. Without `tls`, only loopback and Unix sockets are served."""

    listen: str
    tls: TlsFiles | None = None
    mtls_listen: str | None = None
    """A second address, whose callers must have a certificate."""
    credentials_required: bool = False
    reflection: bool = True
    reuse_port: bool = False
    """Whether other processes listen on the same address."""
    max_connection_idle_s: float = 0.0
    """0: for ever."""
    max_connection_age_s: float = 0.0
    """0: for ever."""
    max_connection_age_grace_s: float = 600.0

    def refuse_unsafe(self) -> None:
        """Refuse an address that others reach, where nobody could be told from anybody.

        Raises:
            ConfigurationError: Says what to set.
        """
        client_ca = None if self.tls is None else self.tls.client_ca
        if self.mtls_listen is not None and client_ca is None:
            raise ConfigurationError(
                f"cannot ask callers of {self.mtls_listen} for certificates; set RMOS_TLS_CERTIFICATE, RMOS_TLS_KEY "
                "and RMOS_TLS_CLIENT_CA"
            )
        for address in (self.listen, *((self.mtls_listen,) if self.mtls_listen else ())):
            if not is_local(address) and (self.tls is None or not self.credentials_required):
                raise ConfigurationError(
                    f"cannot listen on {address}: without TLS and credentials only loopback or a Unix socket is "
                    "served; set RMOS_TLS_CERTIFICATE, RMOS_TLS_KEY and RMOS_AUTHENTICATION=required"
                )

    def options(self) -> list[tuple[str, Any]]:
        """Options of the transport for connections that nobody uses, or that are old."""
        limits = (
            ("grpc.max_connection_idle_ms", self.max_connection_idle_s),
            ("grpc.max_connection_age_ms", self.max_connection_age_s),
        )
        options: list[tuple[str, Any]] = [(name, int(value * 1_000)) for name, value in limits if value]
        if self.max_connection_age_s:
            options.append(("grpc.max_connection_age_grace_ms", int(self.max_connection_age_grace_s * 1_000)))
        return options


def is_local(listen: str) -> bool:
    """Whether only this machine reaches an address.

    >>> is_local("unix:/run/rmos.sock"), is_local("[::1]:50061"), is_local("0.0.0.0:50061")
    (True, True, False)
    """
    return listen.startswith("unix:") or listen.rsplit(":", 1)[0] in {"127.0.0.1", "localhost", "[::1]"}


class NetworkSettings(Settings):
    """Settings that both servers have."""

    network_environment: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "tls_certificate": ("RMOS_TLS_CERTIFICATE",),
        "tls_key": ("RMOS_TLS_KEY",),
        "tls_client_ca": ("RMOS_TLS_CLIENT_CA",),
        "mtls_listen": ("RMOS_MTLS_LISTEN",),
        "authentication": ("RMOS_AUTHENTICATION",),
        "access_file": ("RMOS_ACCESS_FILE",),
        "identity_dir": ("RMOS_IDENTITY_DIR",),
        "calls_per_s": ("RMOS_CALLS_PER_S",),
        "dear_calls_per_s": ("RMOS_DEAR_CALLS_PER_S",),
        "longest_call_s": ("RMOS_LONGEST_CALL_S",),
        "longest_stream_s": ("RMOS_LONGEST_STREAM_S",),
        "streams_per_caller": ("RMOS_STREAMS_PER_CALLER",),
        "slow_reader_s": ("RMOS_SLOW_READER_S",),
        "reflection": ("RMOS_REFLECTION",),
        "workers": ("RMOS_WORKERS",),
        "max_connection_idle_s": ("RMOS_MAX_CONNECTION_IDLE_S",),
        "max_connection_age_s": ("RMOS_MAX_CONNECTION_AGE_S",),
        "max_connection_age_grace_s": ("RMOS_MAX_CONNECTION_AGE_GRACE_S",),
    }

    tls_certificate: Path | None = Field(None, description="PEM file of the server's certificate and its chain")
    tls_key: Path | None = Field(None, description="PEM file of its private key")
    tls_client_ca: Path | None = Field(
        None, description="PEM file of the authority of callers' certificates; callers must have one then"
    )
    mtls_listen: str | None = Field(
        None, description="second address for callers with certificates; those of the first need none then"
    )
    authentication: Literal["none", "required"] = Field(
        "none", description="whether every call must say who calls, and prove it"
    )
    access_file: Path | None = Field(
        None, description="TOML file of names and roles of certificates and of other issuers' tokens"
    )
    identity_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("rmos") / "identity",
        description="folder of people, keys and the signing key; both servers have the same",
    )
    calls_per_s: float | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description="calls that one caller may make in a second, 0: no limit; default: with credentials 2000, else 0",
    )
    dear_calls_per_s: float | None = Field(
        None,
        ge=0,
        le=1_000_000,
        description="of those that cost the server much, 0: no limit; default: with credentials 20, else 0",
    )
    longest_call_s: float = Field(
        600.0, gt=0, le=86_400, description="longest time of a call with one answer, whatever its caller allows"
    )
    longest_stream_s: float = Field(
        86_400.0, gt=0, le=31_536_000, description="longest time of a stream, whatever its caller allows"
    )
    streams_per_caller: int | None = Field(
        None,
        ge=0,
        le=100_000,
        description="streams that one caller may have open, 0: no limit; default: with credentials 16, else 0",
    )
    slow_reader_s: float = Field(
        60.0, gt=0, le=3_600, description="time an answer of a stream may wait to be taken before the stream ends"
    )
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="processes that share the address; more than one needs nothing that one alone may own",
    )
    reuse_port: bool = Field(default=False, description="whether to share the address; workers are told so")
    reflection: bool = Field(default=True, description="whether the server describes its methods to callers")
    max_connection_idle_s: float | None = Field(
        None,
        ge=0,
        le=604_800,
        description="time without calls after which a connection is closed, 0: never; default: with TLS 3600, else 0",
    )
    max_connection_age_s: float | None = Field(
        None,
        ge=0,
        le=604_800,
        description="age after which a connection is to be made anew, 0: never; default: with TLS 3600, else 0",
    )
    max_connection_age_grace_s: float = Field(
        600.0, ge=1, le=604_800, description="time calls get on a connection that is too old"
    )

    def network(self, listen: str) -> Network:
        """How the server is reached.

        Raises:
            ConfigurationError: A file is named without the one it needs.
        """
        tls = self._tls()
        usual_s = 0.0 if tls is None else _HOUR_S  # of connections within one machine none is closed unless asked for
        return Network(
            listen,
            tls=tls,
            mtls_listen=self.mtls_listen,
            credentials_required=self.authentication == "required",
            reflection=self.reflection,
            reuse_port=self.reuse_port,
            max_connection_idle_s=usual_s if self.max_connection_idle_s is None else self.max_connection_idle_s,
            max_connection_age_s=usual_s if self.max_connection_age_s is None else self.max_connection_age_s,
            max_connection_age_grace_s=self.max_connection_age_grace_s,
        )

    def _tls(self) -> TlsFiles | None:
        if self.tls_certificate is None and self.tls_key is None and self.tls_client_ca is None:
            return None
        if self.tls_certificate is None or self.tls_key is None:
            raise ConfigurationError("TLS needs both RMOS_TLS_CERTIFICATE and RMOS_TLS_KEY")
        return TlsFiles(self.tls_certificate, self.tls_key, self.tls_client_ca)
