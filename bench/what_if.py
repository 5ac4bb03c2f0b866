"""Sweeps, batches and streams beside single evaluations, and how soon a fresh server answers.

Everything is asked through gRPC by one client process on the load's core; the server has the other.
"""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc

from bench.host import SERVER_CORE
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc
from rmos.type.v1 import context_pb2
from rmos_client.jobs import read_job
from testkit.local_servers import LocalServer

JOB = Path(__file__).parents[1] / "examples" / "classical_rosette.yaml"
_BATCH = 100
_MESSAGES = 400
_FEED, _SPEED = "context.cut.feed_rate_mm_per_min", "context.cut.spindle_speed_rpm"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what is demanded of it."""

    name: str
    value: float
    at_least: float
    aim: float
    smaller_is_better: bool = False

    @property
    def met(self) -> bool:
        return self.value <= self.at_least if self.smaller_is_better else self.value >= self.at_least


def measure(folder: Path, place: Callable[[LocalServer, int], None], *, rounds: int) -> list[Figure]:
    """The median of each figure over some rounds."""
    starts = [_fresh_start(folder / f"start-{number}") for number in range(rounds)]
    server = LocalServer("feasibility_svc", folder / "what-if", ["--log-level", "warning"])
    server.start()
    place(server, SERVER_CORE)
    try:
        with grpc.insecure_channel(server.address) as channel:
            stub = feasibility_service_pb2_grpc.FeasibilityServiceStub(channel)
            fresh = _other_feeds(read_job(JOB).context)
            _round(stub, fresh)
            measured = [_round(stub, fresh) for _ in range(rounds)]
    finally:
        server.kill()
    median = {name: statistics.median(one[name] for one in measured) for name in measured[0]}
    start_s = statistics.median(start for start, _ in starts)
    first = statistics.median(ratio for _, ratio in starts)
    return [
        Figure("StreamEvaluate messages / unary, fresh inputs", median["stream"] / median["unary"], 2.0, 2.5),
        Figure("the same, inputs seen before", median["stream again"] / median["unary again"], 2.0, 2.5),
        Figure("batch of 100, items / unary", median["batch"] / median["unary"], 15.0, 50.0),
        Figure("sweep of 10,000, points/s per core", median["sweep"], 50_000, 150_000),
        Figure("sweep with 256 samples, points/s per core", median["sampled"], 1_500, 5_000),
        Figure("first evaluation / median of later ones", first, 2.0, 1.5, smaller_is_better=True),
        Figure("feasibility server, start to first answer [s]", start_s, 1.5, 1.0, smaller_is_better=True),
    ]


def _round(stub: Any, contexts: Iterator[context_pb2.Context]) -> dict[str, float]:
    job = read_job(JOB)
    given: dict[str, Any] = {"design": job.design, "context": job.context}
    unary = [
        pb.EvaluateFeasibilityRequest(design=job.design, context=context)
        for context in itertools.islice(contexts, _MESSAGES)
    ]
    items = [
        pb.StreamEvaluateFeasibilityRequest(key="k", design=job.design, context=context)
        for context in itertools.islice(contexts, _MESSAGES)
    ]
    feeds = [1_000.0 + 10 * place for place in range(_BATCH)]
    batch = pb.StreamEvaluateFeasibilityRequest(key="b", columns=[pb.NumberColumn(field=_FEED, values=feeds)], **given)
    return {
        "unary": _rate(_MESSAGES, lambda: _unary(stub, unary)),
        "stream": _rate(_MESSAGES, lambda: _drain(stub.StreamEvaluateFeasibility(iter(items)))),
        "unary again": _rate(_MESSAGES, lambda: _unary(stub, unary[-1:] * _MESSAGES)),
        "stream again": _rate(_MESSAGES, lambda: _drain(stub.StreamEvaluateFeasibility(iter(items[-1:] * _MESSAGES)))),
        "batch": _rate(50 * _BATCH, lambda: _drain(stub.StreamEvaluateFeasibility(iter([batch] * 50)))),
        "sweep": _sweep(stub, job.design, job.context, 100),
        "sampled": _sweep(stub, job.design, _sampled(job.context), 45),
    }


def _rate(count: int, run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return count / (time.perf_counter() - started)


def _unary(stub: Any, requests: Sequence[pb.EvaluateFeasibilityRequest]) -> None:
    """Sixteen calls in flight."""
    for start in range(0, len(requests), 16):
        for call in [stub.EvaluateFeasibility.future(request) for request in requests[start : start + 16]]:
            call.result()


def _other_feeds(context: context_pb2.Context) -> Iterator[context_pb2.Context]:
    """The same context at ever other feeds."""
    while True:
        context.cut.feed_rate_mm_per_min += 0.01
        yield context_pb2.Context.FromString(context.SerializeToString())


def _drain(answers: Iterator[Any]) -> None:
    for _ in answers:
        pass


def _sampled(context: context_pb2.Context) -> context_pb2.Context:
    sampled = context_pb2.Context()
    sampled.CopyFrom(context)
    sampled.uncertainty.method = context_pb2.UNCERTAINTY_METHOD_SAMPLED
    return sampled


def _sweep(stub: Any, design: Any, context: context_pb2.Context, count: int) -> float:
    axes = [
        pb.SweepAxis(field=_SPEED, range=pb.NumberRange(min=10_000, max=30_000, count=count)),
        pb.SweepAxis(field=_FEED, range=pb.NumberRange(min=300, max=4_000, count=count)),
    ]
    request = pb.SweepFeasibilityRequest(design=design, context=context, axes=axes)
    return _rate(count * count, lambda: _drain(stub.SweepFeasibility(request)))


def _fresh_start(folder: Path) -> tuple[float, float]:
    """Time from starting a server to its first answer [s], and the first evaluation over the median of later ones."""
    job = read_job(JOB)
    contexts = itertools.islice(_other_feeds(job.context), 51)
    first, *later = [pb.EvaluateFeasibilityRequest(design=job.design, context=context) for context in contexts]
    server = LocalServer("feasibility_svc", folder, ["--log-level", "warning"])
    started = time.perf_counter()
    server.start()
    try:
        with grpc.insecure_channel(server.address) as channel:
            stub = feasibility_service_pb2_grpc.FeasibilityServiceStub(channel)
            grpc.channel_ready_future(channel).result(10)
            first_ms = stub.EvaluateFeasibility(first).report.compute_ms
            start_s = time.perf_counter() - started
            later_ms = [stub.EvaluateFeasibility(request).report.compute_ms for request in later]
    finally:
        server.kill()
    return start_s, first_ms / statistics.median(later_ms)
