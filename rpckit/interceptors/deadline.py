"""How long the caller waits: noted before the call, and the code of a call that nobody waits for any more."""

import time

import grpc

from rpckit.interceptors.interceptor import Interceptor, ServedCall


class DeadlineInterceptor(Interceptor):
    """Notes the deadline. A cancelled call that has passed it counts as DEADLINE_EXCEEDED."""

    def __init__(self, longest_s: float, longest_stream_s: float) -> None:
        """Deadlines of calls with one answer, and of streams, are at most so far away. [s]"""
        self._longest_s = {False: longest_s, True: longest_stream_s}

    def before(self, call: ServedCall) -> None:
        remaining_s, longest_s = call.context.time_remaining(), self._longest_s[call.method.streaming]
        call.deadline_at = time.monotonic() + (longest_s if remaining_s is None else min(remaining_s, longest_s))

    def failed(self, call: ServedCall, error: BaseException) -> None:
        if call.code is None:  # not answered: cancelled, or the answers are not wanted any more
            expired = call.deadline_at is not None and call.deadline_at <= time.monotonic()
            call.code = grpc.StatusCode.DEADLINE_EXCEEDED if expired else grpc.StatusCode.CANCELLED
