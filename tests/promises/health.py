"""How long a server takes to answer health checks while something else happens.

A busy machine stands still itself now and then. A process that does nothing but wake up tells when: these pauses are
taken off, and what is left over has to be seen again. A check that fails is no pause of the machine, nor forgiven.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isinf
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from tests.ends import PATIENCE_S, join_all

LONGEST_GAP_S = 1.0
"""Without the machine's own pauses. On a quiet one the 99th percentile is below 0.1 s."""
TRIES = 3
"""So often in a row a gap has to be seen."""
_EVERY_S = 0.02
_PATIENCE_S = 30.0
_HEARTBEAT = """
import select, sys, time
last, told_to_end = time.monotonic(), False
while not told_to_end:
    told_to_end = bool(select.select([sys.stdin], [], [], 0.01)[0])
    now = time.monotonic()
    if now - last > 0.1:
        print(last, now)
    last = now
"""


@dataclass(slots=True)
class Span:
    """From when to when something was waited for, on the clock that all processes of a machine share. [s]"""

    began_s: float
    ended_s: float = inf
    """For ever, where it failed."""


class Machine:
    """Notes when the machine lets an idle process wait; it ends with the process that started it."""

    def __init__(self) -> None:
        self._pauses: list[Span] = []

    def __enter__(self) -> "Machine":
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _HEARTBEAT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        lines = self._process.communicate(timeout=PATIENCE_S)[0]
        self._pauses = [Span(*map(float, line.split())) for line in lines.splitlines()]

    def without_pauses_s(self, span: Span) -> float:
        """How long something took while the machine went on."""
        shared = (min(span.ended_s, item.ended_s) - max(span.began_s, item.began_s) for item in self._pauses)
        return span.ended_s - span.began_s - sum(max(0.0, overlap) for overlap in shared)


class Health(threading.Thread):
    """Asks for health all the time. What it saw is there when it has ended."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self._address, self._ending = address, threading.Event()
        self._machine = Machine()
        self._checks: list[Span] = []

    def __enter__(self) -> "Health":
        self._machine.__enter__()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        try:
            join_all([self])
        finally:
            self._machine.__exit__()

    def run(self) -> None:
        with grpc.insecure_channel(self._address) as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            while not self._ending.is_set():
                self._checks.append(check := Span(time.monotonic()))
                try:
                    answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=_PATIENCE_S)
                    if answer.status == health_pb2.HealthCheckResponse.SERVING:
                        check.ended_s = time.monotonic()
                except grpc.RpcError as error:
                    print(f"a health check failed: {error}")
                time.sleep(_EVERY_S)

    def gap_s(self, *others: Span) -> float:
        """The longest check or other wait without the machine's own pauses; infinite where one failed."""
        return max((self._machine.without_pauses_s(span) for span in (*self._checks, *others)), default=inf)

    def __str__(self) -> str:
        ordered = sorted(map(self._machine.without_pauses_s, self._checks))
        p99, longest = ordered[int(len(ordered) * 0.99)] * 1e3, ordered[-1] * 1e3
        failed = sum(map(isinf, ordered))
        return f"{len(ordered)} checks, p99 {p99:.0f} ms, longest {longest:.0f} ms, {failed} failed"


def is_held_up(longest_gap_s: Callable[[], float]) -> bool:
    """Whether a trial's longest gap is too long each time it is tried, or a check failed once."""
    for _ in range(TRIES):
        gap_s = longest_gap_s()
        if gap_s <= LONGEST_GAP_S:
            return False
        if isinf(gap_s):
            return True
    return True
