"""The feasibility service over gRPC, through the client package."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import grpc

from foundation import canonical_json
from foundation.batch_window import BatchWindow
from foundation.call import caller_name
from foundation.errors import InvalidFieldsError, Resource, Violation
from foundation.message_size import LARGEST_REQUEST
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import context_pb2, design_pb2
from rmos_client.aio import AsyncFeasibilityClient
from rmos_client.errors import RmosError
from rpckit import proto_json
from runs_svc.adapters.feasibility.batching import BatchedEvaluations
from runs_svc.domain import errors
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.report import Report
from runs_svc.domain.runs.report_check import compute_time_violations, unfounded
from runs_svc.ports import (
    Explanation,
    FeasibilityUnavailableError,
    NoReportInTimeError,
    ReportReader,
    UnbelievableReportError,
)

_LARGEST_INPUTS = LARGEST_REQUEST - 1_024
"""What the service takes, less what is around the inputs of a run."""
_NOT_FOUND = {
    "ENGINE_NOT_FOUND": errors.EngineNotFoundError,
    "MODEL_NOT_FOUND": errors.ModelNotFoundError,
    "MATERIAL_NOT_FOUND": errors.MaterialNotFoundError,
    "TOOL_NOT_FOUND": errors.ToolNotFoundError,
    "MACHINE_NOT_FOUND": errors.MachineNotFoundError,
    "REVISION_NOT_FOUND": errors.EarlierCatalogueNotFoundError,
}


class RpcFeasibility:
    """Asks the service; a refusal of the inputs is the caller's, everything else means it is away."""

    def __init__(self, client: AsyncFeasibilityClient, window: BatchWindow, reports: ReportReader) -> None:
        self._client = client
        self._reports = reports
        self._evaluations = BatchedEvaluations(client, window)

    async def evaluate(self, inputs: Inputs, *, request_id: str, timeout_s: float) -> Report:
        request = _request(inputs)
        if request.ByteSize() > _LARGEST_INPUTS:
            raise errors.RecordTooLargeError("design and context", request.ByteSize(), _LARGEST_INPUTS)
        try:
            answer = await self._evaluations.evaluate(request, request_id=request_id, timeout_s=timeout_s)
        except RmosError as error:
            raise _translated(error) from error
        except TimeoutError as error:
            raise NoReportInTimeError(f"DEADLINE_EXCEEDED: no report within {timeout_s:.3g} s") from error
        report = self._reports.read(answer.document)
        wrong = [
            *compute_time_violations(answer.compute_ms),
            *_other_engine(inputs, report),
            *unfounded(report.content, inputs.design, inputs.context),
        ]
        if wrong:
            raise UnbelievableReportError(wrong)
        compute_ms = canonical_json.number(answer.compute_ms)
        return replace(
            report,
            evaluation={"request_id": request_id, "compute_ms": compute_ms},
            envelope=proto_json.read(answer.envelope, "envelope"),
        )

    async def explain(self, inputs: Inputs, *, run_id: str, request_id: str, timeout_s: float) -> Explanation:
        try:
            explanation = await self._client.explain(
                proto_json.write(design_pb2.Design, inputs.design),
                proto_json.write(context_pb2.Context, inputs.context),
                engine_id=inputs.engine_id,
                run_id=run_id,
                request_id=request_id,
                timeout_s=timeout_s,
                callers={caller_name()} - {""},
            )
        except RmosError as error:
            raise _translated(error) from error
        return Explanation(explanation.summary, explanation.text, explanation.engine_id, explanation.engine_version)


def _request(inputs: Inputs) -> pb.EvaluateFeasibilityRequest:
    earlier = inputs.earlier_report
    return pb.EvaluateFeasibilityRequest(
        design=proto_json.write(design_pb2.Design, inputs.design),
        context=proto_json.write(context_pb2.Context, inputs.context),
        engine_id=inputs.engine_id,
        earlier_report=None if earlier is None else pb.EarlierReport(**asdict(earlier)),
    )


def _translated(error: RmosError) -> Exception:
    if error.code is grpc.StatusCode.INVALID_ARGUMENT and error.violations:
        return InvalidFieldsError(Violation(item.field, item.description) for item in error.violations)
    if error.reason == "ENTRY_WITHDRAWN":
        withdrawn = errors.EntryWithdrawnError(error.message)
        withdrawn.metadata = {name: value for name, value in error.metadata.items() if name in {"withdrawal", "near"}}
        return withdrawn
    if error.reason in _NOT_FOUND:
        missing = _NOT_FOUND[error.reason](error.message)
        missing.resource = Resource(error.reason.removesuffix("_NOT_FOUND").lower(), "")
        return missing
    said = f" ({error.reason})" if error.reason else ""
    late = error.code is grpc.StatusCode.DEADLINE_EXCEEDED
    kind = NoReportInTimeError if late else FeasibilityUnavailableError
    return kind(f"{error.code.name}{said}", cause=f"{error.code.name}: {error.message}")


def _other_engine(inputs: Inputs, report: Report) -> Sequence[str]:
    """What is wrong with the engine that answered."""
    answered = report.content["engine_id"]
    if inputs.engine_id in {"", answered}:
        return ()
    return (f"the engine {answered!r} answered, {inputs.engine_id!r} was asked",)
