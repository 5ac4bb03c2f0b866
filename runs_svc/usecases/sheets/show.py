"""The setup sheet of a run, from its records, the catalogue and the last finished run of the same part.

1. the run as it is, and the beginning of its first program
2. what the catalogue says of the presets; without an answer in time the sheet names their ids
3. the run of the same part that was finished last
"""

from collections.abc import Iterator

from foundation.canonical_json import JsonMapping
from foundation.json_members import text
from foundation.names import canonical_label
from runs_svc.domain.ids import RunId
from runs_svc.domain.listing.filters import And, Comparison, Filter
from runs_svc.domain.runs.amendments import ExecutionStep
from runs_svc.domain.runs.run_document import RunDocument
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.comparison import LastFinished
from runs_svc.domain.sheet.compose import SheetSources, compose_sheet
from runs_svc.domain.sheet.setup import GROUPS, Setup
from runs_svc.domain.sheet.sheet import SetupSheet
from runs_svc.domain.sheet.texts import Texts
from runs_svc.ports import BlobStore, Ledger, ListQuery, PresetCatalogue
from runs_svc.usecases.runs.program_head import ProgramHeads
from runs_svc.usecases.runs.read import read_run, readable_run

_MOST_LOOKED_AT = 1_000


class ShowSheet:
    def __init__(self, ledger: Ledger, blobs: BlobStore, catalogue: PresetCatalogue) -> None:
        self._ledger = ledger
        self._heads = ProgramHeads(ledger, blobs)
        self._catalogue = catalogue

    async def show(self, run_id: RunId, texts: Texts) -> SetupSheet:
        """The sheet, without pictures.

        Raises:
            RunNotFoundError, RunCorruptError: There is no such run, or it is altered.
            AttachmentCorruptError: The bytes of its program are altered or missing.
        """
        return await self.of_view(read_run(await self._ledger.get(run_id)), texts)

    async def of_view(self, view: RunView, texts: Texts) -> SetupSheet:
        """As `show`, for a run that was read."""
        setup = Setup(view.document.inputs.context)
        entries = await self._catalogue.entries(
            {name: setup.preset_id(name) for name in GROUPS if setup.preset_id(name)}
        )
        sources = SheetSources(view, entries, await self._heads.of(view), await self._last(view))
        return compose_sheet(sources, texts)

    async def _last(self, view: RunView) -> LastFinished | None:
        """When this part was finished last; None for a part without a name, or that never was."""
        if not view.document.design_name:
            return None
        part = canonical_label(view.document.design_name)
        rows = [
            row
            for same in _of_the_part(view.document)
            for row in await self._ledger.scan(ListQuery(same, _MOST_LOOKED_AT))
        ]
        intact = {row.run_id: row for row in rows if row.intact and canonical_label(row.index.design_name) == part}
        for row in sorted(intact.values(), key=lambda row: row.index.executed_at_utc, reverse=True):
            other = await readable_run(self._ledger, row.run_id)
            if other is not None and (step := _finishing(other)) is not None:
                return LastFinished(other, step)
        return None


def _of_the_part(document: RunDocument) -> Iterator[Filter]:
    """What finds runs of a part: under its very name, and the newest of its kind; there, it may be typed otherwise."""
    of_its_kind = (
        Comparison("execution", "=", ExecutionStep.FINISHED.value),
        Comparison("mode", "=", document.mode),
        Comparison("withdrawn", "=", "no"),
    )
    yield And((Comparison("design_name", "=", document.design_name), *of_its_kind))
    yield And(of_its_kind)


def _finishing(view: RunView) -> JsonMapping | None:
    steps = [step for step in view.later.executions if text(step, "step") == ExecutionStep.FINISHED]
    return steps[-1] if steps else None
