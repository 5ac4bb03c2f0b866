"""One zip with everything the person at the machine needs. The same records give the same bytes."""

from collections.abc import AsyncIterator
from contextlib import ExitStack

from foundation import canonical_json
from foundation.canonical_json import JsonMapping
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs import gate_guard, operator_pack, pack_names
from runs_svc.domain.runs.amendments import AmendmentKind, amendment_body
from runs_svc.domain.runs.program_gate import refuse_unreleased
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.texts import Texts, Units
from runs_svc.domain.sheet.words import Language
from runs_svc.ports import BlobStore, Ledger, PackedFile, PackWriter, StoredRun
from runs_svc.usecases.runs.program_head import ProgramHeads
from runs_svc.usecases.runs.read import read_run
from runs_svc.usecases.sheets.print import PrintSheet

_TEXTS = Texts(Language.EN, Units.MM)


class PackForOperator:
    def __init__(self, ledger: Ledger, blobs: BlobStore, *, sheets: PrintSheet, packs: PackWriter) -> None:
        self._ledger = ledger
        self._bytes = ProgramHeads(ledger, blobs)
        self._sheets = sheets
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
        sheet = await self._sheets.in_pack(run, _TEXTS)
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
                await pack.add(name, self._bytes.bytes_of(run.run_id, item))
            packed = await pack.finish(f"{run_id}_operator_pack.zip")
            unfinished.pop_all()
            return packed


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
