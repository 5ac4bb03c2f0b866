"""How long a server takes to answer health checks while something else happens."""

import threading
import time
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.ends import join_all

LONGEST_GAP_S = 3.0
"""On a machine whose cores are all busy with tests. On a quiet one the 99th percentile is below 0.1 s."""
_EVERY_S = 0.02
_PATIENCE_S = 30.0


class Health(threading.Thread):
    """Asks for health all the time."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self._address, self._ending = address, threading.Event()
        self._times_s: list[float] = []

    def __enter__(self) -> "Health":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        join_all([self])

    def run(self) -> None:
        with grpc.insecure_channel(self._address) as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            while not self._ending.is_set():
                began = time.monotonic()
                stub.Check(health_pb2.HealthCheckRequest(), timeout=_PATIENCE_S)
                self._times_s.append(time.monotonic() - began)
                time.sleep(_EVERY_S)

    @property
    def longest_s(self) -> float:
        return max(self._times_s)

    def __str__(self) -> str:
        ordered = sorted(self._times_s)
        p99, longest = ordered[int(len(ordered) * 0.99)] * 1e3, ordered[-1] * 1e3
        return f"{len(ordered)} checks, p99 {p99:.0f} ms, longest {longest:.0f} ms"
