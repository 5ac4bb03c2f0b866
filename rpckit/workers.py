"""Several processes of one server on one address: the system spreads new connections over them (SO_REUSEPORT).

The process that starts them serves nothing itself. It starts each as a program of its own, so that nothing is forked
once gRPC is loaded; one that ends by itself is started again; when it is asked to stop, all are, and get their time.
"""

import logging
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rpckit.settings import ConfigurationError

log = logging.getLogger("rmos.server")
MOST_WORKERS = 64
_WRONG_CONFIGURATION = 2
_GREATEST_PORT = 65_535
_AGAIN_AFTER_S = 1.0
_LOOK_EVERY_S = 0.05
_KILLED_AFTER_S = 60.0
"""Beyond the grace period: to commit what waits, or to give up a database that is away."""


@dataclass(frozen=True, slots=True)
class Workers:
    """How to start them."""

    module: str
    """As in `python -m MODULE`."""
    count: int
    listen: str
    address_file: Path | None
    metrics_listen: str | None
    """Of the first; each other has the next port."""
    flags: Callable[[int], Sequence[str]]
    """Further flags of each."""
    grace_s: float
    """What each gives its calls in flight once it is asked to stop. [s]"""


def run_workers(workers: Workers) -> int:
    """Start them, and keep them up until SIGTERM or SIGINT.

    Returns:
        0 when all have ended as they were asked to, else the code of one that did not.

    Raises:
        ConfigurationError: The address cannot be shared, or is taken, or there are too few ports for the metrics.
    """
    _require_metrics_ports(workers)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with tempfile.TemporaryDirectory(prefix="rmos-workers-") as folder, _reserved(workers.listen) as held:
        host = workers.listen.rpartition(":")[0]
        team = _Team(workers, f"{host}:{held.getsockname()[1]}", Path(folder))
        code = team.keep_up(stop)
        return code if code else team.end()


def _require_metrics_ports(workers: Workers) -> None:
    """See that there is a port for the metrics of each.

    Raises:
        ConfigurationError: There is none for the last ones.
    """
    port = (workers.metrics_listen or "").rpartition(":")[2]
    greatest = _GREATEST_PORT + 1 - workers.count
    if port.isdecimal() and int(port) > greatest:
        raise ConfigurationError(
            f"--metrics-listen: {workers.count} workers need as many ports from {port} on, and {_GREATEST_PORT} is the "
            f"last one; choose a port up to {greatest}"
        )


def _reserved(listen: str) -> socket.socket:
    """The address, held for the workers alone; nobody connects to a socket that does not listen."""
    host, _, port = listen.rpartition(":")
    if listen.startswith("unix") or not port.isdecimal():
        raise ConfigurationError(f"cannot share {listen!r} between workers: an address is host:port")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    place = (host.strip("[]"), int(port))
    try:
        with socket.socket(family, socket.SOCK_STREAM) as alone:
            alone.setsockopt(
                socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
            )  # what is left of closed connections is no owner
            alone.bind(place)  # fails where somebody listens, sharing or not
        held = socket.socket(family, socket.SOCK_STREAM)
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            held.setsockopt(socket.SOL_SOCKET, option, 1)
        held.bind(place)
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {listen}: {error.strerror or error}") from error
    return held


class _Team:
    def __init__(self, workers: Workers, address: str, folder: Path) -> None:
        self._workers = workers
        self._address = address
        self._folder = folder
        self._running = [self._start(index) for index in range(workers.count)]
        self._told = False

    def keep_up(self, stop: threading.Event) -> int:
        """Start again what ends, until it is asked to stop; the code of one whose configuration is wrong, else 0.

        Once all have served the configuration is right: one that cannot start then has met a database that is away.
        """
        while not stop.wait(_LOOK_EVERY_S):
            self._tell_once()
            for index, process in enumerate(self._running):
                code = process.poll()
                if code == _WRONG_CONFIGURATION and not self._told:
                    self.end()
                    return code
                if code is not None:
                    log.error("a worker has ended and is started again", extra={"worker": index, "code": code})
                    if stop.wait(_AGAIN_AFTER_S):
                        return 0
                    self._running[index] = self._start(index)
        return 0

    def end(self) -> int:
        """Stop all; each gets the time it would get alone, and one that does not end by then is killed."""
        for process in self._running:
            process.terminate()
        until = time.monotonic() + self._workers.grace_s + _KILLED_AFTER_S
        return next((code for code in [_end_of(process, until) for process in self._running] if code), 0)

    def _start(self, index: int) -> "subprocess.Popen[bytes]":
        flags = ["--listen", self._address, "--reuse-port", "true", "--workers", "1"]
        flags += ["--address-file", str(self._folder / str(index)), *self._workers.flags(index)]
        if self._workers.metrics_listen is not None:
            host, _, port = self._workers.metrics_listen.rpartition(":")
            flags += ["--metrics-listen", f"{host}:{int(port) + index if int(port) else 0}"]
        command = [
            sys.executable,
            "-m",
            self._workers.module,
            *sys.argv[1:],
            *flags,
        ]  # of two values the last one holds
        return subprocess.Popen(command)  # noqa: S603 # ourselves

    def _tell_once(self) -> None:
        """Write the address once every worker serves."""
        if self._told or not all((self._folder / str(index)).exists() for index in range(self._workers.count)):
            return
        self._told = True
        log.info("workers serve", extra={"address": self._address, "workers": self._workers.count})
        if self._workers.address_file is not None:
            staged = self._workers.address_file.with_suffix(".tmp")
            staged.write_text(self._address)
            staged.rename(self._workers.address_file)


def _end_of(process: "subprocess.Popen[bytes]", until: float) -> int:
    try:
        return process.wait(max(until - time.monotonic(), 0.0))
    except subprocess.TimeoutExpired:
        log.error("a worker has not ended and is killed", extra={"pid": process.pid})
        process.kill()
        return process.wait()
