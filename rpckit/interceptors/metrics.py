"""How many calls end how, how long they take, and what they recorded."""

import time
from typing import TYPE_CHECKING

from rpckit.interceptors.interceptor import Interceptor, ServedCall

if TYPE_CHECKING:
    from rpckit.observability.metrics import ServerMetrics  # loads the client of Prometheus: only where it is needed


class MetricsInterceptor(Interceptor):
    """Counts a call when it has ended, however it did."""

    def __init__(self, metrics: "ServerMetrics") -> None:
        self._metrics = metrics

    def before(self, call: ServedCall) -> None:
        call.notes[self] = time.perf_counter()

    def succeeded(self, call: ServedCall) -> None:
        self._count(call)

    def failed(self, call: ServedCall, error: BaseException) -> None:
        self._count(call)

    def _count(self, call: ServedCall) -> None:
        self._metrics.count(call.method.name, call.status_code(), time.perf_counter() - call.notes[self])
        if call.recorded.by_decision:
            self._metrics.count_runs(call.recorded)
