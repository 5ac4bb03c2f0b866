"""The journal of the workshop's entries on a real disk."""

import multiprocessing
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from feasibility_svc.adapters import journal as journals
from feasibility_svc.adapters.journal import CatalogueJournal, JournalCorruptError
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.withdrawal import Withdrawal
from feasibility_svc.domain.catalogue.workshop import Change
from feasibility_svc.domain.inputs.context import Tool
from feasibility_svc.domain.scoring.errors import CatalogBusyError, CatalogReadOnlyError
from feasibility_svc.ports import CatalogueSource
from foundation import canonical_json


def tool(number: int) -> Change:
    return Change("tool", Tool(tool_id=f"bit_{number}", diameter_mm=1.0 + number), f"bit {number}")


def own_tools(journal: CatalogueSource) -> set[str]:
    return {tool_id for tool_id, entry in journal.current.tools.items() if not entry.system}


def test_what_was_added_is_there_after_a_restart(catalogue: Catalogue, tmp_path: Path) -> None:
    journal = CatalogueJournal(catalogue, tmp_path)
    journal.append(lambda _: [tool(1), tool(2)])
    assert own_tools(CatalogueJournal(catalogue, tmp_path)) == own_tools(journal) == {"bit_1", "bit_2"}
    assert CatalogueJournal(catalogue, tmp_path).current.revision == journal.current.revision


def test_nothing_is_written_until_something_is_added(catalogue: Catalogue, tmp_path: Path) -> None:
    journal = CatalogueJournal(catalogue, tmp_path / "deep" / "folder")
    assert journal.current is catalogue
    assert not (tmp_path / "deep").exists()
    assert journal.append(lambda _: []) == []
    assert not (tmp_path / "deep" / "folder" / "journal.jsonl").exists()


def test_another_server_sees_what_one_adds(catalogue: Catalogue, tmp_path: Path) -> None:
    one, other = CatalogueJournal(catalogue, tmp_path), CatalogueJournal(catalogue, tmp_path)
    one.append(lambda _: [tool(1)])
    assert own_tools(other) == {"bit_1"}
    other.append(lambda seen: [] if "bit_1" in seen.tools else [tool(1)])
    assert len((tmp_path / "journal.jsonl").read_bytes().splitlines()) == 1


def _add(folder: Path, first: int) -> None:
    journal = CatalogueJournal(Catalogue(), folder)
    for number in range(first, first + 10):
        journal.append(lambda _, number=number: [tool(number)])  # type: ignore[misc]


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_add, args=(tmp_path, first)) for first in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert len(own_tools(CatalogueJournal(Catalogue(), tmp_path))) == 20


def test_threads_that_add_and_look_at_the_same_time_lose_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    journal = CatalogueJournal(catalogue, tmp_path)

    def add_and_look(number: int) -> bool:
        journal.append(lambda _: [tool(number)])
        return f"bit_{number}" in journal.current.tools

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(add_and_look, range(80)))
    assert own_tools(journal) == own_tools(CatalogueJournal(catalogue, tmp_path))
    assert len((tmp_path / "journal.jsonl").read_bytes().splitlines()) == len(own_tools(journal)) == 80


def test_an_unfinished_line_was_never_acknowledged(catalogue: Catalogue, tmp_path: Path) -> None:
    CatalogueJournal(catalogue, tmp_path).append(lambda _: [tool(1)])
    path = tmp_path / "journal.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"schema":"rmos.cat')
    journal = CatalogueJournal(catalogue, tmp_path)
    assert own_tools(journal) == {"bit_1"}
    journal.append(lambda _: [tool(2)])
    assert path.read_bytes().startswith(whole)
    assert own_tools(CatalogueJournal(catalogue, tmp_path)) == {"bit_1", "bit_2"}


@pytest.mark.parametrize("line", [b"not json\n", b'{"schema":"rmos.catalogue/1","kind":"tool","value":{}}\n', b"[]\n"])
def test_a_damaged_line_stops_the_server(catalogue: Catalogue, tmp_path: Path, line: bytes) -> None:
    CatalogueJournal(catalogue, tmp_path).append(lambda _: [tool(1)])
    with (tmp_path / "journal.jsonl").open("ab") as journal:
        journal.write(line)
    with pytest.raises(JournalCorruptError, match="cannot be read"):
        CatalogueJournal(catalogue, tmp_path)


def test_a_folder_that_cannot_be_written_is_said_to_be_so(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = CatalogueJournal(catalogue, tmp_path / "file" / "catalogue")
    with pytest.raises(CatalogReadOnlyError, match="RMOS_CATALOG_DIR"):
        journal.append(lambda _: [tool(1)])


def test_what_is_added_together_is_one_line(catalogue: Catalogue, tmp_path: Path) -> None:
    CatalogueJournal(catalogue, tmp_path).append(lambda _: [tool(1), tool(2), tool(3)])
    path = tmp_path / "journal.jsonl"
    whole = path.read_bytes()
    assert whole.count(b"\n") == 1
    for end in range(len(whole)):  # wherever a power cut ends it, all of it is there or nothing
        path.write_bytes(whole[:end])
        assert own_tools(CatalogueJournal(catalogue, tmp_path)) == set()


def test_a_line_each_as_older_servers_wrote_them_is_still_read(catalogue: Catalogue, tmp_path: Path) -> None:
    lines = [canonical_json.dumps(tool(number).to_json()) + b"\n" for number in (1, 2)]
    (tmp_path / "journal.jsonl").write_bytes(b"".join(lines))
    assert own_tools(CatalogueJournal(catalogue, tmp_path)) == {"bit_1", "bit_2"}


@pytest.mark.parametrize("left", [None, 0, 1])
def test_a_journal_that_was_taken_away_is_not_written_to(
    catalogue: Catalogue, tmp_path: Path, left: int | None
) -> None:
    journal, path = CatalogueJournal(catalogue, tmp_path), tmp_path / "journal.jsonl"
    journal.append(lambda _: [tool(1)])
    older = path.read_bytes()
    journal.append(lambda _: [tool(2)])
    whole = path.read_bytes()
    path.unlink()
    if left is not None:
        path.write_bytes(older * left)
    with pytest.raises(CatalogReadOnlyError, match=r"removed or replaced"):
        journal.append(lambda _: [tool(3)])
    assert (path.read_bytes() if path.exists() else None) == (None if left is None else older * left)
    assert own_tools(journal) == {"bit_1", "bit_2"}
    path.write_bytes(whole)
    journal.append(lambda _: [tool(4)])
    assert own_tools(CatalogueJournal(catalogue, tmp_path)) == {"bit_1", "bit_2", "bit_4"}


@pytest.mark.parametrize(
    "line", [b"not json\n", b"\n", b"[]\n", b'{"schema":"rmos.catalogue/1","kind":"tool","value":{}}\n', b"\xff\xfe\n"]
)
def test_what_no_server_wrote_keeps_the_catalogue_as_it_was(catalogue: Catalogue, tmp_path: Path, line: bytes) -> None:
    journal, path = CatalogueJournal(catalogue, tmp_path), tmp_path / "journal.jsonl"
    journal.append(lambda _: [tool(1)])
    whole = path.read_bytes()
    path.write_bytes(whole + line)
    assert own_tools(journal) == {"bit_1"}
    with pytest.raises(CatalogReadOnlyError, match=r"journal\.jsonl.*take out what no server wrote"):
        journal.append(lambda _: [tool(2)])
    assert path.read_bytes() == whole + line
    assert own_tools(journal) == {"bit_1"}
    path.write_bytes(whole)
    journal.append(lambda _: [tool(2)])
    assert own_tools(CatalogueJournal(catalogue, tmp_path)) == {"bit_1", "bit_2"}


def test_another_journal_of_the_same_length_is_noticed(catalogue: Catalogue, tmp_path: Path) -> None:
    journal, path = CatalogueJournal(catalogue, tmp_path), tmp_path / "journal.jsonl"
    journal.append(lambda _: [tool(1)])
    path.write_bytes(path.read_bytes().replace(b"bit_1", b"bit_7"))
    with pytest.raises(CatalogReadOnlyError):
        journal.append(lambda _: [tool(3)])


@pytest.fixture
def no_room_after() -> Iterator[Callable[[int], None]]:
    """Lets files of this process grow so far and no further."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_of_what_is_added_together_nothing_stays_alone(
    catalogue: Catalogue, tmp_path: Path, no_room_after: Callable[[int], None]
) -> None:
    journal = CatalogueJournal(catalogue, tmp_path)
    journal.append(lambda _: [tool(1)])
    before = (tmp_path / "journal.jsonl").read_bytes()
    no_room_after(10 * len(before))
    with pytest.raises(CatalogReadOnlyError):
        journal.append(lambda _: [tool(number) for number in range(2, 40)])
    assert (tmp_path / "journal.jsonl").read_bytes() == before
    assert own_tools(journal) == {"bit_1"}
    journal.append(lambda _: [tool(2)])
    assert own_tools(CatalogueJournal(catalogue, tmp_path)) == {"bit_1", "bit_2"}


def test_a_lock_that_another_server_keeps_is_not_waited_for_without_end(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "_PATIENCE_S", 0.0)
    journal = CatalogueJournal(catalogue, tmp_path)
    with FileLock(tmp_path / "journal.lock"), pytest.raises(CatalogBusyError):
        journal.append(lambda _: [tool(1)])
    journal.append(lambda _: [tool(1)])
    assert own_tools(journal) == {"bit_1"}


def test_without_a_journal_there_is_one_state_alone(catalogue: Catalogue, tmp_path: Path) -> None:
    journal = CatalogueJournal(catalogue, tmp_path / "none")
    assert journal.earlier(lambda revision: not revision) == catalogue
    assert journal.earlier(bool) is None


def test_a_withdrawal_of_what_was_never_added_stops_the_server(catalogue: Catalogue, tmp_path: Path) -> None:
    gone = Change("withdrawal", Withdrawal(resource="tools/never", reason="lost", person="Ann"))
    (tmp_path / "journal.jsonl").write_bytes(canonical_json.dumps(gone.to_json()) + b"\n")
    with pytest.raises(JournalCorruptError, match="tools/never is withdrawn and was never added"):
        CatalogueJournal(catalogue, tmp_path)
