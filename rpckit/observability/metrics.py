"""What a server tells Prometheus, over plain HTTP on an address of its own.

Calls are counted as they end; everything else is read when somebody asks. Nothing of a record stands in it: no name, no
id, no credential.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence

import grpc
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from foundation.errors import ServiceError
from foundation.recorded_runs import RecordedRuns
from rpckit.observability.readings import Reading, ReadNow
from rpckit.settings import ConfigurationError

log = logging.getLogger("rmos.server")
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
_PATIENCE_S = 5.0
"""How long the server may take to read what it is asked for."""
_UNKNOWN = "unknown"


class ServerMetrics:
    """The numbers of one server process."""

    def __init__(self, server: str, version: str) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        build = _Fixed([Reading("rmos_server_info", "What runs.", 1, {"server": server, "version": version})])
        self._registry.register(build)
        self._calls = Counter(
            "rmos_calls", "Calls that have ended, by method and code.", ["method", "code"], registry=self._registry
        )
        self._seconds = Histogram(
            "rmos_call_seconds", "How long calls took.", ["method"], buckets=_BUCKETS_S, registry=self._registry
        )
        self._runs = Counter(
            "rmos_runs_recorded", "Runs by level and gate decision.", ["level", "gate"], registry=self._registry
        )
        self._known: dict[tuple[str, grpc.StatusCode], tuple[Counter, Histogram]] = {}

    def count(self, method: str, code: grpc.StatusCode, seconds: float) -> None:
        """Count a call that has ended.

        Args:
            method: As on the wire. One that the server does not have counts as `unknown`: callers may think of as many
                names as they like.
            code: How it ended.
            seconds: How long it took. [s]
        """
        key = (method, code)
        known = self._known.get(key)
        if known is None:
            name = _UNKNOWN if code is grpc.StatusCode.UNIMPLEMENTED else method.removeprefix("/")
            known = (self._calls.labels(name, code.name), self._seconds.labels(name))
            if name != _UNKNOWN:
                self._known[key] = known
        known[0].inc()
        known[1].observe(seconds)

    def count_runs(self, recorded: RecordedRuns) -> None:
        """Count what a call has recorded."""
        for (level, gate), number in recorded.by_decision.items():
            self._runs.labels(level, gate).inc(number)

    def read_when_asked(self, *reads: ReadNow) -> None:
        """Have numbers read, on the loop that runs now, whenever somebody asks for them; each reader by itself."""
        self._registry.register(_ReadOnDemand(reads, asyncio.get_running_loop()))

    def serve(self, listen: str) -> Callable[[], None]:
        """Answer at http://HOST:PORT/metrics until the function that is returned is called.

        Args:
            listen: host:port; port 0 picks a free one, which the log tells.

        Raises:
            ConfigurationError: The address cannot be served, or is taken.
        """
        host, _, port = listen.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65_535:
            raise ConfigurationError(f"cannot tell metrics on {listen!r}: an address is host:port, port 0 to 65535")
        try:
            server, _ = start_http_server(int(port), host.strip("[]"), self._registry)
        except OSError as error:
            raise ConfigurationError(f"cannot tell metrics on {listen}: {error.strerror or error}") from error
        log.info("telling metrics", extra={"address": f"{host}:{server.server_port}"})

        def stop() -> None:
            server.shutdown()
            server.server_close()

        return stop


class _Fixed(Collector):
    """Numbers that do not change."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings

    def collect(self) -> Iterator[Metric]:
        return _families(self._readings)


class _ReadOnDemand(Collector):
    """Numbers that the event loop reads; what it cannot read is absent, and `rmos_readings_complete` is 0."""

    def __init__(self, reads: Sequence[ReadNow], loop: asyncio.AbstractEventLoop) -> None:
        self._reads = reads
        self._loop = loop

    def describe(self) -> Collection[Metric]:
        return ()  # asked when it is registered, on the loop that would have to answer

    def collect(self) -> Iterator[Metric]:
        readings: list[Reading] = []
        complete = True
        until = time.monotonic() + _PATIENCE_S
        for reading in [asyncio.run_coroutine_threadsafe(_once(read), self._loop) for read in self._reads]:
            try:
                readings += reading.result(max(0.0, until - time.monotonic()))
            except (ServiceError, TimeoutError) as error:  # such as a database that is away
                log.warning("numbers cannot be read", extra={"why": str(error) or "they took too long"})
                complete = False
            except Exception:  # Prometheus drops all numbers of a scrape that fails, also those that were read
                log.exception("numbers cannot be read")
                complete = False
        text = "Whether everything that is read when asked could be read."
        return _families([*readings, Reading("rmos_readings_complete", text, float(complete))])


async def _once(read: ReadNow) -> Sequence[Reading]:
    return await read()


def _families(readings: Sequence[Reading]) -> Iterator[Metric]:
    families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
    for reading in readings:
        family = families.get(reading.name)
        if family is None:
            kind = CounterMetricFamily if reading.kind == "counter" else GaugeMetricFamily
            family = kind(reading.name, reading.description, labels=list(reading.labels))
            families[reading.name] = family
        family.add_metric(list(reading.labels.values()), reading.value)
    return iter(families.values())
