"""The job log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.timestamps import read_time
from rpckit.page_tokens import NO_END, Room
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing import filters
from runs_svc.domain.listing.values import Words
from runs_svc.domain.shop.errors import JobNotFoundError, PatternNotFoundError
from runs_svc.domain.shop.job import (
    ENDED,
    Job,
    JobStatus,
    JobType,
    advance,
    complete,
    job_index_fields,
    read_job,
    write_job,
)
from runs_svc.domain.shop.pattern import pattern_subject
from runs_svc.ports import Clock, EntityStore, IdSource, Ledger
from runs_svc.usecases.entities.drawn_ids import add_new
from runs_svc.usecases.entities.entity import Change, EntityKind, EntityPage, Revision
from runs_svc.usecases.entities.repository import EntityRepository

FIELDS = filters.Fields(
    texts=frozenset({"status", "job_type", "pattern_id"}),
    words={"status": Words(tuple(JobStatus), "JOB_STATUS_"), "job_type": Words(tuple(JobType), "JOB_TYPE_")},
)


@dataclass(frozen=True, slots=True)
class JobStatistics:
    """Jobs counted."""

    by_status: Mapping[str, int]
    by_type: Mapping[str, int]
    success_ratio: float | None
    average_duration_s: float | None

    @property
    def count(self) -> int:
        return sum(self.by_status.values())


JOB: EntityKind[Job] = EntityKind(
    name="job",
    fields=FIELDS,
    read=read_job,
    write=write_job,
    index_fields=lambda job, now: job_index_fields(job),
)


class Jobs:
    def __init__(self, entities: EntityStore, ledger: Ledger, *, clock: Clock, ids: IdSource) -> None:
        self._entities = entities
        self._ledger = ledger
        self._ids = ids
        self._repository = EntityRepository(entities, JOB, clock=clock)

    async def create(
        self,
        job_type: JobType,
        status: JobStatus,
        *,
        title: str,
        pattern_id: str,
        parameters: JsonObject,
        runs: Sequence[RunId],
        call: Call,
    ) -> Revision[Job]:
        """A new job.

        Raises:
            PatternNotFoundError, RunNotFoundError: It names something that is not there.
        """
        if pattern_id and await self._entities.newest(pattern_subject(pattern_id)) is None:
            raise PatternNotFoundError(pattern_id)
        job = Job(
            job_id="",
            job_type=job_type,
            status=status,
            title=title,
            pattern_id=pattern_id,
            created_at_utc=self._repository.now(),
            parameters=parameters,
            runs=await self._known(runs),
        )
        return await add_new(
            self._repository,
            lambda: self._ids.fresh(JOB.name),
            lambda job_id: _change("create", replace(job, job_id=job_id)),
            call=call,
        )

    async def get(self, job_id: str, expected: int | None = None) -> Revision[Job]:
        """A job as it is.

        Raises:
            JobNotFoundError, VersionTakenError, RunCorruptError: As `EntityRepository.expect`.
        """
        return await self._repository.expect(job_id, expected, JobNotFoundError(job_id))

    async def page(
        self, room: Room[Revision[Job]] = NO_END, *, filter_text: str, page_size: int, page_token: str
    ) -> EntityPage[Job]:
        """A page of jobs, newest first."""
        return await self._repository.page(room, filter_text=filter_text, page_size=page_size, page_token=page_token)

    async def advance(
        self,
        job_id: str,
        expected: int | None,
        *,
        status: JobStatus | None,
        progress_percent: float | None,
        note: str,
        runs: Sequence[RunId],
        call: Call,
    ) -> Revision[Job]:
        """A job further on.

        Raises:
            JobNotFoundError, RunNotFoundError, VersionTakenError; as `job.advance`.
        """
        named, now = await self._known(runs), self._repository.now()
        return await self._apply(
            job_id,
            expected,
            "update_status",
            lambda job: advance(job, status=status, progress_percent=progress_percent, note=note, runs=named, now=now),
            call,
        )

    async def complete(
        self,
        job_id: str,
        expected: int | None,
        *,
        succeeded: bool,
        results: JsonObject,
        error: str,
        runs: Sequence[RunId],
        call: Call,
    ) -> Revision[Job]:
        """An ended job.

        Raises:
            JobNotFoundError, RunNotFoundError, VersionTakenError, TransitionBlockedError: It cannot end.
        """
        named, now = await self._known(runs), self._repository.now()
        return await self._apply(
            job_id,
            expected,
            "complete",
            lambda job: complete(
                job,
                succeeded=succeeded,
                results=results,
                error=error,
                runs=named,
                now=now,
                elapsed_s=_elapsed_s(job, now),
            ),
            call,
        )

    async def statistics(self, filter_text: str) -> JobStatistics:
        """Jobs counted.

        Raises:
            InvalidFilterError: The filter cannot be read.
        """
        condition = filters.parse(filter_text, FIELDS)
        by_status = await self._entities.tally(JOB.name, "status", condition)
        durations = await self._entities.spread(JOB.name, "duration_s", condition)
        ended = sum(by_status.get(status, 0) for status in ENDED)
        return JobStatistics(
            by_status=by_status,
            by_type=await self._entities.tally(JOB.name, "job_type", condition),
            success_ratio=by_status.get(JobStatus.COMPLETED, 0) / ended if ended else None,
            average_duration_s=durations.mean if durations else None,
        )

    async def _apply(
        self, job_id: str, expected: int | None, action: str, change: Callable[[Job], Job], call: Call
    ) -> Revision[Job]:
        before = await self.get(job_id, expected)
        return await self._repository.change(before, job_id, _change(action, change(before.entity)), call=call)

    async def _known(self, runs: Sequence[RunId]) -> tuple[str, ...]:
        """The names of runs that are there.

        Raises:
            RunNotFoundError: One is not.
        """
        for run_id in runs:
            await self._ledger.get_index(run_id)
        return tuple(f"runs/{run_id}" for run_id in runs)


def _elapsed_s(job: Job, now: str) -> float | None:
    return (read_time(now) - read_time(job.started_at_utc)).total_seconds() if job.started_at_utc else None


def _change(action: str, job: Job) -> Change[Job]:
    return Change(job, {"action": action, "status": job.status.value})
