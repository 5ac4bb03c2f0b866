"""How the runs server calls the feasibility server: where, over what, and as whom."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from rmos_client.aio import AsyncFeasibilityClient, AsyncGcodeClient
from rmos_client.async_catalog import AsyncCatalogClient
from rmos_client.credentials import Tls
from rpckit.observability.open_tracing import outgoing
from rpckit.settings import ConfigurationError
from runs_svc.config import RunsSettings

if TYPE_CHECKING:
    from rpckit.authentication.own_tokens import IssuedToken, TokenSigner

SERVICE = "runs_svc"
_RENEW_BEFORE_S = 60.0


class ServiceTokens:
    """Tokens for the server's own calls, each used until it is about to end."""

    def __init__(self, signer: "TokenSigner", *, clock: Callable[[], float] = time.time) -> None:
        self._signer = signer
        self._clock = clock
        self._token: IssuedToken | None = None

    def current(self) -> str:
        """A token that is good for a minute at least."""
        now = self._clock()
        if self._token is None or self._token.expires_at - _RENEW_BEFORE_S <= now:
            self._token = self._signer.for_service(SERVICE, now)
        return self._token.text


def open_feasibility(settings: RunsSettings) -> AsyncFeasibilityClient:
    """The client, which proves who it is where this server asks its own callers.

    Raises:
        ConfigurationError: A certificate is named without what it needs, or the signing key cannot be read.
    """
    return AsyncFeasibilityClient(
        settings.feasibility_address,
        tls=_tls(settings),
        token=_token(settings),
        interceptors=outgoing(settings.traces_url),
    )


def open_gcode(settings: RunsSettings) -> AsyncGcodeClient:
    """The client of the reader of programs, on a channel of its own.

    Raises:
        ConfigurationError: As `open_feasibility`.
    """
    return AsyncGcodeClient(
        settings.feasibility_address,
        tls=_tls(settings),
        token=_token(settings),
        interceptors=outgoing(settings.traces_url),
    )


def open_catalogue(settings: RunsSettings) -> AsyncCatalogClient:
    """The client of the catalogue, on a channel of its own.

    Raises:
        ConfigurationError: As `open_feasibility`.
    """
    return AsyncCatalogClient(settings.feasibility_address, tls=_tls(settings), token=_token(settings))


def _token(settings: RunsSettings) -> Callable[[], str] | None:
    if settings.authentication != "required":
        return None
    from rpckit.authentication.own_tokens import TokenSigner  # loads cryptography: only where it is needed

    return ServiceTokens(TokenSigner(settings.identity_dir)).current


def _tls(settings: RunsSettings) -> Tls | None:
    own = (settings.feasibility_certificate, settings.feasibility_key)
    if settings.feasibility_ca is None:
        if any(own):
            raise ConfigurationError("RMOS_FEASIBILITY_CERTIFICATE and RMOS_FEASIBILITY_KEY need RMOS_FEASIBILITY_CA")
        return None
    if any(own) and not all(own):
        raise ConfigurationError("a certificate needs both RMOS_FEASIBILITY_CERTIFICATE and RMOS_FEASIBILITY_KEY")
    return Tls(settings.feasibility_ca, settings.feasibility_certificate, settings.feasibility_key)
