"""Compare two runs. What does not fit into an answer is attached to the second run, when that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from foundation.call import Call
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.comparison import Comparison, Side
from runs_svc.domain.runs.run_view import RunView
from runs_svc.ports import BlobStore, Ledger, StoredRun
from runs_svc.usecases.runs.attach import Attach
from runs_svc.usecases.runs.find_attachment import find_blob
from runs_svc.usecases.runs.read import read_run

_LARGEST_PROGRAM = 16 * 1024**2
"""Of larger programs only the digests are compared. [bytes]"""


class Compare(Protocol):
    """Compares two runs, beside everything else."""

    async def compare(self, left: Side, right: Side, *, keep_full: bool) -> Comparison: ...


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison, and where the whole of it is when something was left out."""

    comparison: Comparison
    truncated: bool
    full: Attachment | None


class DiffRuns:
    def __init__(self, ledger: Ledger, blobs: BlobStore, attach: Attach, compare: Compare) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._attach = attach
        self._compare = compare

    async def compare(
        self, left_id: RunId, right_id: RunId, *, include_programs: bool, attach_full: bool, call: Call
    ) -> Compared:
        """The comparison.

        Raises:
            RunNotFoundError, RunCorruptError: A run is not there, or altered.
            RunWithdrawnError, AttachmentCorruptError: A program is not there any more, or altered.
            ComparisonTooLargeError: It takes too long, or too much memory.
            As `Attach`, when the comparison is attached.
        """
        stored = await self._ledger.get(left_id), await self._ledger.get(right_id)
        views = read_run(stored[0]), read_run(stored[1])
        small = all(_program_bytes(run) <= _LARGEST_PROGRAM for run in views)
        left, right = [
            await self._side(*pair, programs=include_programs and small) for pair in zip(stored, views, strict=True)
        ]
        left_out = include_programs and not small
        found = await self._compare.compare(left, right, keep_full=attach_full)
        if found.full is None:
            return Compared(found, found.truncated or left_out, None)
        attached = await self._attach.content(
            found.full,
            kind="diff",
            mime="application/json",
            filename=f"{left_id}_{right_id}.diff.json",
            run_id=right_id,
            call=call,
        )
        return Compared(found, truncated=True, full=attached)

    async def _side(self, stored: StoredRun, run: RunView, *, programs: bool) -> Side:
        named = await self._named_programs(run) if programs else []
        return Side(str(run.run_id), stored.run.document, named)

    async def _named_programs(self, run: RunView) -> Sequence[tuple[str, bytes]]:
        """The programs of a run: the inline one, then each attached file."""
        named = [("", run.document.gcode_text.encode())]
        for item in _programs(run):
            blob = await find_blob(self._ledger, run.run_id, item.digest)
            data = b"".join([piece async for piece in self._blobs.read(blob, offset=0)])
            named.append((item.filename or item.digest.sha256, data))
        return named


def _programs(run: RunView) -> list[Attachment]:
    return [item for item in run.attachments if item.kind == "gcode"]


def _program_bytes(run: RunView) -> int:
    return sum(item.size_bytes for item in _programs(run))
