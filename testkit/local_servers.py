"""Both servers as real processes on free ports of this machine: for the tour, the tests and the benchmarks."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_START_LIMIT_S = 120.0
_STOP_LIMIT_S = 30.0
_DICE = random.SystemRandom()
_PORTS = (20_000, 32_000)
"""Below those that systems hand out for outgoing connections and to servers without a wish."""


class ServerStartError(Exception):
    """A server ended or stayed silent instead of serving; the message holds the end of its log."""


@dataclass(slots=True)
class LocalServer:
    """One server process. `start` returns when it serves."""

    module: str
    folder: Path
    flags: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def log_path(self) -> Path:
        return self.folder / f"{self.module}.log"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def processes(self) -> list[int]:
        """The server's process, and those it started."""
        return [self.pid, *_started_by(self.pid)]

    def start(self, *, listen: str = "") -> None:
        """Start and wait until it serves, on a free address unless one is given.

        Raises:
            ServerStartError: It ended, or did not serve in time.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        address_file = self.folder / f"{self.module}.address"
        address_file.unlink(missing_ok=True)
        command = [
            sys.executable,
            "-m",
            self.module,
            "--listen",
            listen or free_address(),
            "--address-file",
            str(address_file),
        ]
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("RMOS_")}
        inherited["RMOS_CATALOG_DIR"] = str(self.folder / "catalogue")
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 # our own modules
                [*command, *self.flags], env=inherited | dict(self.environment), stdout=log, stderr=log
            )
        self._await(address_file)
        self.address = address_file.read_text()

    def _await(self, address_file: Path) -> None:
        until = time.monotonic() + _START_LIMIT_S
        while not address_file.exists():
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                tail = self.log_path.read_text(errors="replace")[-2_000:]
                raise ServerStartError(f"{self.module} did not start (exit code {self._process.returncode}):\n{tail}")
            time.sleep(0.01)

    def stop(self) -> int:
        """Ask it to stop, wait, and return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_STOP_LIMIT_S)

    def kill(self) -> None:
        """End it and what it started at once, as a power cut would."""
        assert self._process is not None
        _, *started = self.processes
        self._process.kill()
        self._process.wait(_STOP_LIMIT_S)
        for process in started:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        until = time.monotonic() + _STOP_LIMIT_S
        while any(map(_runs, started)) and time.monotonic() < until:
            time.sleep(0.001)

    def restart(self) -> None:
        """Start again on the same address."""
        self.start(listen=self.address)


def _started_by(process: int) -> list[int]:
    """The processes that a process started, where the system tells."""
    started: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            started += map(int, thread.read_text(encoding="ascii").split())
    return started


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def free_address() -> str:
    """An address of this machine that is free, and that the system gives to nobody while the server is down."""
    while True:
        port = _DICE.randrange(*_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return f"127.0.0.1:{port}"


@dataclass(slots=True)
class LocalServers:
    """The feasibility server and the runs server that asks it, with a store in a folder."""

    folder: Path
    feasibility_flags: Sequence[str] = ()
    runs_flags: Sequence[str] = ()
    runs_environment: Mapping[str, str] = field(default_factory=dict)
    runs_module: str = "runs_svc"
    feasibility: LocalServer = field(init=False)
    runs: LocalServer = field(init=False)

    @property
    def store(self) -> Path:
        return self.folder / "runs"

    def __enter__(self) -> "LocalServers":
        self.feasibility = LocalServer("feasibility_svc", self.folder, self.feasibility_flags)
        self.feasibility.start()
        flags = ["--runs-dir", str(self.store), "--feasibility-address", self.feasibility.address]
        self.runs = LocalServer(self.runs_module, self.folder, [*flags, *self.runs_flags], self.runs_environment)
        try:
            self.runs.start()
        except ServerStartError:
            self.feasibility.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self.runs, self.feasibility):
            server.kill()
