"""Answers put together from bytes."""

import pytest

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb
from rpckit import preencoded


@pytest.mark.parametrize("length", [0, 1, 127, 128, 16_383, 16_384, 3_000_000])
def test_a_field_of_any_length_is_read_back(length: int) -> None:
    run = run_pb2.Run(name="x" * length)
    data = preencoded.field(pb.GetRunResponse.RUN_FIELD_NUMBER, run.SerializeToString())
    assert data == pb.GetRunResponse(run=run).SerializeToString()


def test_large_field_numbers_are_written_in_full() -> None:
    run = run_pb2.Run(legal_hold=run_pb2.LegalHold(person="Ana"))
    number = run_pb2.Run.LEGAL_HOLD_FIELD_NUMBER
    assert preencoded.field(number, run.legal_hold.SerializeToString()) == run.SerializeToString()
