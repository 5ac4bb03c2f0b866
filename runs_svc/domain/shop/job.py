"""The job log: what was planned, how far it came, how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError, Precondition
from runs_svc.domain.entities.revision import State, to_json
from runs_svc.domain.errors import TransitionBlockedError


class JobStatus(StrEnum):
    """How far a job has come."""

    PLANNED = "planned"
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class JobType(StrEnum):
    """A kind of job."""

    ROSETTE_SLICE_BATCH = "rosette_slice_batch"
    ROSETTE_PATTERN_GENERATION = "rosette_pattern_generation"
    ROSETTE_PREVIEW = "rosette_preview"
    ROSETTE_CNC_EXPORT = "rosette_cnc_export"
    ROSETTE_SEGMENTATION = "rosette_segmentation"
    ROSETTE_VALIDATION = "rosette_validation"
    ROSETTE_CNC_SIMULATION = "rosette_cnc_simulation"


ENDED = frozenset({JobStatus.COMPLETED, JobStatus.FAILED})
_FOLLOWS: Mapping[JobStatus, frozenset[JobStatus]] = {
    JobStatus.PLANNED: frozenset({JobStatus.PLANNED, JobStatus.PENDING, JobStatus.RUNNING, *ENDED}),
    JobStatus.PENDING: frozenset({JobStatus.PENDING, JobStatus.RUNNING, *ENDED}),
    JobStatus.RUNNING: frozenset({JobStatus.RUNNING, *ENDED}),
    JobStatus.COMPLETED: frozenset(),
    JobStatus.FAILED: frozenset(),
}
"""Which status may come after each."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is."""

    job_id: str
    job_type: JobType
    status: JobStatus
    title: str
    pattern_id: str
    created_at_utc: str
    parameters: JsonObject = field(default_factory=dict)
    progress_percent: float = 0.0
    results: JsonObject | None = None
    error: str = ""
    runs: Sequence[str] = ()
    started_at_utc: str = ""
    ended_at_utc: str = ""
    note: str = ""
    duration_s: float | None = None
    """From start to end; None while it has not ended, or when it never said that it runs."""


def advance(
    job: Job,
    *,
    status: JobStatus | None,
    progress_percent: float | None,
    note: str,
    runs: Sequence[str],
    now: str,
) -> Job:
    """The job further on.

    Raises:
        TransitionBlockedError: The status does not follow.
        InvalidFieldsError: The progress goes back.
    """
    after = status or job.status
    _check(job, after)
    progress = job.progress_percent if progress_percent is None else progress_percent
    if progress < job.progress_percent:
        text = f"{progress} is less than {job.progress_percent}, where the job is already"
        raise InvalidFieldsError.one("progress_percent", text)
    starts = after is JobStatus.RUNNING and not job.started_at_utc
    return replace(
        job,
        status=after,
        progress_percent=progress,
        note=note or job.note,
        runs=_with(job, runs),
        started_at_utc=now if starts else job.started_at_utc,
    )


def complete(
    job: Job,
    *,
    succeeded: bool,
    results: JsonObject,
    error: str,
    runs: Sequence[str],
    now: str,
    elapsed_s: float | None,
) -> Job:
    """The ended job.

    Args:
        elapsed_s: Time since it started; None when it never said so.

    Raises:
        TransitionBlockedError: It has ended already.
    """
    status = JobStatus.COMPLETED if succeeded else JobStatus.FAILED
    _check(job, status)
    return replace(
        job,
        status=status,
        progress_percent=100.0 if succeeded else job.progress_percent,
        results=results,
        error=error,
        runs=_with(job, runs),
        ended_at_utc=now,
        duration_s=elapsed_s,
    )


def _check(job: Job, after: JobStatus) -> None:
    if after not in _FOLLOWS[job.status]:
        text = f"{after} does not follow {job.status}"
        raise TransitionBlockedError(f"jobs/{job.job_id}", [Precondition("STATE", f"jobs/{job.job_id}", text)])


def _with(job: Job, runs: Sequence[str]) -> Sequence[str]:
    return tuple(dict.fromkeys((*job.runs, *runs)))


def write_job(job: Job) -> JsonObject:
    return to_json(job)


def read_job(value: State) -> Job:
    known = {"job_type": JobType(value["job_type"]), "status": JobStatus(value["status"]), "runs": tuple(value["runs"])}
    return Job(**{**value, **known})


def job_index_fields(job: Job) -> Mapping[str, str | float | None]:
    """The index fields of a job."""
    return {
        "status": job.status.value,
        "job_type": job.job_type.value,
        "pattern_id": job.pattern_id,
        "duration_s": job.duration_s if job.status is JobStatus.COMPLETED else None,
    }
