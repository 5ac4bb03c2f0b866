"""Answers of RunsService that hold several runs, or one in pieces."""

from collections.abc import Callable, Iterator, Sequence

from foundation.errors import ServiceError
from foundation.message_size import FRAME_BYTES, PAGE_BUDGET
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.type.v1 import risk_pb2
from rpckit import preencoded
from runs_svc.domain.errors import OffsetOutOfRangeError
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.redaction import not_kept, summary_not_kept
from runs_svc.domain.runs.run_view import RunView
from runs_svc.service.errors import write_status
from runs_svc.usecases.runs.batch_get import Batch
from runs_svc.usecases.runs.record import RecordResult
from runs_svc.usecases.runs.replay import Replayed, Verdict

PIECE_BYTES = 256 * 1024


class RunsAnswer:
    """The runs of an answer to BatchGetRuns, as long as they fit."""

    def __init__(self, write: Callable[[RunView], bytes]) -> None:
        self._write = write
        self._left = PAGE_BUDGET
        self._runs: list[bytes] = []

    def take(self, view: RunView) -> bool:
        """Whether a run is still in the answer. The first always is."""
        run = preencoded.field(pb.BatchGetRunsResponse.RUNS_FIELD_NUMBER, self._write(view))
        self._left -= len(run)
        if self._left < 0 and self._runs:
            return False
        self._runs.append(run)
        return True

    def with_rest(self, batch: Batch) -> pb.BatchGetRunsResponse:
        """The whole answer."""
        rest = pb.BatchGetRunsResponse(
            unreachable=[f"runs/{run_id}" for run_id in batch.unreachable],
            not_returned=[f"runs/{run_id}" for run_id in batch.not_returned],
        )
        return preencoded.answer(pb.BatchGetRunsResponse, b"".join((*self._runs, rest.SerializeToString())))


def warnings_of(run: RunView) -> list[str]:
    """What was not kept of the open fields a run was recorded with."""
    document = run.document
    return [*not_kept("meta", document.meta), *summary_not_kept("source_request", document.request_summary)]


def write_created(
    outcomes: Sequence[RecordResult | ServiceError], write: Callable[[RunView], bytes]
) -> pb.BatchCreateRunsResponse:
    """What became of each attempt; what one call would abort with becomes its status.

    Every recorded run is named. Once the answer is full the others are only named.
    """
    left = PAGE_BUDGET
    results: list[bytes] = []
    for outcome in outcomes:
        result = _write_created(outcome, write, left)
        left -= len(result) + FRAME_BYTES
        results.append(preencoded.field(pb.BatchCreateRunsResponse.RESULTS_FIELD_NUMBER, result))
    return preencoded.answer(pb.BatchCreateRunsResponse, b"".join(results))


def _write_created(outcome: RecordResult | ServiceError, write: Callable[[RunView], bytes], left: int) -> bytes:
    if isinstance(outcome, ServiceError):
        return pb.BatchCreateResult(error=write_status(outcome)).SerializeToString()
    run_id, warnings = outcome.run.run_id, warnings_of(outcome.run)
    written = pb.BatchCreateResult(replayed=outcome.replayed, name=f"runs/{run_id}", warnings=warnings)
    rest = written.SerializeToString()
    run = preencoded.field(pb.BatchCreateResult.RUN_FIELD_NUMBER, write(outcome.run))
    return run + rest if len(run) <= left else rest


def pieces_of(stored: StoredDocument, offset: int) -> Iterator[pb.DownloadRunDocumentResponse]:
    """A document in pieces, after its header.

    Raises:
        OffsetOutOfRangeError: It ends before.
    """
    document = stored.document
    if not 0 <= offset <= len(document):
        raise OffsetOutOfRangeError(offset, len(document))
    header = pb.RunDocumentHeader(size_bytes=len(document), sha256=stored.sha256)
    yield pb.DownloadRunDocumentResponse(header=header)
    for start in range(offset, len(document), PIECE_BYTES):
        yield pb.DownloadRunDocumentResponse(chunk=document[start : start + PIECE_BYTES])


def write_replayed(done: Replayed) -> pb.ReplayRunResponse:
    """What a replay found, without the run."""
    return pb.ReplayRunResponse(
        drift_detected=bool(done.drift),
        drift=done.drift,
        warnings=done.warnings,
        engine_changed=done.engine_changed,
        then=_write_verdict(done.then),
        now=_write_verdict(done.now),
    )


def _write_verdict(verdict: Verdict | None) -> pb.ReplayVerdict | None:
    if verdict is None:
        return None
    return pb.ReplayVerdict(
        engine_id=verdict.engine_id,
        engine_version=verdict.engine_version,
        risk=risk_pb2.RiskLevel.Value(f"RISK_LEVEL_{verdict.risk}"),
        score=verdict.score,
    )
