"""How long the caller waits: noted before the call, and the code of a call that nobody waits for any more."""

import time

import grpc

from rpckit.interceptors.interceptor import Interceptor, ServedCall


class DeadlineInterceptor(Interceptor):
    """Notes the deadline. A cancelled call that has passed it counts as DEADLINE_EXCEEDED."""

    def __init__(self, longest_s: float) -> None:
        """Deadlines of calls with one answer are at most `longest_s` away. [s]"""
        self._longest_s = longest_s

    def before(self, call: ServedCall) -> None:
        remaining_s = call.context.time_remaining()
        if not call.method.streaming:
            remaining_s = self._longest_s if remaining_s is None else min(remaining_s, self._longest_s)
        if remaining_s is not None:
            call.deadline_at = time.monotonic() + remaining_s

    def failed(self, call: ServedCall, error: BaseException) -> None:
        if call.code is None:  # not answered: cancelled, or the answers are not wanted any more
            expired = call.deadline_at is not None and call.deadline_at <= time.monotonic()
            call.code = grpc.StatusCode.DEADLINE_EXCEEDED if expired else grpc.StatusCode.CANCELLED
