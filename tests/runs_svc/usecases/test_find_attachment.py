"""Attachments of a run are found by their digest, and by the name they had in v1."""

import json

import pytest

from runs_svc.adapters.memory.ledger import MemoryLedger
from runs_svc.domain.errors import AttachmentNotFoundError
from runs_svc.domain.ids import Digest
from runs_svc.domain.legacy.record import LegacyFile, convert
from runs_svc.domain.runs.attachment import Attachment, Blob
from runs_svc.domain.runs.run import RunRecord
from runs_svc.usecases.runs.find_attachment import find_attachment
from tests import builders

OLD, NEW, BOTH = "a" * 64, "b" * 64, "c" * 64


async def ledger_with(record: RunRecord) -> MemoryLedger:
    ledger = MemoryLedger()
    for item in record.attachments:
        blob = Blob(item.digest, item.size_bytes, ())
        await ledger.add_blob(blob, created_at_utc="2026-03-01T12:00:00.000000Z")
    await ledger.create(record)
    return ledger


async def test_an_imported_attachment_is_found_by_its_old_name_and_by_its_bytes() -> None:
    files = {name: LegacyFile(name, Digest(new), 5, rule) for name, new, rule in _FILES}
    value = {
        "run_id": "run_0123456789abcdef",
        "created_at_utc": "2025-03-01T12:00:00Z",
        "attachments": [{"sha256": name, "kind": "opplan", "filename": f"{name[0]}.json"} for name in files],
    }
    record = convert("run_0123456789abcdef", json.dumps(value).encode(), value, files).record
    ledger = await ledger_with(record)
    for name, filename in ((OLD, "a.json"), (NEW, "a.json"), (BOTH, "c.json")):
        found = await find_attachment(ledger, record.run_id, Digest(name))
        assert (found.filename, found.digest.sha256) == (filename, NEW if filename == "a.json" else BOTH)
    with pytest.raises(AttachmentNotFoundError):
        await find_attachment(ledger, record.run_id, Digest("d" * 64))


_FILES = ((OLD, NEW, "compact_json"), (BOTH, BOTH, "bytes"))


async def test_a_native_run_has_no_other_names() -> None:
    program = Attachment(Digest(NEW), "gcode", "text/plain", "a.nc", 5, "2026-03-01T12:00:00.000000Z")
    record = builders.record(attachments=(program,))
    ledger = await ledger_with(record)
    assert (await find_attachment(ledger, record.run_id, Digest(NEW))).filename == "a.nc"
    with pytest.raises(AttachmentNotFoundError):
        await find_attachment(ledger, record.run_id, Digest(OLD))
