"""J9: an administrator moves to PostgreSQL and S3 while serving, and back again."""

import shutil
import sqlite3
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import grpc
import psycopg
import pytest

from rmos_client import Rmos, RmosError
from testkit.local_servers import LocalServer, ServerStartError
from tests import builders
from tests.administration.filled_store import Filled, answers
from tests.administration.grown_store import Grown
from tests.administration.offline import offline
from tests.ends import eventually

pytestmark = pytest.mark.xdist_group("postgres")
_END_S = 60.0
_DIGESTS = "SELECT record_id, sha256 FROM ledger UNION ALL SELECT 'blob', sha256 FROM blobs"


def test_a_store_moves_while_serving_to_three_servers_and_back_with_the_same_bytes(
    filled: Filled, grown: Grown, tmp_path: Path
) -> None:
    filled.runs.start()
    assert grown.move(filled.root)[0] == 0
    caller, late_key, early_key = Rmos(runs=filled.runs.address), uuid.uuid4().hex, uuid.uuid4().hex
    late = _record(caller, late_key)
    code, said = grown.move(filled.root)
    assert (code, "1 records and 0 blobs copied" in said) == (0, True), said
    code, said = grown.move(filled.root, "--switch")
    assert (code, "in use by another runs server" in said) == (2, True), said
    documents = {run_id: _document(filled.runs.address, run_id) for run_id in (*filled.run_ids[:3], late)}
    before = answers(filled.runs.address)
    filled.runs.stop()
    _is_refused(caller, early_key)

    early = grown.server(tmp_path / "early", filled)
    with pytest.raises(ServerStartError, match="is not finished"):
        early.start()
    code, said = grown.move(filled.root, "--switch")
    digests = _digests_in_files(filled.ledger), _digests_in_database(grown.owner_url)
    assert (code, digests[0] == digests[1], "everything is there and equal" in said) == (0, True, True), said
    with pytest.raises(ServerStartError, match="was moved to postgresql"):
        filled.runs.restart()
    code, said = grown.move(filled.root)
    assert (code, "holds a store already" in said) == (2, True), said

    servers = [grown.server(tmp_path / name, filled) for name in ("one", "two", "three")]
    shutil.rmtree(filled.root)
    servers[0].start(listen=filled.runs.address)
    for server in servers[1:]:
        server.start()
    assert [answers(server.address) for server in servers] == 3 * [before]
    assert {run_id: _document(servers[1].address, run_id) for run_id in documents} == documents
    with caller, Rmos(runs=servers[1].address) as other:
        created = _sent_once_more(caller, early_key)
        assert created not in documents
        assert [_record(client, key) for client in (caller, other) for key in (early_key, late_key)] == 2 * [
            created,
            late,
        ]
    _have_one_winner_per_key([server.address for server in servers])
    assert "servers are connected" in _move_back(grown, tmp_path / "back", code=2)
    for server in servers:
        server.stop()
    _move_back(grown, tmp_path / "back", code=0)
    waiting = offline("fsck", "--runs-dir", tmp_path / "back")
    assert (waiting.returncode, "0 MISSING" in waiting.stdout) == (0, True), "what no server has published is pending"
    back = LocalServer("runs_svc", tmp_path / "b", ["--runs-dir", str(tmp_path / "back"), *filled.runs.flags[2:]])
    back.start()
    try:
        assert {run_id: _document(back.address, run_id) for run_id in documents} == documents
        with Rmos(runs=back.address) as client:
            assert client.get_run(created).run_id == created
    finally:
        back.stop()
    checked = offline("fsck", "--runs-dir", tmp_path / "back")
    assert checked.returncode == 0, checked.stdout


def _move_back(grown: Grown, folder: Path, *, code: int) -> str:
    """What the command says that ends with that code."""
    places = {"RMOS_DATABASE_URL": grown.url, "RMOS_BLOBS_URL": grown.blobs}
    to = f"sqlite:///{folder / 'rmos.db'}"
    given = {**grown.environment, **places}
    done = offline("move", "--to", to, "--switch", "--runs-dir", folder.with_name("own"), **given)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def _record(client: Rmos, key: str) -> str:
    design, context = builders.design_message(), builders.context_message()
    return client.create_run(design, context, mode="rosette", idempotency_key=key).run_id


def _have_one_winner_per_key(addresses: Sequence[str]) -> None:
    """Servers that are sent another run each under the same key, at the same time."""

    def ask(address: str, key: str, mode: str) -> str:
        with Rmos(runs=address) as client:
            try:
                design, context = builders.design_message(), builders.context_message()
                return client.create_run(design, context, mode=mode, idempotency_key=key).run_id
            except RmosError as error:
                return error.reason

    modes = ("rosette", "preview", "direct")
    with ThreadPoolExecutor(len(addresses)) as threads:
        for key in [uuid.uuid4().hex for _ in range(4)]:
            said = sorted(threads.map(ask, addresses, len(addresses) * [key], modes, timeout=_END_S))
            assert said[:2] == 2 * ["IDEMPOTENCY_KEY_REUSED"]
            assert said[2].startswith("run_")


def _is_refused(client: Rmos, key: str) -> None:
    """While nobody serves."""
    with pytest.raises(RmosError) as away:
        _record(client, key)
    assert away.value.code is grpc.StatusCode.UNAVAILABLE


def _sent_once_more(client: Rmos, key: str) -> str:
    """What was refused, by the same client, once it sees that there is a server again."""
    eventually(lambda: _is_reached(client), bool)
    return _record(client, key)


def _is_reached(client: Rmos) -> bool:
    try:
        return next(iter(client.list_runs(page_size=1)), None) is not None
    except RmosError:
        return False


def _digests_in_files(ledger: Path) -> list[tuple[str, str]]:
    """What each record and each attachment is, by its digest."""
    with closing(sqlite3.connect(ledger)) as database:
        return sorted(database.execute(_DIGESTS).fetchall())


def _digests_in_database(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as database:
        return sorted(database.execute(_DIGESTS).fetchall())


def _document(address: str, run_id: str) -> tuple[bytes, str]:
    with Rmos(runs=address) as client:
        return client.get_document(run_id)
