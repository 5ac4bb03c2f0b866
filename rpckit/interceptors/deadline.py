"""How long the caller waits: noted before the call, and the code of a call that nobody waits for any more."""

import time

import grpc

from rpckit.interceptors.interceptor import Interceptor, ServedCall


class DeadlineInterceptor(Interceptor):
    """Notes the deadline. A cancelled call that has passed it counts as DEADLINE_EXCEEDED."""

    def before(self, call: ServedCall) -> None:
        remaining = call.context.time_remaining()
        if remaining is not None:
            call.deadline_at = time.monotonic() + remaining

    def failed(self, call: ServedCall, error: BaseException) -> None:
        if call.code is None:  # not answered: cancelled, or the answers are not wanted any more
            expired = call.deadline_at is not None and call.deadline_at <= time.monotonic()
            call.code = grpc.StatusCode.DEADLINE_EXCEEDED if expired else grpc.StatusCode.CANCELLED
