"""Who may call what, how often and how long: what the interceptors of a server are told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rpckit.authentication.access import AccessTable
from rpckit.interceptors.admin_log import AdminEvent
from rpckit.interceptors.rate_limit import UNLIMITED, Rates
from rpckit.interceptors.slow_readers import LONGEST_WAIT_S

LONGEST_CALL_S = 600.0
LONGEST_STREAM_S = 86_400.0

if TYPE_CHECKING:  # cryptography is loaded only by servers that ask who calls
    from rpckit.authentication.authenticator import Authenticator


def _tell_nobody(_: AdminEvent) -> None:
    """Where nobody is asked who calls, nothing can be told of them."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may call what."""

    table: AccessTable = field(default_factory=dict)
    authenticator: "Authenticator | None" = None
    """None: nobody is asked who calls."""
    rates: Rates = UNLIMITED
    longest_call_s: float = LONGEST_CALL_S
    """Of calls with one answer."""
    longest_stream_s: float = LONGEST_STREAM_S
    """Of uploads and of streams of answers."""
    streams_per_caller: int = 0
    """Open at once; 0: no limit but that of all together."""
    slow_reader_s: float = LONGEST_WAIT_S
    """How long an answer of a stream may wait to be taken."""
    tell: Callable[[AdminEvent], None] = _tell_nobody
    """Told of each privileged call, and of each refused one."""


OPEN = Guard()
"""Lets everybody call everything."""
