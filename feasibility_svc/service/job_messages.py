"""A job of several steps on the wire."""

from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.service import messages
from feasibility_svc.service.encoded_reports import ReportEncoder
from feasibility_svc.service.report_messages import CATEGORIES, LEVELS
from feasibility_svc.usecases.evaluate_job import EvaluatedJob, StepInputs, check_step_count, of_step
from foundation.errors import InvalidFieldsError
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import feasibility_report_pb2
from rpckit import proto_json

_LONGEST_NAME = 200


def read_steps(request: pb.EvaluateJobRequest) -> list[StepInputs]:
    """The steps of a request.

    Raises:
        InvalidFieldsError: There are none or too many, or one lacks something or has too long a name.
    """
    check_step_count(len(request.steps))
    steps = []
    for place, step in enumerate(request.steps):
        with of_step(place):
            messages.require(step, "design", "context")
            if len(step.name) > _LONGEST_NAME:
                text = f"{len(step.name)} characters; at most {_LONGEST_NAME} are allowed"
                raise InvalidFieldsError.one("name", text)
            design = proto_json.read(step.design, "design")
            steps.append(StepInputs(design, proto_json.read(step.context, "context")))
    return steps


def write_job(
    request: pb.EvaluateJobRequest, job: EvaluatedJob, encoder: ReportEncoder, request_id: str
) -> pb.EvaluateJobResponse:
    verdict = job.verdict
    encoded = [encoder.encode(step.query, step.report, step.compute_ms) for step in job.steps]
    return pb.EvaluateJobResponse(
        overall_risk=LEVELS[verdict.risk],
        binding_step=verdict.binding_step,
        binding_category=CATEGORIES[verdict.binding],
        is_feasible=not verdict.risk.blocks,
        needs_review=verdict.needs_review or verdict.risk is RiskLevel.YELLOW,
        steps=[
            pb.JobStepReport(
                name=sent.name,
                report=feasibility_report_pb2.FeasibilityReport.FromString(report.message(request_id)),
                carried=step.carried.in_words,
            )
            for sent, step, report in zip(request.steps, job.steps, encoded, strict=True)
        ],
    )
