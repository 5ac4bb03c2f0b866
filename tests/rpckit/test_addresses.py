"""Addresses a server listens on, and who may read what it makes."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost:99999", "localhost:http"])
def test_an_address_that_is_none_ends_the_start_with_a_sentence(tmp_path: Path, address: str) -> None:
    command = [sys.executable, "-m", "feasibility_svc", "--listen", address]
    environment = {"RMOS_CATALOG_DIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False, env=environment)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert f"cannot listen on {address!r}: an address is host:port" in done.stderr


def test_what_a_server_makes_is_read_by_its_user_only(tmp_path: Path) -> None:
    code = "from rpckit.private_files import keep_private; keep_private(); import os; os.mkdir('d'); open('f', 'w')"
    subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, check=True, timeout=60, env={"PYTHONPATH": str(Path.cwd())}
    )
    assert [oct((tmp_path / name).stat().st_mode & 0o777) for name in ("d", "f")] == ["0o700", "0o600"]
