"""P7 on PostgreSQL: the store behaves like a dictionary, also when the database is killed and started again under it.

Bytes that nothing needs are collected while no server runs, which `tests/administration` tries; here they stay.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hypothesis.stateful import initialize, invariant, rule

from runs_svc.adapters.archive.publisher import Publisher
from runs_svc.adapters.caching.ledger import CachingLedger
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.ledger import PostgresLedger
from runs_svc.adapters.postgres.published_rows import PostgresRows
from runs_svc.adapters.system import SystemClock
from runs_svc.composition.records import open_blobs
from runs_svc.config import RunsSettings
from runs_svc.domain.errors import StoreBusyError
from runs_svc.ports import ListQuery
from runs_svc.usecases.runs.amend import AmendRun
from tests.promises.back_ends import PostgresBackEnd, problems_of, settings_of
from tests.promises.model import StoreModel

_CACHE_BYTES = 1 << 20
_PATIENCE_S = 60.0


class OpenStore:
    """A store in PostgreSQL, as a server has it open."""

    def __init__(self, settings: RunsSettings) -> None:
        self.database = PostgresDatabase(settings.ledger_url)
        self.ledger = CachingLedger(PostgresLedger(self.database), most_bytes=_CACHE_BYTES)
        self.blobs = open_blobs(settings)
        self.amend_run = AmendRun(self.ledger, clock=SystemClock())

    async def close(self) -> None:
        await self.database.close()
        self.blobs.close()


async def _opened(settings: RunsSettings) -> OpenStore:
    return OpenStore(settings)


class GrownModel(StoreModel):
    """The walks of `StoreModel`."""

    place: PostgresBackEnd

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.root = self.folder / "store"
        self.root.mkdir()
        self.places = self.place.places()
        self.forget_everything()
        self._open()

    def _open(self) -> None:
        self.store = self.do(_opened(settings_of(self.root, self.places)))

    @rule()
    def crash(self) -> None:
        """The database dies under the open store, and comes back."""
        self.place.database.kill()
        self.place.database.start()
        self._patiently(lambda: self.do(self.store.ledger.scan(ListQuery(None, 1))))

    @rule()
    def restart(self) -> None:
        self._close()
        self._open()

    def _close(self) -> None:
        """As a server ends. Its publisher, which is a process of its own, fills a folder; a bucket stays behind."""
        self.do(self.store.close())
        if self.place.bucket is None:
            publisher = Publisher(self.root, PostgresRows(self.places["RMOS_DATABASE_URL"]))
            publisher.publish_committed()
            publisher.close()

    def compare(self) -> None:
        self._patiently(super().compare)

    def _patiently(self, ask: Callable[[], object]) -> None:
        """Ask until the store is not busy, as every client does; what is asked changes nothing."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                ask()
            except StoreBusyError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return

    @rule()
    def collect(self) -> None:
        """Nothing."""

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self._close()
            problems = problems_of(self.root, self.places)
            assert not problems, f"fsck: {problems}"
            self.loop.close()
            shutil.rmtree(self.folder)


class ForgetfulGrownModel(GrownModel):
    """A dictionary that forgets withdrawals: a negative control."""

    @rule()
    def crash(self) -> None:
        """Nothing: the database need not die to show this."""

    @invariant()
    def forget(self) -> None:
        if hasattr(self, "withdrawn"):
            self.withdrawn.clear()


def model_on(place: PostgresBackEnd, kind: type[GrownModel] = GrownModel) -> type[GrownModel]:
    """The walks on a back end."""

    class Placed(kind):  # type: ignore[misc, valid-type]
        pass

    Placed.place = place
    return Placed
