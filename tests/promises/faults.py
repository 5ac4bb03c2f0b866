"""What may happen to servers of one database and one bucket, to the lines between them, and to a balancer in front."""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from testkit.balancer import Balancer
from testkit.lines import RunningLine, running_line_to
from testkit.local_servers import LocalServer
from testkit.postgres import PostgresServer
from testkit.seaweed import S3Server
from tests.promises.back_ends import PostgresBackEnd

_PAUSE_S, _BAD_LINE_S, _CUT_EVERY_S = 6.0, 3.0, 0.2
_DELAY_S = 0.25
_DRIP_BYTES, _DRIP_S = 256, 0.005
NAMES = (
    "kill a server",
    "cut the lines to the database",
    "kill the database",
    "cut the lines to the bucket",
    "kill the bucket",
    "delay the lines to the database",
    "pause a server",
    "delay the lines to the bucket",
    "pause the database",
    "drip through the lines to the database",
    "pause the bucket",
    "drip through the lines to the bucket",
)
WITH_BALANCER = (*NAMES, "kill the balancer", "pause the balancer")


class Faults:
    """A database and a bucket, each behind a line that all servers use."""

    def __init__(self, place: PostgresBackEnd, to_database: RunningLine, to_bucket: RunningLine) -> None:
        assert place.bucket is not None
        self._database, self._bucket = place.database, place.bucket
        self._lines = {"database": to_database, "bucket": to_bucket}
        self.balancer: Balancer | None = None
        """What clients call, where they do not call the servers themselves."""
        self.places = place.places()
        """Settings of servers, through the lines."""
        url = self.places["RMOS_DATABASE_URL"].replace(f":{place.database.port}/", f":{to_database.port}/")
        self.places |= {"RMOS_DATABASE_URL": url, **place.bucket.environment(port=to_bucket.port)}

    @classmethod
    @contextmanager
    def between(cls, place: PostgresBackEnd) -> "Iterator[Faults]":
        """Lines to a database and a bucket."""
        assert place.bucket is not None
        with running_line_to(place.database.port) as database, running_line_to(place.bucket.port) as bucket:
            yield cls(place, database, bucket)

    def do(self, name: str, servers: Sequence[LocalServer]) -> None:
        """One of `WITH_BALANCER`; afterwards everything is well again."""
        deed, _, victim = name.partition(" ")
        if victim.startswith(("the lines", "through")):
            self._worsen(deed, self._lines[victim.rpartition(" ")[2]])
        elif deed == "kill":
            self._kill(victim, servers)
        else:
            self._pause(victim, servers)

    def _kill(self, victim: str, servers: Sequence[LocalServer]) -> None:
        if victim == "a server":
            servers[0].kill()
            servers[0].restart()
            return
        process = self._process(victim)
        process.kill()
        process.start()

    def _pause(self, victim: str, servers: Sequence[LocalServer]) -> None:
        if victim == "a server":
            os.kill(servers[1].pid, signal.SIGSTOP)
            time.sleep(_PAUSE_S)
            os.kill(servers[1].pid, signal.SIGCONT)
            return
        process = self._process(victim)
        process.pause()
        time.sleep(_PAUSE_S)
        process.go_on()

    def _process(self, victim: str) -> PostgresServer | S3Server | Balancer:
        if victim == "the balancer":
            assert self.balancer is not None
            return self.balancer
        return self._database if victim == "the database" else self._bucket

    @staticmethod
    def _worsen(deed: str, line: RunningLine) -> None:
        until = time.monotonic() + _BAD_LINE_S
        if deed == "delay":
            line.behave(delay_s=_DELAY_S)
        elif deed == "drip":
            line.behave(delay_s=_DRIP_S, piece_bytes=_DRIP_BYTES)
        while time.monotonic() < until:
            if deed == "cut":  # again and again, also what was opened since; for the last third nothing can be opened
                line.behave(is_down=until - time.monotonic() < _BAD_LINE_S / 3)
                line.cut()
            time.sleep(_CUT_EVERY_S)
        line.behave()
