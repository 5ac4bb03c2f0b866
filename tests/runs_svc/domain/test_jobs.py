"""The job log: which steps follow each other, and what is kept."""

import pytest

from foundation.errors import InvalidFieldsError
from runs_svc.domain.errors import TransitionBlockedError
from runs_svc.domain.shop.job import (
    Job,
    JobStatus,
    JobType,
    advance,
    complete,
    job_index_fields,
    read_job,
    write_job,
)

NOW = "2026-03-01T12:00:00.000000Z"
PLANNED = Job("job_1", JobType.ROSETTE_PREVIEW, JobStatus.PLANNED, "one", "rope", NOW)


def further(job: Job, status: JobStatus | None = None, **fields: object) -> Job:
    given: dict[str, object] = {"progress_percent": None, "note": "", "runs": (), "now": NOW, **fields}
    return advance(job, status=status, **given)  # type: ignore[arg-type]


def ended(job: Job, *, succeeded: bool = True) -> Job:
    return complete(job, succeeded=succeeded, results={"n": 1}, error="", runs=("run_2",), now=NOW, elapsed_s=3.0)


def test_a_job_starts_once() -> None:
    running = further(PLANNED, JobStatus.RUNNING, now="2026-03-01T13:00:00.000000Z")
    assert running.started_at_utc == "2026-03-01T13:00:00.000000Z"
    assert further(running, JobStatus.RUNNING, now=NOW).started_at_utc == running.started_at_utc


def test_what_nobody_says_stays_and_runs_are_named_once() -> None:
    noted = further(PLANNED, note="dry", progress_percent=40.0, runs=("run_1",))
    assert further(noted, runs=("run_1", "run_2")) == further(noted, runs=("run_2",))
    assert further(noted).note == "dry"
    assert further(noted).progress_percent == 40.0


def test_progress_never_goes_back() -> None:
    half = further(PLANNED, progress_percent=50.0)
    with pytest.raises(InvalidFieldsError) as caught:
        further(half, progress_percent=49.0)
    assert caught.value.violations[0].field == "progress_percent"


@pytest.mark.parametrize(("succeeded", "status", "percent"), [(True, "completed", 100.0), (False, "failed", 40.0)])
def test_an_end_keeps_how_far_a_failure_came(succeeded: bool, status: str, percent: float) -> None:
    job = ended(further(PLANNED, JobStatus.RUNNING, progress_percent=40.0), succeeded=succeeded)
    assert (job.status.value, job.progress_percent, job.duration_s, job.runs) == (status, percent, 3.0, ("run_2",))


def test_nothing_follows_an_end() -> None:
    with pytest.raises(TransitionBlockedError, match="running does not follow completed"):
        further(ended(PLANNED), JobStatus.RUNNING)
    with pytest.raises(TransitionBlockedError, match="completed does not follow failed"):
        ended(ended(PLANNED, succeeded=False))


def test_a_job_is_read_as_it_was_written() -> None:
    job = ended(further(PLANNED, JobStatus.RUNNING, runs=("run_1",)))
    assert read_job(write_job(job)) == job


@pytest.mark.parametrize(("succeeded", "duration_s"), [(True, 3.0), (False, None)])
def test_only_completed_jobs_are_found_by_their_duration(succeeded: bool, duration_s: float | None) -> None:
    found = job_index_fields(ended(PLANNED, succeeded=succeeded))
    assert found == {
        "status": "completed" if succeeded else "failed",
        "job_type": "rosette_preview",
        "pattern_id": "rope",
        "duration_s": duration_s,
    }
