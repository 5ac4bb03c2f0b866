"""How many streams one caller may have open: nobody takes the places of all others."""

from collections import Counter

from foundation.errors import TooManyCallsError
from rpckit.interceptors.interceptor import Interceptor, Method, ServedCall

_UNCOUNTED = "/grpc.health."  # watches of health need no credentials and have a limit of their own


class CallerStreamsInterceptor(Interceptor):
    """Counts the open streams of each caller; of callers nobody knows, those of each address."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def covers(self, method: Method) -> bool:
        return method.streaming and not method.name.startswith(_UNCOUNTED)

    def before(self, call: ServedCall) -> None:
        """Count the stream.

        Raises:
            TooManyCallsError: The caller has as many as one may.
        """
        if call.identity is not None and call.identity.for_others:
            return
        caller = call.caller
        if self._open[caller] >= self._most:
            raise TooManyCallsError(f"{self._most} streams of yours are open; end one, or try again shortly")
        self._open[caller] += 1
        call.notes[self] = caller

    def succeeded(self, call: ServedCall) -> None:
        self._leave(call)

    def failed(self, call: ServedCall, error: BaseException) -> None:
        self._leave(call)

    def _leave(self, call: ServedCall) -> None:
        caller = call.notes.pop(self, None)
        if caller is not None:
            self._open[caller] -= 1
            if not self._open[caller]:
                del self._open[caller]
