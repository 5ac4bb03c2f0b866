"""The feasibility server's log of administration on the disk."""

from collections.abc import Callable
from pathlib import Path

import pytest

from feasibility_svc.adapters.admin_journal import AdminJournalFile
from feasibility_svc.ports import AdminEntry


def entry(number: int, person: str = "Ann") -> AdminEntry:
    return AdminEntry(
        event_id=f"adm_{number:012}",
        method="rmos.feasibility.v1.CatalogService/CreateMaterial",
        person=person,
        outcome="done",
        code="OK",
        resource="",
        peer="ipv4:127.0.0.1:1",
        request_id="req_1",
        created_at_utc="2026-03-01T12:00:00.000000Z",
        identity={"name": person, "kind": "person", "method": "password", "credential_id": "1"},
    )


def test_entries_are_there_after_a_restart_in_their_order(tmp_path: Path) -> None:
    AdminJournalFile(tmp_path / "new").append([entry(1), entry(2)])
    AdminJournalFile(tmp_path / "new").append([entry(3, "Ä\u2028\n")])
    assert AdminJournalFile(tmp_path / "new").read() == ([entry(1), entry(2), entry(3, "Ä\u2028\n")], 0)


def test_a_log_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert AdminJournalFile(tmp_path / "new").read() == ([], 0)


@pytest.mark.parametrize(
    ("change", "left", "damaged"),
    [
        (lambda lines: [lines[0].replace(b"Ann", b"Bob"), *lines[1:]], [1, 2, 3], 1),  # the next names another digest
        (lambda lines: [lines[0], lines[2]], [1, 3], 1),
        (lambda lines: lines[1:], [2, 3], 1),
        (lambda lines: [lines[1], lines[0], lines[2]], [2, 1, 3], 3),
        (lambda lines: [lines[0], b"{half", lines[2]], [1, 3], 2),
        (lambda lines: [*lines, b"[]", b"3", b'{"line_before_sha256": ""}'], [1, 2, 3], 3),
    ],
)
def test_lines_that_were_changed_taken_out_or_put_in_are_counted(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], left: list[int], damaged: int
) -> None:
    journal = AdminJournalFile(tmp_path)
    journal.append([entry(1), entry(2), entry(3)])
    file = tmp_path / "administration.jsonl"
    file.write_bytes(b"\n".join(change(file.read_bytes().splitlines())) + b"\n")
    entries, count = journal.read()
    assert ([int(item.event_id[4:]) for item in entries], count) == (left, damaged)
    journal.append([entry(4)])
    assert journal.read()[1] == damaged  # what is written afterwards follows what is there


@pytest.mark.parametrize("left", [0, 1, 2])
def test_an_end_that_was_cut_off_is_noticed_and_stays_so(tmp_path: Path, left: int) -> None:
    journal, file = AdminJournalFile(tmp_path), tmp_path / "administration.jsonl"
    journal.append([entry(1), entry(2), entry(3)])
    assert journal.read()[1] == 0
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:left]))
    assert journal.read() == ([entry(number + 1) for number in range(left)], 1)
    journal.append([entry(4)])
    journal.append([entry(5)])
    assert journal.read()[1] == 1


def test_a_log_that_was_removed_is_noticed(tmp_path: Path) -> None:
    journal = AdminJournalFile(tmp_path)
    journal.append([entry(1)])
    (tmp_path / "administration.jsonl").unlink()
    assert journal.read() == ([], 1)


def test_lines_whose_end_could_not_be_written_down_are_whole(tmp_path: Path) -> None:
    journal, end = AdminJournalFile(tmp_path), tmp_path / "administration.end"
    journal.append([entry(1)])
    older = end.read_bytes()
    journal.append([entry(2)])
    end.write_bytes(older)  # as after a crash between the two
    assert journal.read() == ([entry(1), entry(2)], 0)
    journal.append([entry(3)])
    assert journal.read()[1] == 0


def test_a_line_that_a_full_disk_left_unfinished_does_not_spoil_the_next(tmp_path: Path) -> None:
    journal = AdminJournalFile(tmp_path)
    journal.append([entry(1)])
    with (tmp_path / "administration.jsonl").open("ab") as file:
        file.write(b'{"line_before')
    journal.append([entry(2)])
    assert journal.read() == ([entry(1), entry(2)], 1)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        AdminJournalFile(tmp_path / "file").append([entry(1)])
