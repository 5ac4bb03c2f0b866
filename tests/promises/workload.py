"""What the promises are tried with: runs, attachments and amendments, several at once, and what was acknowledged.

`python -m tests.promises.workload STORE RUNS`: an acknowledgement is a line in STORE/acknowledged, `KIND ID SHA256`.
With `careless` behind it runs are acknowledged before they are recorded: a negative control. The ledger is in the
folder, or in the database that RMOS_DATABASE_URL names.
"""

import asyncio
import hashlib
import os
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.adapters.archive.publisher import Publisher
from runs_svc.adapters.archive.rows import LedgerRows, SqliteRows
from runs_svc.adapters.blobs.store import FileBlobStore
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.ledger import PostgresLedger
from runs_svc.adapters.postgres.published_rows import PostgresRows
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.schema import migrate_url
from runs_svc.adapters.system import SystemClock
from runs_svc.domain.errors import RunsError
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.run import Idempotency
from runs_svc.usecases.runs.amend import AmendRun, NewAmendment
from runs_svc.usecases.runs.attach import Attach
from tests import builders
from tests.ends import join_all
from tests.unread_programs import UnreadPrograms

CLIENTS = 4
ACKNOWLEDGED = "acknowledged"


class PublishingThread:
    """The publisher in this process, so that what it does to the disk is recorded in order with the rest."""

    def __init__(self, root: Path, read: Callable[[], LedgerRows]) -> None:
        self._news = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, args=(root, read))
        self._thread.start()

    def notify(self) -> None:
        self._news.set()

    def close(self) -> None:
        self._stop.set()
        self._news.set()
        join_all([self._thread])

    def _follow(self, root: Path, read: Callable[[], LedgerRows]) -> None:
        publisher = None
        while not self._stop.is_set():
            self._news.wait()
            self._news.clear()
            publisher = publisher or self._started(root, read)
            if publisher is not None:
                publisher.publish_committed()
        if publisher is not None:
            publisher.publish_committed()
            publisher.close()

    @staticmethod
    def _started(root: Path, read: Callable[[], LedgerRows]) -> Publisher | None:
        try:
            return Publisher(root, read())
        except (OSError, sqlite3.Error):
            return None  # a server would start another


class Workload:
    """A store in use."""

    def __init__(self, root: Path, *, careless: bool = False, url: str = "") -> None:
        self._careless = careless
        root.mkdir(parents=True, exist_ok=True)
        self._acknowledged = os.open(root / ACKNOWLEDGED, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        if not url:
            migrate_url(f"sqlite:///{root / 'rmos.db'}")
        self.blobs = FileBlobStore(root / "attachments", min_free_percent=0.0)
        self.publishing = PublishingThread(
            root, (lambda: PostgresRows(url)) if url else (lambda: SqliteRows(root / "rmos.db"))
        )
        try:
            self._open(root, url)
        except BaseException:
            self.publishing.close()  # it would keep the process for ever
            raise
        self.attach = Attach(
            self.ledger, self.blobs, clock=SystemClock(), largest_bytes=1 << 30, programs=UnreadPrograms()
        )
        self.amend_run = AmendRun(self.ledger, clock=SystemClock())

    def _open(self, root: Path, url: str) -> None:
        self.database: SqliteDatabase | PostgresDatabase
        self.ledger: SqliteLedger | PostgresLedger
        if url:
            self.database = PostgresDatabase(url)
            self.database.on_commit = self.publishing.notify
            self.ledger = PostgresLedger(self.database)
        else:
            self.database = SqliteDatabase(f"sqlite:///{root / 'rmos.db'}", on_commit=self.publishing.notify)
            self.ledger = SqliteLedger(self.database)

    async def close(self) -> None:
        await self.database.close()
        self.publishing.close()
        self.blobs.close()
        os.close(self._acknowledged)

    def acknowledge(self, kind: str, name: str, sha256: str) -> None:
        """Say that something is durable, as an answer would."""
        os.write(self._acknowledged, f"{kind} {name} {sha256}\n".encode())

    async def run(self, number: int) -> None:
        """A run with a program, and a note on it; each is acknowledged when it is there."""
        content = hashlib.sha256(str(number).encode()).digest() * (1 + 300 * (number % 3))
        digest = Digest(hashlib.sha256(content).hexdigest())
        declared = Attachment(digest, "gcode", "text/x-gcode", "a.nc", len(content), "")
        call = Call(f"req_{number}", None)
        attached = await self.attach.attach(declared, _pieces(content), offset=0, run_id=None, call=call)
        self.acknowledge("blob", str(digest), digest.sha256)
        key = Idempotency(f"8f14e45f-ceea-467f-9b5e-{number:012x}", f"{number:064x}")
        record = builders.record(number, attachments=(attached.attachment,), idempotency=key)
        if self._careless:
            self.acknowledge("run", str(record.run_id), record.digest.sha256)
        stored = await self.ledger.create(record)
        self.acknowledge("run", str(record.run_id), stored.run.sha256)
        note: JsonObject = {"person": "M. Sato", "note": str(number), "meta": {}}
        view = await self.amend_run.amend(record.run_id, NewAmendment(AmendmentKind.ANNOTATION, note), call=call)
        amendment = (await self.ledger.get(view.run_id)).amendments[-1]
        self.acknowledge("annotation", amendment.record_id, amendment.sha256)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def main(root: Path, runs: int, *, careless: bool = False, url: str = "") -> int:
    """Several clients at once; one whose call is refused goes on with the next. The number of refusals."""
    workload, refused = Workload(root, careless=careless, url=url), 0
    numbers = iter(range(1, runs + 1))

    async def client() -> None:
        nonlocal refused
        for number in numbers:
            try:
                await workload.run(number)
            except (RunsError, OSError):
                refused += 1

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    await workload.close()
    return refused


if __name__ == "__main__":
    given = os.environ.get("RMOS_DATABASE_URL", "")
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), careless="careless" in sys.argv[3:], url=given))
