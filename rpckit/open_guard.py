"""The guard of a server from its settings: the one place where its parts are put together."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rpckit.authentication.access import SHARED_ACCESS, AccessTable
from rpckit.authentication.identity_journal import IdentityJournal
from rpckit.interceptors.admin_log import AdminEvent
from rpckit.interceptors.guard import Guard
from rpckit.interceptors.rate_limit import Rates
from rpckit.network import NetworkSettings

_CHEAP_PER_S, _DEAR_PER_S, _STREAMS = 2_000.0, 20.0, 16
"""For each caller, where callers are known and nothing else is set."""


@dataclass(frozen=True, slots=True)
class OpenedGuard:
    """A guard, and what it follows; no journal where nobody is asked who calls."""

    guard: Guard
    journal: IdentityJournal | None


def open_guard(settings: NetworkSettings, table: AccessTable, tell: Callable[[AdminEvent], None]) -> OpenedGuard:
    """The guard of a server.

    Args:
        settings: Who may call, how often and how long.
        table: Who may call which of the server's own methods.
        tell: Told of each privileged call, and of each refused one.

    Raises:
        ConfigurationError: The file of access cannot be read.
    """
    asked = settings.authentication == "required"
    whole = {**SHARED_ACCESS, **table}
    rates = Rates(
        _or(settings.calls_per_s, _CHEAP_PER_S if asked else 0.0),
        _or(settings.dear_calls_per_s, _DEAR_PER_S if asked else 0.0),
    )
    streams = settings.streams_per_caller
    limited = Guard(
        whole,
        rates=rates,
        longest_call_s=settings.longest_call_s,
        longest_stream_s=settings.longest_stream_s,
        streams_per_caller=(_STREAMS if asked else 0) if streams is None else streams,
        slow_reader_s=settings.slow_reader_s,
    )
    if not asked:
        return OpenedGuard(limited, None)
    from rpckit.authentication.access_file import read_access_file  # these load cryptography: only where it is needed
    from rpckit.authentication.authenticator import Authenticator
    from rpckit.authentication.tokens import Tokens

    access = read_access_file(settings.access_file)
    journal = IdentityJournal(settings.identity_dir)
    folder = settings.access_file.parent if settings.access_file else Path()
    authenticator = Authenticator(journal, Tokens(journal, access.issuer, folder=folder), access.certificate)
    return OpenedGuard(replace(limited, authenticator=authenticator, tell=tell), journal)


def _or(value: float | None, usual: float) -> float:
    return usual if value is None else value
