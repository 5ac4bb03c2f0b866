"""One log line per call: method, code, time, id, peer, attempt, and the runs it recorded."""

import logging
import time
from collections.abc import Callable

from rpckit.interceptors.interceptor import Interceptor, ServedCall

log = logging.getLogger("rmos.access")
_LOGGED_METADATA = {
    "grpc-previous-rpc-attempts": "attempt",
    "x-rmos-client": "client",
    "x-rmos-on-behalf-of": "on_behalf_of",
}
_OF_SERVERS = "x-rmos-on-behalf-of"
"""Believed of servers that call for others; and as the rest, where nobody is asked who calls."""


class AccessLogInterceptor(Interceptor):
    """Writes the line when the call has ended, however it did."""

    def __init__(self, *, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        self._stopwatch = stopwatch

    def before(self, call: ServedCall) -> None:
        if log.isEnabledFor(logging.INFO):
            # A stream may be closed after its call is freed: asking for the peer then ends the process.
            call.notes[self] = (self._stopwatch(), call.context.peer())

    def succeeded(self, call: ServedCall) -> None:
        if self in call.notes:
            self._write(call)

    def failed(self, call: ServedCall, error: BaseException) -> None:
        if self in call.notes:
            self._write(call)

    def _write(self, call: ServedCall) -> None:
        started, peer = call.notes[self]
        fields: dict[str, object] = {
            "method": call.method.name,
            "code": call.status_code().name,
            "ms": round((self._stopwatch() - started) * 1e3, 3),
            "request_id": call.request_id,
            "request_id_minted": call.request_id_minted,
            "peer": peer,
        }
        fields |= call.recorded.log_fields()
        if call.identity is not None:
            fields |= {"caller": call.identity.name, "credential_id": call.identity.credential_id}
        for key, value in call.metadata or ():
            if key == _OF_SERVERS and call.identity is not None and not call.identity.for_others:
                continue
            if key in _LOGGED_METADATA:
                fields[_LOGGED_METADATA[key]] = value
        log.info("call", extra=fields)
