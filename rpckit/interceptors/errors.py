"""Failures become statuses: from the table, everything unforeseen as INTERNAL without its text."""

import logging
from collections.abc import Awaitable

import grpc
from grpc_status import rpc_status

from foundation.errors import shortage
from rpckit import error_status
from rpckit.interceptors.interceptor import Interceptor, ServedCall

log = logging.getLogger("rmos.access")


class ErrorInterceptor(Interceptor):
    """Answers a failed call with code, reason, details and request id."""

    def __init__(self, table: error_status.ErrorStatusTable) -> None:
        self._table = {**error_status.SHARED_ANSWERS, **table}

    def failed(self, call: ServedCall, error: BaseException) -> Awaitable[None] | None:
        """Answer the failure.

        Raises:
            grpc.aio.AbortError: It was answered.
        """
        if isinstance(error, grpc.aio.AbortError):
            call.code = call.status_code()  # the handler answered by itself
            return None
        if not isinstance(error, Exception):
            return None
        error = shortage(error)
        answer = self._find(call, error)
        call.code = answer.code
        status = error_status.write_status(answer, error, request_id=call.request_id)
        return call.context.abort_with_status(rpc_status.to_status(status))

    def _find(self, call: ServedCall, error: Exception) -> error_status.ErrorStatus:
        answer = error_status.find(self._table, error)
        if answer is not None:
            return answer
        extra = {"method": call.method.name, "request_id": call.request_id}
        log.error("unhandled error", exc_info=error, extra=extra)
        return error_status.INTERNAL
