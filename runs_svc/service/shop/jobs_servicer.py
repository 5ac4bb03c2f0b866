"""JobsService on the wire."""

from foundation.call import current_call
from rmos.shop.v1 import jobs_service_pb2 as pb
from rmos.shop.v1 import jobs_service_pb2_grpc as pb_grpc
from rpckit import proto_json
from rpckit.server_context import ServicerContext
from runs_svc.domain.runs.redaction import keep_open_fields, not_kept
from runs_svc.domain.shop.job import JobStatus
from runs_svc.service.entity_pages import list_entities
from runs_svc.service.shop import messages
from runs_svc.service.workflow.messages import read_expected
from runs_svc.usecases.shop.jobs import Jobs

_AT_START = (JobStatus.PLANNED, JobStatus.PENDING)
_UNDER_WAY = (*_AT_START, JobStatus.RUNNING)


class JobsServicer(pb_grpc.JobsServiceServicer):
    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def CreateJob(self, request: pb.CreateJobRequest, context: ServicerContext) -> pb.CreateJobResponse:
        job = await self._jobs.create(
            messages.read_job_type(request.job_type),
            messages.read_job_status(request.status, _AT_START) or JobStatus.PENDING,
            title=messages.read_title(request.title),
            pattern_id=request.pattern_id,
            parameters=keep_open_fields(proto_json.read_struct(request.parameters, "parameters")),
            runs=messages.read_runs(request.runs),
            call=current_call.get(),
        )
        warnings = not_kept("parameters", job.entity.parameters)
        return pb.CreateJobResponse(job=messages.write_job(job), warnings=warnings)

    async def GetJob(self, request: pb.GetJobRequest, context: ServicerContext) -> pb.GetJobResponse:
        job = await self._jobs.get(messages.read_job_name(request.name))
        return pb.GetJobResponse(job=messages.write_job(job))

    async def ListJobs(self, request: pb.ListJobsRequest, context: ServicerContext) -> pb.ListJobsResponse:
        page = await list_entities(self._jobs.page, messages.write_job, request)
        return pb.ListJobsResponse(
            jobs=page.messages,
            next_page_token=page.next_token,
            unreachable=[f"jobs/{job_id}" for job_id in page.unreachable],
        )

    async def UpdateJobStatus(
        self, request: pb.UpdateJobStatusRequest, context: ServicerContext
    ) -> pb.UpdateJobStatusResponse:
        job = await self._jobs.advance(
            messages.read_job_name(request.name),
            read_expected(request),
            status=messages.read_job_status(request.status, _UNDER_WAY),
            progress_percent=messages.read_progress(request),
            note=messages.read_note(request.note),
            runs=messages.read_runs(request.runs),
            call=current_call.get(),
        )
        return pb.UpdateJobStatusResponse(job=messages.write_job(job))

    async def CompleteJob(self, request: pb.CompleteJobRequest, context: ServicerContext) -> pb.CompleteJobResponse:
        job = await self._jobs.complete(
            messages.read_job_name(request.name),
            read_expected(request),
            succeeded=request.succeeded,
            results=keep_open_fields(proto_json.read_struct(request.results, "results")),
            error=messages.read_error(request.error, succeeded=request.succeeded),
            runs=messages.read_runs(request.runs),
            call=current_call.get(),
        )
        return pb.CompleteJobResponse(job=messages.write_job(job), warnings=not_kept("results", job.entity.results))

    async def GetJobStatistics(
        self, request: pb.GetJobStatisticsRequest, context: ServicerContext
    ) -> pb.GetJobStatisticsResponse:
        found = await self._jobs.statistics(request.filter)
        response = pb.GetJobStatisticsResponse(
            job_count=found.count,
            status_counts=found.by_status,
            job_type_counts=found.by_type,
            success_ratio=found.success_ratio,
        )
        if found.average_duration_s is not None:
            response.average_duration.FromNanoseconds(round(found.average_duration_s * 1e9))
        return response
