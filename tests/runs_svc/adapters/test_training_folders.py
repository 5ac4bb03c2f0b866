"""Training sets that several servers write into one folder; each `TrainingFolders` is a server's."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runs_svc.adapters.rendering import training_files
from runs_svc.adapters.rendering.training_files import TrainingFolders
from runs_svc.domain.errors import StoreBusyError

SET = {"10_rope/a.png": b"picture", "10_rope/a.txt": b"rope rosette", "metadata.jsonl": b"{}"}
_PATIENCE_S = 60.0


def write(folders: TrainingFolders, name: str = "export-1") -> None:
    folder = folders.open(name)
    for path, content in SET.items():
        folder.add(path, content)
    folder.finish()
    folder.discard()


def folders_in(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir() if path.is_dir())


def test_a_server_that_starts_leaves_alone_what_another_one_writes(tmp_path: Path) -> None:
    at_work = TrainingFolders(tmp_path).open("export-1")
    for path, content in SET.items():
        at_work.add(path, content)
        TrainingFolders(tmp_path)
    at_work.finish()
    at_work.discard()
    assert folders_in(tmp_path) == ["export-1"]
    assert {path: (tmp_path / "export-1" / path).read_bytes() for path in SET} == SET


def test_what_a_server_that_is_gone_left_unfinished_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".export-1.0123abcd"
    left.mkdir()
    (left / "a.png").write_bytes(b"half")
    TrainingFolders(tmp_path)
    assert folders_in(tmp_path) == []
    assert not list(tmp_path.glob(".export-*"))


@pytest.mark.parametrize("there", ["nothing", "another set"])
def test_of_servers_that_place_the_same_set_at_once_one_does_and_nothing_is_torn(tmp_path: Path, there: str) -> None:
    if there == "another set":
        (tmp_path / "export-1").mkdir()
        (tmp_path / "export-1" / "a.png").write_bytes(b"altered")
    servers = [TrainingFolders(tmp_path) for _ in range(8)]
    with ThreadPoolExecutor(len(servers)) as threads:
        for written in [threads.submit(write, server) for server in servers]:
            written.result(_PATIENCE_S)
    aside = ["export-1-altered-1"] if there == "another set" else []
    assert folders_in(tmp_path) == ["export-1", *aside]
    assert {path: (tmp_path / "export-1" / path).read_bytes() for path in SET} == SET


def test_a_server_that_never_comes_to_an_end_with_placing_is_waited_for_so_long_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_files, "_PLACING_S", 0.05)
    folders = TrainingFolders(tmp_path)
    with training_files._placing(tmp_path), pytest.raises(StoreBusyError, match="another server"):
        write(folders)
