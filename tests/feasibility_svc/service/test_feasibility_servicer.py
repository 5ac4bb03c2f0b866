"""What searches long holds up nothing that answers soon."""

import asyncio
import threading
import time
from contextvars import ContextVar
from pathlib import Path
from typing import cast

from feasibility_svc.adapters.caching.report_cache import ReportCache
from feasibility_svc.adapters.catalogue_files import read_catalogue
from feasibility_svc.adapters.journal import CatalogueJournal
from feasibility_svc.domain.engine.registry import EngineRegistry, baseline_engine
from feasibility_svc.service.encoded_reports import ReportEncoder
from feasibility_svc.service.feasibility_servicer import FeasibilityServicer
from feasibility_svc.usecases.evaluate import EvaluateSetup
from foundation.call import Call, current_call
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rpckit.event_loop import tune_threads
from rpckit.server_context import ServicerContext
from tests import builders

NO_CONTEXT = cast("ServicerContext", None)
"""The calls tried here do not look at it."""
held_up: ContextVar[bool] = ContextVar("held_up", default=False)
SEARCHES, JOBS = 8, 16


class HeldUp:
    """A stopwatch that does not go on for searches until it is told to."""

    def __init__(self) -> None:
        self.go_on, self.holds = threading.Event(), threading.Event()

    def __call__(self) -> float:
        if held_up.get() and threading.current_thread() is not threading.main_thread():
            self.holds.set()
            self.go_on.wait(120)
        return time.perf_counter()


async def search(servicer: FeasibilityServicer) -> int:
    held_up.set(True)
    request = pb.SearchRosettesRequest(
        soundhole_radius_mm=42.5, channel_depth_mm=1.3, context=builders.context_message(), max_attempts=1
    )
    return len([answer async for answer in servicer.SearchRosettes(request, NO_CONTEXT)])


async def test_a_job_is_judged_while_others_search(tmp_path: Path) -> None:
    tune_threads()
    current_call.set(Call("req_1", None))
    stopwatch = HeldUp()
    catalogue = CatalogueJournal(read_catalogue(), tmp_path)
    encoder = ReportEncoder(EvaluateSetup(EngineRegistry([baseline_engine()]), catalogue, stopwatch=stopwatch))
    servicer = FeasibilityServicer(encoder, ReportCache(encoder, catalogue, most_bytes=0))
    searches = [asyncio.ensure_future(search(servicer)) for _ in range(SEARCHES)]
    step = pb.JobStep(design=builders.design_message(), context=builders.context_message())
    try:
        async with asyncio.timeout(60.0):
            await asyncio.to_thread(stopwatch.holds.wait)
            for _ in range(JOBS):  # meanwhile, every search takes the threads it can get
                answer = await servicer.EvaluateJob(pb.EvaluateJobRequest(steps=[step]), NO_CONTEXT)
                assert len(answer.steps) == 1
    finally:
        stopwatch.go_on.set()
    assert len(await asyncio.gather(*searches)) == SEARCHES
