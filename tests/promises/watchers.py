"""Somebody who watches, comes back with the last token whenever the stream breaks, and has to miss nothing."""

import threading
import time
from collections.abc import Set as AbstractSet
from typing import Any

import grpc

from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from tests.promises.clients import IMPATIENT, is_expected

_STREAM_S, _CATCHING_UP_S, _LOOK_EVERY_S = 20.0, 60.0, 0.1


class Watcher(threading.Thread):
    """Watches at one address from the start; asked for less than a minute at once, so that what went dead is left."""

    def __init__(self, address: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self._stub: Any = RunsServiceStub(grpc.insecure_channel(address, options=IMPATIENT))
        self._traffic_is_over, self._done = stop, threading.Event()
        self._token = ""
        self._told: set[str] = set()
        self.refusals: list[str] = []

    def run(self) -> None:
        while not self._done.is_set():
            asked = pb.WatchRunsRequest(resume_token=self._token, from_start=not self._token)
            try:
                for message in self._stub.WatchRuns(asked, timeout=_STREAM_S):
                    self._token = message.resume_token
                    if message.kind == "run":
                        self._told.add(message.run.run_id)
                    if self._done.is_set():
                        return
            except grpc.RpcError as error:
                if not is_expected(error, is_stream=True):
                    self.refusals.append(f"watching: {error.code()} {error.details()}")
                time.sleep(_LOOK_EVERY_S)

    def not_told(self, run_ids: AbstractSet[str]) -> AbstractSet[str]:
        """Which of these it was not told of, after some time to catch up; ends the watching."""
        until = time.monotonic() + _CATCHING_UP_S
        while time.monotonic() < until and not run_ids <= self._told:
            time.sleep(_LOOK_EVERY_S)
        self._done.set()
        return run_ids - self._told
