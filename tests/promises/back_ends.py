"""Where promises are tried: SQLite and folders, PostgreSQL and folders, PostgreSQL and a bucket."""

import itertools
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import obstore
from obstore.store import S3Store

from runs_svc.adapters.postgres import schema
from runs_svc.adapters.s3.bucket import open_bucket
from runs_svc.composition.offline import blobs_of
from runs_svc.config import RunsSettings
from runs_svc.domain.ids import Digest
from testkit.local_servers import LocalServers
from testkit.postgres import PostgresServer, postgres
from testkit.seaweed import S3Server, s3
from tests.administration.offline import offline
from tests.promises.careless import StartServers

FILES, POSTGRES, BUCKET = "sqlite+folder", "postgres+folder", "postgres+s3"
NAMES = (FILES, POSTGRES, BUCKET)
SERVICE, _EMPTY = "rmos_service", "empty"


class BackEnd:
    """SQLite and folders: the store is what lies in the folder of its servers."""

    name = FILES

    def places(self) -> dict[str, str]:
        """Settings of servers with an empty store."""
        return {}

    def forget(self, places: Mapping[str, str]) -> None:
        """Let go of a store that nobody uses any more; its folders are the caller's."""

    def start(self, folder: Path) -> LocalServers:
        """Servers with an empty store, to be entered."""
        return LocalServers(folder, runs_environment=self.places())

    def with_flags(self, flags: tuple[str, ...]) -> StartServers:
        return lambda folder: LocalServers(folder, runs_flags=flags, runs_environment=self.places())


class PostgresBackEnd(BackEnd):
    """A database of its own for each store, and a prefix of its own where there is a bucket."""

    def __init__(self, database: PostgresServer, bucket: S3Server | None) -> None:
        self.name = BUCKET if bucket else POSTGRES
        self.database, self.bucket = database, bucket
        with suppress(Exception):  # the tests' server has it
            database.run(f"CREATE ROLE {SERVICE} LOGIN")
        self._template = f"{_EMPTY}_{uuid.uuid4().hex[:8]}"
        database.run(f"CREATE DATABASE {self._template}")
        schema.migrate_url(database.url(self._template), service_role=SERVICE)
        self._numbers = itertools.count()

    def places(self) -> dict[str, str]:
        name = self.new_name()
        self.database.run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        found = {"RMOS_DATABASE_URL": self.database.url(name, user=SERVICE)}
        if self.bucket is not None:
            found |= {"RMOS_BLOBS_URL": f"s3://rmos/{name}", **self.bucket.environment()}
        return found

    def copy(self, places: Mapping[str, str]) -> dict[str, str]:
        """Settings of servers with a copy of a store that nobody uses; what is in folders is the caller's to copy."""
        name, old = self.new_name(), places["RMOS_DATABASE_URL"].rpartition("/")[2]
        others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{old}'"
        self.database.run(others, f"CREATE DATABASE {name} TEMPLATE {old}")
        found = {**places, "RMOS_DATABASE_URL": self.database.url(name, user=SERVICE)}
        if self.bucket is not None:
            found["RMOS_BLOBS_URL"] = f"s3://rmos/{name}"
            source, target = (open_bucket(item["RMOS_BLOBS_URL"]) for item in (places, found))
            for key in keys_in(source):
                obstore.put(target, key, obstore.get(source, key).bytes())
        return found

    def forget(self, places: Mapping[str, str]) -> None:
        self.database.run(f"DROP DATABASE {places['RMOS_DATABASE_URL'].rpartition('/')[2]} WITH (FORCE)")

    def new_name(self) -> str:
        return f"{self._template}_{next(self._numbers)}"


def keys_in(bucket: S3Store) -> list[str]:
    """What a prefix of a bucket holds."""
    return sorted(item["path"] for group in obstore.list(bucket) for item in group)


@contextmanager
def back_end(name: str) -> Iterator[BackEnd]:
    """One of `NAMES`, with servers of its own."""
    if name not in NAMES:
        raise SystemExit(f"store={name}: allowed are {', '.join(NAMES)}")
    with ExitStack() as stack:
        if name == FILES:
            yield BackEnd()
            return
        database = stack.enter_context(postgres())
        bucket = stack.enter_context(s3()) if name == BUCKET else None
        yield PostgresBackEnd(database, bucket)


def environment_of(places: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process of ours: what is inherited, without settings, and those of a store."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RMOS_")} | dict(places)


def settings_of(root: Path, places: Mapping[str, str]) -> RunsSettings:
    """The settings of a store's servers, for what looks at the store from within this process."""
    os.environ.update({name: value for name, value in places.items() if name.startswith("AWS_")})
    urls = {"database_url": places.get("RMOS_DATABASE_URL"), "blobs_url": places.get("RMOS_BLOBS_URL")}
    return RunsSettings(runs_dir=root, **{name: value for name, value in urls.items() if value})


def problems_of(root: Path, places: Mapping[str, str]) -> list[str]:
    """What fsck says is wrong with a store."""
    checked = offline("fsck", "--runs-dir", root, **places)
    said = (checked.stdout + checked.stderr).splitlines()
    return said[-5:] or ["fsck failed"] if checked.returncode else []


def blob_of(root: Path, places: Mapping[str, str], sha256: str) -> bytes | None:
    """The bytes that a store holds under a digest."""
    blobs = blobs_of(settings_of(root, places))
    try:
        return b"".join(blobs.pieces(Digest(sha256)))
    except FileNotFoundError:
        return None
