"""Every adapter of each port in turn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runs_svc.adapters.blobs.store import FileBlobStore
from runs_svc.adapters.caching.ledger import CachingLedger
from runs_svc.adapters.memory.ledger import MemoryBlobStore, MemoryLedger
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.schema import migrate
from runs_svc.ports import BlobStore, Ledger


def migrated(folder: Path) -> str:
    url = f"sqlite:///{folder / 'rmos.db'}"
    writer = open_writer(url)
    migrate(writer)
    writer.dispose()
    return url


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return migrated(tmp_path)


@pytest.fixture(params=["memory", "sqlite", "cached"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ledger]:
    if request.param == "memory":
        yield MemoryLedger()
        return
    sql = SqliteLedger(SqliteDatabase(migrated(tmp_path)))
    yield CachingLedger(sql, most_bytes=1024**2) if request.param == "cached" else sql
    await sql.database.close()


@pytest.fixture(params=["memory", "files"])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BlobStore]:
    if request.param == "memory":
        yield MemoryBlobStore()
        return
    files = FileBlobStore(tmp_path / "blobs", min_free_percent=0.0)
    yield files
    files.close()
