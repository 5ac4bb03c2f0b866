"""Batches of evaluations that are requested at the same time."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any, cast

import pytest

from feasibility_svc.service.encoded_reports import LONGEST_INPUTS, EncodedReport, ReportEncoder, ReportRequest
from feasibility_svc.service.feasibility_servicer import FeasibilityServicer
from feasibility_svc.usecases.evaluate import EvaluateSetup
from foundation.call import Call, current_call
from rmos.feasibility.v1 import feasibility_service_pb2 as pb


class Slow:
    """Evaluates long inputs until it is released."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def report(self, request: ReportRequest) -> EncodedReport:
        if len(request.design.name) > LONGEST_INPUTS:
            assert self.go_on.wait(30)
        return EncodedReport({}, 1.0, b"", "", is_complete=True)


@pytest.fixture(autouse=True)
def call() -> Iterator[None]:
    token = current_call.set(Call("batch", None))
    yield
    current_call.reset(token)


def batch(*names: str) -> pb.BatchEvaluateFeasibilityRequest:
    request = pb.BatchEvaluateFeasibilityRequest()
    for name in names:
        item = request.items.add().request
        item.design.name = name
        item.context.SetInParent()
    return request


async def test_one_with_long_inputs_holds_no_batch_up() -> None:
    slow = Slow()
    servicer = FeasibilityServicer(ReportEncoder(cast("EvaluateSetup", None)), slow)
    long = asyncio.create_task(servicer.BatchEvaluateFeasibility(batch("n" * 2 * LONGEST_INPUTS), cast("Any", None)))
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await servicer.BatchEvaluateFeasibility(batch("a", "b"), cast("Any", None))
    assert not long.done()
    slow.go_on.set()
    await long
