"""Compare two runs. What does not fit into an answer is attached to the second run, when that was asked for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rpckit.call import Call
from runs_svc.domain import diff
from runs_svc.domain.attachment import Attachment
from runs_svc.domain.diff import MOST_DIFFERENCES, MOST_LINES, Difference
from runs_svc.domain.ids import RunId
from runs_svc.domain.program_diff import diff_programs
from runs_svc.ports import BlobStore, Ledger
from runs_svc.usecases.attach import Attach
from runs_svc.usecases.find_attachment import find_blob
from runs_svc.usecases.reading import RunView, read_run

_LARGEST_PROGRAM = 16 * 1024**2
"""Of larger programs only the digests are compared. [bytes]"""


@dataclass(frozen=True, slots=True)
class Compared:
    """The comparison, and where the whole of it is when something was left out."""

    differences: Sequence[Difference]
    program_lines: Sequence[str]
    programs_left_out: bool
    full: Attachment | None

    @property
    def truncated(self) -> bool:
        too_long = len(self.differences) > MOST_DIFFERENCES or len(self.program_lines) > MOST_LINES
        return too_long or self.programs_left_out


class DiffRuns:
    def __init__(self, ledger: Ledger, blobs: BlobStore, attach: Attach) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._attach = attach

    async def __call__(
        self, left_id: RunId, right_id: RunId, *, include_programs: bool, attach_full: bool, call: Call
    ) -> Compared:
        """The comparison.

        Raises:
            RunNotFoundError, RunCorruptError: A run is not there, or altered.
            RunWithdrawnError, AttachmentCorruptError: A program is not there any more, or altered.
            As `Attach`, when the comparison is attached.
        """
        left, right = read_run(await self._ledger.get(left_id)), read_run(await self._ledger.get(right_id))
        lines: Sequence[str] = []
        small = all(_program_bytes(run) <= _LARGEST_PROGRAM for run in (left, right))
        if include_programs and small:
            lines = await asyncio.to_thread(diff_programs, await self._program(left), await self._program(right))
        differences = await asyncio.to_thread(diff.diff, left.document, right.document)  # toolpaths may be long
        compared = Compared(differences, lines, include_programs and not small, None)
        if not attach_full or not compared.truncated:
            return compared
        data = diff.write_full(str(left_id), str(right_id), compared.differences, lines)
        name = f"{left_id}_{right_id}.diff.json"
        attached = await self._attach.content(
            data, kind="diff", mime="application/json", filename=name, run_id=right_id, call=call
        )
        return replace(compared, full=attached)

    async def _program(self, run: RunView) -> Sequence[str]:
        """The lines of a run's program: the inline one, then each attached file; several under their names."""
        texts = {"": run.document.get("outputs", {}).get("gcode_text", "")}
        for item in _programs(run):
            blob = await find_blob(self._ledger, run.run_id, item.digest)
            data = b"".join([piece async for piece in self._blobs.read(blob, offset=0)])
            texts[item.filename or item.digest.sha256] = data.decode(errors="replace")
        named = {name: text.splitlines() for name, text in texts.items() if text}
        if len(named) == 1:
            return next(iter(named.values()))
        return [line for name, lines in named.items() for line in (f"({name})", *lines)]


def _programs(run: RunView) -> list[Attachment]:
    return [item for item in run.attachments if item.kind == "gcode"]


def _program_bytes(run: RunView) -> int:
    return sum(item.size_bytes for item in _programs(run))
