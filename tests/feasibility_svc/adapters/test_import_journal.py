"""Import attempts on a real disk."""

from pathlib import Path

from feasibility_svc.adapters.import_journal import ImportJournal
from feasibility_svc.domain.catalogue.import_log import ImportEvent

EVENT = ImportEvent(
    outcome="accepted",
    file_name="a.tools",
    file_sha256="a" * 64,
    size_bytes=3,
    created_at_utc="2026-03-01T12:00:00.000000Z",
    request_id="req_1",
)


def test_attempts_are_there_after_a_restart(tmp_path: Path) -> None:
    ImportJournal(tmp_path / "new").note(EVENT)
    ImportJournal(tmp_path / "new").note(EVENT)
    assert ImportJournal(tmp_path / "new").events() == [EVENT, EVENT]


def test_a_line_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    journal = ImportJournal(tmp_path)
    journal.note(EVENT)
    with (tmp_path / "imports.jsonl").open("ab") as file:
        file.write(b"{half\n")
    assert journal.events() == [EVENT]


def test_a_folder_that_cannot_be_written_does_not_fail_the_import(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = ImportJournal(tmp_path / "file")
    journal.note(EVENT)
    assert journal.events() == []


def test_a_line_that_a_full_disk_left_unfinished_does_not_spoil_the_next(tmp_path: Path) -> None:
    journal = ImportJournal(tmp_path)
    journal.note(EVENT)
    with (tmp_path / "imports.jsonl").open("ab") as file:
        file.write(b'{"outcome":')
    journal.note(EVENT)
    assert journal.events() == [EVENT, EVENT]
