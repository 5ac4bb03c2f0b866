"""The runs server with one thing broken, for the tests that must fail with it.

`python -m tests.promises.careless_server` takes the flags of the server; CARELESS says what is broken:

    commits     answers leave before the commit
    room        a full disk is taken for a commit of unknown outcome
    locks       statements wait for another process's lock, on the event loop
    keys        idempotency keys are forgotten
    uploads     bytes that never came are counted, and digests are not compared
    handlers    a method fails on names it does not expect
    numbers     numbers are recorded that JSON cannot carry exactly, as by a server of an older release
    length      a method takes time that grows with the square of a text's length
"""

import asyncio
import hashlib
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foundation import canonical_json
from rpckit import open_fields, proto_json
from runs_svc import __main__ as runs_server
from runs_svc.adapters.blobs import store
from runs_svc.adapters.postgres import database, writer
from runs_svc.adapters.sql import write_jobs
from runs_svc.adapters.sqlite import group_commit, transaction, write_group
from runs_svc.domain.ids import Digest
from runs_svc.service.runs.servicer import RunsServicer
from runs_svc.usecases.runs.record import RecordRun

_COMMIT_DELAY_S = 0.1
_INVENTED_BYTES = 100


def _break_commits() -> None:
    async def commit(self: Any, group: Sequence[Any]) -> None:
        self._transaction.begin()
        write_group.run_together(self._transaction, group)
        write_jobs.settle(group)
        await asyncio.sleep(_COMMIT_DELAY_S)
        await self._make_durable(group)
        self._on_commit()

    group_commit.GroupCommit._commit = commit  # type: ignore[method-assign]

    def attempt(self: writer.Writer, jobs: Sequence[Any]) -> None:
        with self._connected() as connection:
            transaction = writer._run(connection, jobs)
            transaction.seal()
            jobs[0].future.get_loop().call_soon_threadsafe(settle, jobs)
            time.sleep(_COMMIT_DELAY_S)
            connection.commit()

    def settle(group: Sequence[Any]) -> None:
        write_jobs.settle([job for job in group if not job.future.done()])

    writer.Writer._attempt = attempt  # type: ignore[method-assign]
    database.settle = settle  # type: ignore[attr-defined]


def _break_room() -> None:
    def commit(self: transaction.Transaction) -> None:
        self.connection.commit()

    transaction.Transaction.commit = commit  # type: ignore[method-assign]


def _break_locks() -> None:
    begin = transaction.Transaction.begin

    def wait(self: transaction.Transaction) -> None:
        self._driver.execute("PRAGMA busy_timeout = 5000")
        begin(self)

    transaction.Transaction.begin = wait  # type: ignore[method-assign]


def _break_keys() -> None:
    record = RecordRun.record

    async def without_key(self: RecordRun, attempt: Any, *, idempotency_key: str | None, **others: Any) -> Any:
        return await record(self, attempt, idempotency_key=None, **others)

    RecordRun.record = without_key  # type: ignore[method-assign]


def _break_uploads() -> None:
    class Careless(store._Staging):
        def __init__(self, staged: Path, digest: Digest, size_bytes: int, offset: int) -> None:
            if staged.exists():
                os.truncate(staged, offset)  # what is missing reads as zeros
            super().__init__(staged, digest, size_bytes, offset)

        def commit(self, target: Path) -> Any:
            self._digest = Digest(self._digests.sha256)
            return super().commit(target)

    committed_bytes = store.FileBlobStore.committed_bytes

    async def invented(self: store.FileBlobStore, digest: Digest) -> int:
        kept = await committed_bytes(self, digest)
        return kept and kept + _INVENTED_BYTES

    store._Staging = Careless  # type: ignore[misc]
    store.FileBlobStore.committed_bytes = invented  # type: ignore[method-assign]


def _break_handlers() -> None:
    answer = RunsServicer.GetRun

    async def get_run(self: RunsServicer, request: Any, context: Any) -> Any:
        int(hashlib.sha256(request.name.encode()).hexdigest()[0])
        return await answer(self, request, context)

    RunsServicer.GetRun = get_run  # type: ignore[method-assign]


def _break_numbers() -> None:
    proto_json.read_number = canonical_json.number  # type: ignore[assignment,attr-defined]
    open_fields.read_number = canonical_json.number  # type: ignore[assignment]


def _break_length() -> None:
    answer = RunsServicer.GetRun

    async def get_run(self: RunsServicer, request: Any, context: Any) -> Any:
        sum(request.name[at:].count("\N{EM DASH}") for at in range(0, len(request.name), 4))
        return await answer(self, request, context)

    RunsServicer.GetRun = get_run  # type: ignore[method-assign]


_BREAK = {
    "commits": _break_commits,
    "room": _break_room,
    "locks": _break_locks,
    "keys": _break_keys,
    "uploads": _break_uploads,
    "handlers": _break_handlers,
    "numbers": _break_numbers,
    "length": _break_length,
}

if __name__ == "__main__":
    _BREAK[os.environ["CARELESS"]]()
    sys.exit(runs_server.main(sys.argv[1:]))
