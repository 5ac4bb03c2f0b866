"""Every adapter of each port in turn."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from obstore.store import S3Store

from runs_svc.adapters.blobs.store import FileBlobStore
from runs_svc.adapters.caching.ledger import CachingLedger
from runs_svc.adapters.memory.ledger import MemoryBlobStore, MemoryLedger
from runs_svc.adapters.postgres import schema as postgres_schema
from runs_svc.adapters.postgres.database import PostgresDatabase
from runs_svc.adapters.postgres.ledger import PostgresLedger
from runs_svc.adapters.s3.blobs import S3BlobStore
from runs_svc.adapters.s3.bucket import open_bucket
from runs_svc.adapters.sql import tables
from runs_svc.adapters.sqlite.connections import SqliteDatabase
from runs_svc.adapters.sqlite.engine import open_writer
from runs_svc.adapters.sqlite.ledger import SqliteLedger
from runs_svc.adapters.sqlite.schema import migrate
from runs_svc.ports import BlobStore, Ledger
from testkit.postgres import PostgresServer
from testkit.seaweed import S3Server

POSTGRES = pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))
SERVICE = "rmos_service"


def migrated(folder: Path) -> str:
    url = f"sqlite:///{folder / 'rmos.db'}"
    writer = open_writer(url)
    migrate(writer)
    writer.dispose()
    return url


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return migrated(tmp_path)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """An empty ledger, for the servers' role."""
    emptying = [f"DELETE FROM {name}" for name in (*tables.APPEND_ONLY, *postgres_schema.CHANGED)]
    counting = "INSERT INTO ledger_head VALUES (1, 0)"
    publishing = "INSERT INTO publications VALUES ('archive', 0, 0, '', '{}')"
    # No trigger keeps a replica's superuser from anything.
    postgres_server.run("SET session_replication_role = replica", *emptying, counting, publishing, database="store")
    return postgres_server.url("store", user=SERVICE)


@pytest.fixture(params=["memory", "sqlite", "cached", POSTGRES])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ledger]:
    if request.param == "memory":
        yield MemoryLedger()
        return
    if request.param == "postgres":
        database = PostgresDatabase(request.getfixturevalue("postgres_url"))
        yield CachingLedger(PostgresLedger(database), most_bytes=1024**2)
        await database.close()
        return
    sql = SqliteLedger(SqliteDatabase(migrated(tmp_path)))
    yield CachingLedger(sql, most_bytes=1024**2) if request.param == "cached" else sql
    await sql.database.close()


@pytest.fixture
def bucket(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    """A bucket with a prefix of its own."""
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    return open_bucket(f"s3://rmos/{uuid.uuid4().hex}")


@pytest.fixture(params=["memory", "files", pytest.param("s3", marks=pytest.mark.xdist_group("postgres"))])
async def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BlobStore]:
    if request.param == "memory":
        yield MemoryBlobStore()
        return
    if request.param == "s3":
        objects = S3BlobStore(request.getfixturevalue("bucket"), local=tmp_path)
        yield objects
        objects.close()
        return
    files = FileBlobStore(tmp_path / "blobs", min_free_percent=0.0)
    yield files
    files.close()
