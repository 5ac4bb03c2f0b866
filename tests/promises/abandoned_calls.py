"""P16: a call ends with its caller: what nobody waits for costs nothing, and nobody else waits for it.

Several dear calls are given up soon after they began, by their own deadlines. Soon afterwards the server counts none of
them, spends no time, has answered health checks all along, and other calls are served; asked to stop, it exits.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from math import cos, sin
from pathlib import Path
from typing import Any

import grpc

from rmos.feasibility.v1 import catalog_service_pb2 as cpb
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from rmos.feasibility.v1.feasibility_service_pb2_grpc import FeasibilityServiceStub
from rmos.system.v1 import system_service_pb2 as spb
from rmos.system.v1.system_service_pb2_grpc import SystemServiceStub
from rmos.type.v1 import context_pb2
from testkit.local_servers import LocalServer
from tests import builders
from tests.ends import join_all
from tests.promises.health import Health, is_held_up
from tests.promises.tally import Tally

PATH_POINTS = 60_000
GIVEN_UP_AFTER_S = 1.0
_PATIENCE_S = 20.0
"""So long a bystander waits at most, on a machine that does much else."""
_ENDED_WITHIN_S = 60.0
"""Within this, on such a machine, nothing given up is counted any more."""
_MOST_SPENT_S, _LOOKED_AT_S = 1.0, 2.0
"""Processor time that the server may take in the time after all was given up, and how long that is looked at at least.
Given up properly it took a hundredth of a second where this was tried, without any asking 3 to 22 s."""
_AT_ONCE = 2
"""How often each of the dear calls goes on at once."""
_STOPS_WITHIN_S = 15.0
_LOOK_EVERY_S, _FIRST_ANSWER_S = 0.02, 300.0


def dear_calls(stub: Any) -> Sequence[Callable[[], Any]]:
    """Calls that take minutes, each in its own way."""
    design, context = builders.design_message(), _context_with_a_long_path()
    words = [
        pb.SweepAxis(field="context.tool.wear", texts=pb.TextList(values=["SHARP", "WORN"] * 50)),
        pb.SweepAxis(field="context.cut.direction", texts=pb.TextList(values=["CLIMB", "CONVENTIONAL"] * 50)),
    ]
    feeds = [
        pb.SweepAxis(field="context.cut.feed_rate_mm_per_min", range=pb.NumberRange(min=100.0, max=5e3, count=5_000))
    ]
    asked: dict[str, Any] = {"design": design, "context": context}

    def drain(axes: Sequence[pb.SweepAxis]) -> Any:
        return list(stub.SweepFeasibility(pb.SweepFeasibilityRequest(**asked, axes=axes), timeout=GIVEN_UP_AFTER_S))

    return [
        lambda: drain(words),
        lambda: drain(feeds),
        lambda: stub.RecommendSetup(pb.RecommendSetupRequest(**asked), timeout=GIVEN_UP_AFTER_S),
        lambda: stub.ExplainReport(pb.ExplainReportRequest(**asked), timeout=GIVEN_UP_AFTER_S),
    ]


def _context_with_a_long_path() -> context_pb2.Context:
    context = builders.context_message()
    cut = context.toolpaths.cuts.add()
    cut.x_mm.extend(200 * cos(place / 7) for place in range(PATH_POINTS))
    cut.y_mm.extend(200 * sin(place / 7) for place in range(PATH_POINTS))
    return context


def try_abandoned(trials: int, *, seed: int = 0, module: str = "feasibility_svc") -> Tally:
    """Every dear call twice at once, given up, again and again on one server."""
    tally = Tally("P16 abandoned call", seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        server = LocalServer(module, Path(folder))
        server.start()
        try:
            with grpc.insecure_channel(server.address) as channel:
                for _ in range(trials):
                    tally.trials += 1
                    held_up = is_held_up(lambda: _longest_gap_s(channel, server, tally))
                    tally.wrong += held_up  # apart: a trial counts what is wrong itself
            if not tally.wrong:
                _stop(server, tally)
        finally:
            server.kill()
    return tally


def _longest_gap_s(channel: grpc.Channel, server: LocalServer, tally: Tally) -> float:
    """Of health, while all is given up and comes to its end. [s]"""
    with Health(server.address) as health:
        _give_up_all(FeasibilityServiceStub(channel), tally)
        _see_the_end(channel, server, tally)
    tally.remarks.append(f"health: {health}")
    return health.gap_s()


def _give_up_all(stub: Any, tally: Tally) -> None:
    def give_up(call: Callable[[], Any]) -> None:
        try:
            call()
        except grpc.RpcError as failed:
            error: Any = failed
            code = error.code()
            if code is not grpc.StatusCode.DEADLINE_EXCEEDED:
                tally.wrong += 1
                tally.remarks.append(str(error))

    threads = [threading.Thread(target=give_up, args=(call,)) for call in [*dear_calls(stub)] * _AT_ONCE]
    for thread in threads:
        thread.start()
    join_all(threads)


def _see_the_end(channel: grpc.Channel, server: LocalServer, tally: Tally) -> None:
    """Nothing is counted any more, no time is spent on what was given up, and bystanders are served."""
    system: Any = SystemServiceStub(channel)
    before_s, began = _cpu_s(server.pid), time.monotonic()
    while (info := _info(system)).active_call_count > 1 or info.active_stream_count:
        if time.monotonic() > began + _ENDED_WITHIN_S:
            tally.wrong += 1
            tally.remarks.append(f"{info.active_call_count} calls and {info.active_stream_count} streams still go on")
            break
        time.sleep(_LOOK_EVERY_S)
    time.sleep(max(0.0, began + _LOOKED_AT_S - time.monotonic()))  # what goes on uncounted costs as much
    spent_s = _cpu_s(server.pid) - before_s
    if spent_s > _MOST_SPENT_S:
        tally.wrong += 1
        tally.remarks.append(f"{spent_s:.1f} s of a core went into what nobody waits for")
    for serve in _bystanders(channel):
        try:
            serve()
            tally.acknowledged += 1
        except grpc.RpcError as error:
            tally.wrong += 1
            tally.remarks.append(str(error))


def _info(system: Any) -> spb.ServerInfo:
    answer: spb.GetServerInfoResponse = system.GetServerInfo(spb.GetServerInfoRequest(), timeout=_PATIENCE_S)
    return answer.server_info


def _bystanders(channel: grpc.Channel) -> Iterator[Callable[[], Any]]:
    feasibility: Any = FeasibilityServiceStub(channel)
    catalogue: Any = CatalogServiceStub(channel)
    recommend = pb.RecommendSetupRequest(design=builders.design_message(), context=builders.context_message())
    yield lambda: feasibility.RecommendSetup(recommend, timeout=_PATIENCE_S)
    material = context_pb2.Material(material_id=f"m{time.monotonic_ns()}")
    yield lambda: catalogue.CreateMaterial(cpb.CreateMaterialRequest(material=material), timeout=_PATIENCE_S)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _stop(server: LocalServer, tally: Tally) -> None:
    """Given up and asked to stop at once: the server exits."""
    with grpc.insecure_channel(server.address) as channel:
        request = pb.SweepFeasibilityRequest(
            design=builders.design_message(),
            context=_context_with_a_long_path(),
            axes=[
                pb.SweepAxis(
                    field="context.cut.feed_rate_mm_per_min", range=pb.NumberRange(min=1, max=9e3, count=9_000)
                )
            ],
        )
        stub: Any = FeasibilityServiceStub(channel)
        sweeps = [stub.SweepFeasibility(request, timeout=_FIRST_ANSWER_S) for _ in range(4)]
        for sweep in sweeps:
            next(iter(sweep))
        began = time.monotonic()
        code = server.stop()
    took_s = time.monotonic() - began
    if code != 0 or took_s > _STOPS_WITHIN_S:
        tally.wrong += 1
        tally.remarks.append(f"stopped after {took_s:.1f} s with {code}")
