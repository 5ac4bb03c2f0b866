"""A setup sheet as it is printed, with the part drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from foundation.timestamps import write_time
from rpckit.threads import in_thread
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.rings import can_be_drawn
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.texts import Texts
from runs_svc.ports import Clock, Ledger, PrintedSheet, RosettePainter, SheetPaper, SheetWriter
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.runs.render_preview import scene_of
from runs_svc.usecases.sheets.show import ShowSheet

_PICTURE_PX = 300


class SheetFormat(StrEnum):
    """In what form a sheet is printed."""

    HTML = "text/html"
    PDF = "application/pdf"


_PICTURES = {SheetFormat.HTML: "image/svg+xml", SheetFormat.PDF: "image/png"}
_SUFFIXES = {SheetFormat.HTML: "html", SheetFormat.PDF: "pdf"}


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed sheet."""

    content: bytes
    mime: str
    sheet_sha256: str
    filename: str


class PrintSheet:
    def __init__(
        self,
        ledger: Ledger,
        show: ShowSheet,
        painter: RosettePainter,
        writers: Mapping[SheetFormat, SheetWriter],
        *,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._show = show
        self._painter = painter
        self._writers = writers
        self._clock = clock

    async def print(self, run_id: RunId, texts: Texts, form: SheetFormat, paper: SheetPaper) -> Printed:
        """The sheet of a run, with the time of printing.

        Raises:
            As `ShowSheet.show`.
        """
        view = read_run(await self._ledger.get(run_id))
        printed = await self._drawn(view, texts, form, paper, write_time(self._clock.now()))
        content = await in_thread(self._writers[form].write, printed)
        filename = f"{run_id}_setup_sheet.{_SUFFIXES[form]}"
        return Printed(content, form.value, printed.sheet.sha256, filename)

    async def in_pack(self, view: RunView, texts: Texts) -> bytes:
        """The sheet of a run as it lies in a pack: without a time, so that the same records give the same bytes."""
        printed = await self._drawn(view, texts, SheetFormat.HTML, SheetPaper.A4, "")
        return await in_thread(self._writers[SheetFormat.HTML].write, printed)

    async def _drawn(
        self, view: RunView, texts: Texts, form: SheetFormat, paper: SheetPaper, printed_at_utc: str
    ) -> PrintedSheet:
        """The sheet with the rosette of its design, where it has one."""
        sheet, inputs = await self._show.of_view(view, texts), view.document.inputs
        picture = b""
        if can_be_drawn(inputs.design):
            picture = await self._painter.paint(scene_of(inputs), size_px=_PICTURE_PX, mime=_PICTURES[form])
        return PrintedSheet(sheet, paper, printed_at_utc, picture)
