"""A store does not start emptier than it was: the server refuses, says what to do, and the repair brings all back."""

import os
import shutil
import signal
import subprocess
import uuid
from pathlib import Path

import pytest

from rmos_client import Rmos
from testkit.local_servers import LocalServers, ServerStartError
from tests import builders
from tests.administration.offline import command, offline

KEYS = [str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))) for number in range(6)]


def record(servers: LocalServers) -> dict[str, str]:
    """The runs under the keys; what was recorded under one is not recorded again."""
    with Rmos(runs=servers.runs.address) as client:
        design, context = builders.design_message(), builders.context_message()
        return {key: client.create_run(design, context, mode="rosette", idempotency_key=key).run_id for key in KEYS}


def refuses(servers: LocalServers) -> None:
    with pytest.raises(ServerStartError, match="exit code 2") as caught:
        servers.runs.restart()
    assert "python -m runs_svc fsck --repair ledger" in str(caught.value)
    assert "Traceback" not in str(caught.value)


def repair(root: Path) -> None:
    done = offline("fsck", "--runs-dir", root, "--repair", "ledger")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_ledger_that_is_gone_is_refused_and_had_back(own_servers: LocalServers) -> None:
    before = record(own_servers)
    own_servers.runs.stop()
    for path in own_servers.store.glob("rmos.db*"):
        path.unlink()
    refuses(own_servers)
    repair(own_servers.store)
    own_servers.runs.restart()
    assert record(own_servers) == before


def test_a_write_ahead_log_that_is_lost_in_a_kill_is_refused_and_had_back(own_servers: LocalServers) -> None:
    before = record(own_servers)
    with Rmos(runs=own_servers.runs.address) as client:
        for run_id in before.values():
            while any(item.detail.startswith("PENDING") for item in client.verify_run(run_id).items):
                pass
    for publisher in own_servers.runs.processes[1:]:
        os.kill(
            publisher, signal.SIGSTOP
        )  # one that has the time to close its connection merges the log as the last one
    own_servers.runs.kill()
    (own_servers.store / "rmos.db-wal").unlink()
    refuses(own_servers)
    repair(own_servers.store)
    own_servers.runs.restart()
    assert record(own_servers) == before


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_a_repair_that_is_killed_before_the_ledgers_change_places_is_finished(own_servers: LocalServers) -> None:
    before = record(own_servers)
    own_servers.runs.stop()
    repairing = command("fsck", "--runs-dir", own_servers.store, "--repair", "ledger")
    fault = ["strace", "-f", "-o", "/dev/null", "-e", "trace=rename", "-e", "inject=rename:signal=KILL:when=2"]
    assert subprocess.run([*fault, *repairing], capture_output=True, timeout=300, check=False).returncode != 0
    refuses(own_servers)
    repair(own_servers.store)
    own_servers.runs.restart()
    assert record(own_servers) == before
