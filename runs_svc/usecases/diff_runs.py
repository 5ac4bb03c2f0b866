"""Compare two runs. What does not fit into an answer is attached to the second run, when that was asked for."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from rpckit.call import Call
from runs_svc.domain import diff
from runs_svc.domain.attachment import Attachment
from runs_svc.domain.diff import MOST_DIFFERENCES, MOST_LINES, Difference
from runs_svc.domain.ids import Digest, RunId
from runs_svc.ports import Ledger
from runs_svc.usecases.attach import Attach
from runs_svc.usecases.reading import read_run

_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison, and where the whole of it is when something was left out."""

    differences: Sequence[Difference]
    program_lines: Sequence[str]
    full: Attachment | None

    @property
    def truncated(self) -> bool:
        return len(self.differences) > MOST_DIFFERENCES or len(self.program_lines) > MOST_LINES


class DiffRuns:
    def __init__(self, ledger: Ledger, attach: Attach) -> None:
        self._ledger = ledger
        self._attach = attach

    async def __call__(
        self, left_id: RunId, right_id: RunId, *, include_programs: bool, attach_full: bool, call: Call
    ) -> Compared:
        """The comparison.

        Raises:
            RunNotFoundError, RunCorruptError: A run is not there, or altered.
            As `Attach`, when the comparison is attached.
        """
        left = read_run(await self._ledger.get(left_id)).document
        right = read_run(await self._ledger.get(right_id)).document
        programs = [document.get("outputs", {}).get("gcode_text", "") for document in (left, right)]
        lines = diff.diff_programs(*programs) if include_programs else []
        compared = Compared(diff.diff(left, right), lines, None)
        if not attach_full or not compared.truncated:
            return compared
        data = diff.write_full(str(left_id), str(right_id), compared.differences, lines)
        declared = Attachment(
            digest=Digest(hashlib.sha256(data).hexdigest()),
            kind="diff",
            mime="application/json",
            filename=f"{left_id}_{right_id}.diff.json",
            size_bytes=len(data),
            created_at_utc="",
        )
        attached = await self._attach(declared, _pieces(data), offset=0, run_id=right_id, call=call)
        return Compared(compared.differences, lines, attached.attachment)


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), _PIECE_BYTES):
        yield data[start : start + _PIECE_BYTES]
