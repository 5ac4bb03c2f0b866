"""A store in PostgreSQL and a bucket, as an administrator has it."""

import subprocess
import uuid
from copy import copy
from pathlib import Path

from runs_svc.adapters.postgres import schema
from testkit.local_servers import LocalServer
from testkit.postgres import PostgresServer
from testkit.seaweed import S3Server
from tests.administration.filled_store import Filled
from tests.administration.offline import offline


def sha256_in(text: str) -> str:
    return text.split("sha256 ")[1].split(maxsplit=1)[0]


class Grown:
    """An empty database and an empty prefix of a bucket."""

    def __init__(self, postgres: PostgresServer, bucket: S3Server) -> None:
        self._postgres = postgres
        self.url = self.new_database()
        self.blobs = f"s3://rmos/{self.name}"
        self.environment = bucket.environment()

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]

    @property
    def owner_url(self) -> str:
        return self._postgres.url(self.name)

    def new_database(self) -> str:
        """An empty one with the schema, as the servers know it."""
        name = f"grown_{uuid.uuid4().hex}"
        self._postgres.run(f"CREATE DATABASE {name}")
        schema.migrate_url(self._postgres.url(name), service_role="rmos_service")
        return self._postgres.url(name, user="rmos_service")

    def elsewhere(self) -> "Grown":
        """Another empty store, on the same servers."""
        other = copy(self)
        other.url = self.new_database()
        other.blobs = f"s3://rmos/{other.name}"
        return other

    def settings(self, url: str | None = None) -> dict[str, str]:
        return {**self.environment, "RMOS_DATABASE_URL": url or self.url, "RMOS_BLOBS_URL": self.blobs}

    def server(self, folder: Path, filled: Filled) -> LocalServer:
        flags = ["--runs-dir", str(folder / "runs"), *filled.runs.flags[2:]]
        return LocalServer("runs_svc", folder, flags, self.settings())

    def offline(
        self, folder: Path, *arguments: str | Path, url: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """An offline command on this store."""
        return offline(*arguments, "--runs-dir", folder, **self.settings(url))

    def move(self, root: Path, *more: str) -> tuple[int, str]:
        done = offline(
            "move", "--to", self.url, "--blobs-to", self.blobs, "--runs-dir", root, *more, **self.environment
        )
        return done.returncode, done.stdout + done.stderr
