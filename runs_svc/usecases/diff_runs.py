"""Compare two runs. What does not fit into an answer is attached to the second run, when that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from rpckit.call import Call
from runs_svc.domain import diff
from runs_svc.domain.attachment import Attachment
from runs_svc.domain.diff import MOST_DIFFERENCES, MOST_LINES, Difference
from runs_svc.domain.ids import RunId
from runs_svc.ports import Ledger
from runs_svc.usecases.attach import Attach
from runs_svc.usecases.reading import read_run


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
        name = f"{left_id}_{right_id}.diff.json"
        attached = await self._attach.content(
            data, kind="diff", mime="application/json", filename=name, run_id=right_id, call=call
        )
        return Compared(compared.differences, lines, attached)
