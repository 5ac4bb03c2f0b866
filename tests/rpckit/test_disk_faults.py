import errno
import subprocess
import sys
from pathlib import Path

import pytest

from rpckit.disk_faults import sentence, told_at_start
from rpckit.settings import ConfigurationError
from runs_svc import __main__ as runs_main


def test_a_full_disk_names_the_file_and_the_remedy() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/srv/rmos/owner")
    assert sentence(full) == "the disk is full: /srv/rmos/owner cannot be written; make room and start again"


def test_a_folder_of_somebody_else_names_the_file_and_the_remedy() -> None:
    foreign = PermissionError(errno.EACCES, "Permission denied", "/srv/rmos")
    assert sentence(foreign) == (
        "/srv/rmos: Permission denied; let the server's user read and write it, or configure another place"
    )


def test_what_cannot_be_opened_at_the_start_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"file/store cannot be opened: Not a directory"), told_at_start():
        (tmp_path / "file" / "store").mkdir()


@pytest.mark.parametrize(
    ("module", "flag"),
    [("runs_svc", "--runs-dir"), ("feasibility_svc", "--catalog-dir"), ("runs_svc", "--exports-dir")],
)
def test_a_server_that_cannot_have_its_folder_ends_with_2_and_one_sentence(
    module: str, flag: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    folders = {"--runs-dir": str(tmp_path / "store")} if module == "runs_svc" else {}
    folders[flag] = str(tmp_path / "file" / "folder")
    flags = [part for pair in folders.items() for part in pair]
    command = [sys.executable, "-m", module, "--listen", "127.0.0.1:0", *flags]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.startswith(f"{module}: ")
    assert str(tmp_path / "file" / "folder") in ended.stderr


def test_an_offline_command_that_cannot_write_or_find_its_folder_ends_with_2_and_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    place = str(tmp_path / "file" / "folder")

    def failing(*_: object, **__: object) -> None:
        (tmp_path / "file" / "folder").mkdir()

    monkeypatch.setattr(runs_main, "keep_private", lambda: None)  # this process is no server
    assert runs_main.main(["fsck", "--runs-dir", str(tmp_path / "none")]) == 2
    assert f"there is no store in {tmp_path / 'none'}" in capsys.readouterr().err
    monkeypatch.setattr("runs_svc.cli.offline", failing)
    assert runs_main.main(["backup", place]) == 2
    assert capsys.readouterr().err == f"runs_svc: {place} cannot be opened: Not a directory\n"
