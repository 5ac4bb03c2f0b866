import grpc
import pytest
from google.rpc import error_details_pb2

from feasibility_svc.domain.scoring.errors import EntryNotFoundError, FeasibilityError
from feasibility_svc.service.errors import ANSWERS as FEASIBILITY_ANSWERS
from foundation import errors
from foundation.errors import InvalidFieldsError, Violation
from rmos.type.v1 import error_reason_pb2
from rpckit import error_status
from rpckit.error_status import ErrorStatus
from runs_svc.domain.errors import CatalogueEntryNotFoundError, RunsError
from runs_svc.domain.runs.decision_errors import OverrideRefusedError
from runs_svc.domain.runs.program_errors import ProgramHeldBackError
from runs_svc.service.errors import ANSWERS as RUNS_ANSWERS

REASONS = {name.removeprefix("ERROR_REASON_") for name in error_reason_pb2.ErrorReason.keys()}  # noqa: SIM118
ABSTRACT = {EntryNotFoundError, CatalogueEntryNotFoundError, OverrideRefusedError, ProgramHeldBackError}


def leaves(base: type[Exception]) -> set[type[Exception]]:
    found = set()
    for kind in base.__subclasses__():
        found |= {kind} | leaves(kind)
    return found


def test_every_deliberate_error_has_an_answer() -> None:
    assert leaves(FeasibilityError) - ABSTRACT == set(FEASIBILITY_ANSWERS)
    shared = {errors.InvalidFieldsError, errors.JsonOutOfDomainError, errors.InvalidPageTokenError}
    own = {kind for kind in RUNS_ANSWERS if not issubclass(kind, RunsError)}
    assert leaves(RunsError) - ABSTRACT == set(RUNS_ANSWERS) - own
    assert own <= leaves(InvalidFieldsError)
    assert shared <= set(error_status.SHARED_ANSWERS)


@pytest.mark.parametrize("table", [error_status.SHARED_ANSWERS, FEASIBILITY_ANSWERS, RUNS_ANSWERS])
def test_every_reason_stands_in_the_contract(table: error_status.ErrorStatusTable) -> None:
    assert {answer.reason for answer in table.values()} <= REASONS


def test_many_violations_are_cut_to_25_and_counted() -> None:
    error = InvalidFieldsError(Violation(f"field_{number}", "x" * 500) for number in range(100))
    answer = ErrorStatus(grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS")
    status = error_status.write_status(answer, error, request_id="req_1")
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(bad)
    assert info.metadata["violation_count"] == "100"
    assert len(bad.field_violations) == 25
    assert status.ByteSize() < 6 * 1024


def test_nothing_of_an_unforeseen_exception_leaves_the_server() -> None:
    status = error_status.write_status(error_status.INTERNAL, KeyError("password=hunter2"), request_id="req_1")
    assert status.message == "internal error"
    assert b"hunter2" not in status.SerializeToString()
