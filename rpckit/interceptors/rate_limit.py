"""How often one caller may call. Nobody is hindered by another one's flood.

A call that is one too many waits before it is refused: whoever floods a server waits for answers, and a refusal that
comes at once would only be followed by the next call.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from foundation.access_errors import TooFastError
from rpckit.authentication.access import AccessTable
from rpckit.authentication.token_bucket import TokenBuckets
from rpckit.interceptors.interceptor import Interceptor, ServedCall

_REFUSED_AFTER_S = 0.25
_MOST_WAITING = 4_096
"""Refusals that wait at once. Further ones are sent at once."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each caller may call, cheap and dear calls apart, and how many may come at once. 0: no limit. [1/s]"""

    cheap_per_s: float
    dear_per_s: float
    burst_s: float = 2.0
    """Seconds of calls that may come at once."""

    @property
    def limited(self) -> bool:
        return bool(self.cheap_per_s or self.dear_per_s)


UNLIMITED = Rates(0.0, 0.0)


class RateLimitInterceptor(Interceptor):
    """Counts the calls of each caller; of callers nobody knows, those of each address."""

    def __init__(self, rates: Rates, table: AccessTable) -> None:
        self._table = table
        self._buckets = {
            dear: (kind, TokenBuckets(per_s=per_s, burst=max(1.0, per_s * rates.burst_s)))
            for dear, kind, per_s in ((False, "cheap", rates.cheap_per_s), (True, "dear", rates.dear_per_s))
            if per_s
        }
        self._waiting = 0

    async def _refuse(self, error: TooFastError) -> None:
        self._waiting += 1
        try:
            await asyncio.sleep(_REFUSED_AFTER_S)
        finally:
            self._waiting -= 1
        raise error

    def before(self, call: ServedCall) -> Awaitable[None] | None:
        """Count the call.

        Raises:
            TooFastError: It is one too many.
        """
        access = self._table.get(call.method.name)
        found = self._buckets.get(access is not None and access.dear)
        if found is None or (call.identity is not None and call.identity.for_others):
            return None
        kind, buckets = found
        wait_s = buckets.take(call.caller)
        if not wait_s:
            return None
        error = TooFastError(kind, buckets.per_s, wait_s)
        if self._waiting >= _MOST_WAITING:
            raise error
        return self._refuse(error)
