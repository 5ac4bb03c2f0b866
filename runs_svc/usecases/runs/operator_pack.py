"""One zip with everything the person at the machine needs. The same records give the same bytes."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace

from foundation import canonical_json
from foundation.canonical_json import JsonMapping
from rpckit.threads import in_thread
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs import gate_guard, operator_pack, pack_names
from runs_svc.domain.runs.amendments import AmendmentKind, amendment_body
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.program_gate import refuse_unreleased
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.runs.setup_sheet import compose_sheet
from runs_svc.domain.shop.drawing_limits import can_be_drawn
from runs_svc.ports import BlobStore, Ledger, PackedFile, PackWriter, RosettePainter, SheetWriter, StoredRun
from runs_svc.usecases.runs.find_attachment import find_blob
from runs_svc.usecases.runs.read import read_run

_PICTURE_PX = 150
_HEAD_BYTES = 1024 * 1024
"""As much of an attached program is looked at for offsets and tools."""


class PackForOperator:
    def __init__(
        self, ledger: Ledger, blobs: BlobStore, *, sheets: SheetWriter, painter: RosettePainter, packs: PackWriter
    ) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._sheets = sheets
        self._painter = painter
        self._packs = packs

    async def pack(self, run_id: RunId) -> PackedFile:
        """The pack, to be closed by the caller.

        Raises:
            RunNotFoundError: There is no such run.
            RunCorruptError: A record is altered.
            GateClosedError, ProgramHeldBackError: Nothing may leave.
            AttachmentCorruptError: Bytes of an attachment are altered or missing.
            TooManyPacksError, StorageFullError: There is no room for another pack.
        """
        stored = await self._ledger.get(run_id)
        run = read_run(stored)
        verdict = run.programs
        gate_guard.refuse_closed_gate(run.document, run.later)
        refuse_unreleased(str(run_id), verdict)
        named = pack_names.entry_names(operator_pack.packed(run.attachments, verdict.programs))
        sheet = await in_thread(self._sheet, run, await self._head(run), await self._picture(run))
        files = {operator_pack.SHEET: sheet, **_records(stored, run)}
        entries = {name: (len(data), canonical_json.sha256_hex(data)) for name, data in files.items()}
        entries |= {name: (item.size_bytes, item.digest.sha256) for name, item in named.items()}
        files[operator_pack.MANIFEST] = operator_pack.manifest(
            run.document, run.sha256, entries=entries, named=named, programs=verdict
        )
        pack = self._packs.open(sum(size for size, _ in entries.values()))
        with ExitStack() as unfinished:
            unfinished.callback(pack.close)
            for name, data in sorted(files.items()):
                await pack.add(name, _once(data))
            for name, item in named.items():
                await pack.add(name, self._bytes_of(run.run_id, item))
            packed = await pack.finish(f"{run_id}_operator_pack.zip")
            unfinished.pop_all()
            return packed

    def _sheet(self, run: RunView, program: str, picture: str) -> bytes:
        sheet = compose_sheet(run.document, run.sha256, run.later, program, programs=run.programs)
        return self._sheets.write(replace(sheet, picture=picture))

    async def _picture(self, run: RunView) -> str:
        design = run.document.inputs.design
        if not can_be_drawn(design):
            return ""
        return (await self._painter.paint(design, size_px=_PICTURE_PX, mime="image/svg+xml")).decode()

    async def _head(self, run: RunView) -> str:
        """The text of the first program, or its beginning; empty where there is none."""
        first = next(iter(run.programs.programs), None)
        if first is None or first.attachment is None:
            return run.document.gcode_text
        head = bytearray()
        async for piece in self._bytes_of(run.run_id, first.attachment):
            head += piece
            if len(head) > _HEAD_BYTES:
                del head[max(head.rfind(b"\n", 0, _HEAD_BYTES), 0) :]  # a line that is cut in two is no line
                break
        return head.decode(errors="replace")

    async def _bytes_of(self, run_id: RunId, attachment: Attachment) -> AsyncIterator[bytes]:
        blob = await find_blob(self._ledger, run_id, attachment.digest)
        async for piece in self._blobs.read(blob, offset=0):
            yield piece


def _records(stored: StoredRun, run: RunView) -> dict[str, bytes]:
    """The records that belong to the work: the run, who opened its gate, the audit of its programs, who accepted it."""
    files, verdict = {operator_pack.RECORD: stored.run.document}, run.programs
    overrides = [item.document for item in stored.amendments if item.kind == AmendmentKind.OVERRIDE.value]
    if overrides:
        files[operator_pack.OVERRIDE] = overrides[0]
    audit = None if verdict.audit is None else verdict.audit.body
    for name, counted in ((operator_pack.AUDIT, audit), (operator_pack.ACCEPTANCE, verdict.acceptance)):
        if record := _record_of(stored, run, counted):
            files[name] = record
    if any(program.attachment is None for program in verdict.programs):
        files[operator_pack.PROGRAM] = run.document.gcode_text.encode()
    return files


def _record_of(stored: StoredRun, run: RunView, counted: JsonMapping | None) -> bytes:
    """The bytes of the amendment that counts; none where none does."""
    for amendment, document in zip(run.amendments, stored.amendments, strict=True):
        if counted is not None and "kind" in amendment and amendment_body(amendment) == counted:
            return document.document
    return b""


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
