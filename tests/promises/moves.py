"""P9: a move that is killed anywhere goes on, and loses nothing, while the server that is moved from is killed, too.

Each trial moves a store from SQLite and folders to PostgreSQL and a bucket and back. The mover is killed at random
moments, while it copies and while it switches, and begun again until it is through; so is the server, to which a client
records runs under keys that it repeats. A store that counts no more, or not yet, opens for no server. At the end every
acknowledged run has the bytes it was acknowledged with.
"""

import hashlib
import random
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

import grpc

from rmos.runs.v1.runs_service_pb2_grpc import RunsServiceStub
from rmos_client import Rmos
from testkit.local_servers import LocalServer, ServerStartError
from tests import builders
from tests.administration.offline import command
from tests.promises.back_ends import PostgresBackEnd, environment_of, problems_of
from tests.promises.tally import Tally

RUNS_BEFORE, _KILLS = 80, 4
_LONGEST_MOVE_S, _PATIENCE_S = 120.0, 60.0
_DONE_BEFORE = ("holds a store already", "is there already; give a place where no ledger is")
"""What a switch says that was killed only after the target counted, and is asked for again."""
_IMPATIENT = [("grpc.initial_reconnect_backoff_ms", 20), ("grpc.max_reconnect_backoff_ms", 100)]


class _Client(threading.Thread):
    """Records runs, and asks again under the same key until it is answered."""

    def __init__(self, address: str, seed: int) -> None:
        super().__init__(daemon=True)
        self._address, self._dice = address, random.Random(seed)
        self.stop_asking = threading.Event()
        self.acknowledged: dict[str, str] = {}
        """Run ids by key."""

    def run(self) -> None:
        with grpc.insecure_channel(self._address, options=_IMPATIENT) as channel:
            stub = RunsServiceStub(channel)
            while not self.stop_asking.is_set():
                key = str(uuid.UUID(int=self._dice.getrandbits(128)))
                while key not in self.acknowledged and not self.stop_asking.is_set():
                    self._ask(stub, key)

    def _ask(self, stub: RunsServiceStub, key: str) -> None:
        try:
            run = stub.CreateRun(builders.create_request(idempotency_key=key), timeout=10, wait_for_ready=True).run
        except grpc.RpcError:
            time.sleep(0.02)
        else:
            self.acknowledged[key] = run.run_id


class _Trial:
    """A store on its way there and back."""

    def __init__(self, folder: Path, place: PostgresBackEnd, dice: random.Random, tally: Tally) -> None:
        self._folder, self._dice, self._tally = folder, dice, tally
        self._grown = place.places()
        self._feasibility = LocalServer("feasibility_svc", folder / "feasibility")
        self._acknowledged: set[str] = set()
        self._documents: dict[str, str] = {}

    def go(self) -> None:
        """There and back."""
        self._feasibility.start()
        try:
            first, second = self._folder / "first", self._folder / "second"
            there = ["--to", self._grown["RMOS_DATABASE_URL"], "--blobs-to", self._grown["RMOS_BLOBS_URL"]]
            bucket = {name: value for name, value in self._grown.items() if name.startswith("AWS_")}
            self._move(self._server(first, {}), ["--runs-dir", str(first), *there], bucket)
            self._require_closed(self._server(first, {}))
            self._move(
                self._server(self._folder / "grown", self._grown),
                ["--runs-dir", str(self._folder / "grown"), "--to", f"sqlite:///{second / 'rmos.db'}"],
                self._grown,
            )
            self._require_closed(self._server(self._folder / "grown", self._grown))
            self._compare(self._server(second, {}))
            problems = problems_of(second, {})
            self._tally.wrong += len(problems)
            self._tally.remarks += problems
        finally:
            self._feasibility.kill()

    def _server(self, root: Path, places: Mapping[str, str]) -> LocalServer:
        flags = ["--runs-dir", str(root), "--feasibility-address", self._feasibility.address]
        return LocalServer("runs_svc", root.with_name(f"{root.name}-server"), flags, places)

    def _move(self, server: LocalServer, arguments: list[str], places: Mapping[str, str]) -> None:
        """Copy while the server serves and is killed, then switch."""
        server.start()
        client = _Client(server.address, self._dice.getrandbits(32))
        client.start()
        try:
            self._wait_for(client, RUNS_BEFORE)
            took = self._until_done(arguments, places, kills=_KILLS, took_s=2.0, server=server)
            self._wait_for(client, len(client.acknowledged) + 5)
        finally:
            client.stop_asking.set()
            client.join(_PATIENCE_S)
        self._acknowledged |= set(client.acknowledged.values())
        self._compare(server, is_running=True)
        server.stop()
        self._until_done([*arguments, "--switch"], places, kills=_KILLS, took_s=took)

    def _until_done(
        self,
        arguments: list[str],
        places: Mapping[str, str],
        *,
        kills: int,
        took_s: float,
        server: LocalServer | None = None,
    ) -> float:
        """Kill so many movers, then let one come to its end; how long that took."""
        for number in range(kills):
            mover = self._begin(arguments, places)
            time.sleep(self._dice.uniform(0.4, 1.0) * took_s)
            ended = mover.poll()
            mover.kill()
            self._tally.trials += ended is None
            said = mover.communicate(timeout=_PATIENCE_S)[0]
            if server is None and (ended == 0 or (ended and _was_done_before(said))):
                return took_s
            if ended:
                self._tally.wrong += 1
                self._tally.remarks.append(said[-300:])
            if server is not None and number % 2:
                server.kill()
                server.restart()
        started = time.monotonic()
        mover = self._begin(arguments, places)
        said = mover.communicate(timeout=_LONGEST_MOVE_S)[0]
        if mover.returncode and not (server is None and _was_done_before(said)):
            self._tally.wrong += 1
            self._tally.remarks.append(said[-300:])
        return time.monotonic() - started

    @staticmethod
    def _begin(arguments: list[str], places: Mapping[str, str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command("move", *arguments),
            env=environment_of(places),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @staticmethod
    def _wait_for(client: _Client, runs: int) -> None:
        until = time.monotonic() + _LONGEST_MOVE_S
        while len(client.acknowledged) < runs and time.monotonic() < until:
            time.sleep(0.05)

    def _require_closed(self, server: LocalServer) -> None:
        """See that no server starts on a store that counts no more."""
        try:
            server.start()
        except ServerStartError as error:
            self._tally.wrong += "was moved to" not in str(error)
        else:
            server.kill()
            self._tally.wrong += 1
            self._tally.remarks.append(f"a server started on {server.folder}, which was moved away")

    def _compare(self, server: LocalServer, *, is_running: bool = False) -> None:
        """See that everything acknowledged is there, with the bytes it had when it was first looked at."""
        if not is_running:
            server.start()
        try:
            with Rmos(runs=server.address) as client:
                listed = {run.run_id for run in client.list_runs(page_size=1_000)}
                self._tally.lost += len(self._acknowledged - listed)
                for run_id in listed:
                    digest = hashlib.sha256(client.get_document(run_id)[0]).hexdigest()
                    self._tally.wrong += self._documents.setdefault(run_id, digest) != digest
                self._tally.wrong += len(self._documents.keys() - listed)
                self._tally.acknowledged += len(self._acknowledged)
        finally:
            if not is_running:
                server.stop()


def _was_done_before(said: str) -> bool:
    return any(words in said for words in _DONE_BEFORE)


def try_moves(kills: int, *, seed: int, place: PostgresBackEnd) -> Tally:
    """Stores are moved there and back until so many movers were killed at work."""
    dice, tally = random.Random(seed), Tally("P9 killed move", seed=seed)
    while tally.trials < kills and tally.kept:
        with tempfile.TemporaryDirectory() as folder:
            _Trial(Path(folder), place, dice, tally).go()
    return tally
