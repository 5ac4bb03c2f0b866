"""An S3 server of our own, from the wheel that the tests install."""

import http.client
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testkit.kept_process import KeptProcess

_PATIENCE_S = 90.0
_KEY, _SECRET = "rmos", "rmos-secret"
_MAY = ["Admin", "Read", "Write", "List", "Tagging"]


class S3Server(KeptProcess):
    """SeaweedFS on a folder. It may be killed, paused and started again."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self._ports = _free_ports(4)
        identity = {"name": _KEY, "credentials": [{"accessKey": _KEY, "secretKey": _SECRET}], "actions": _MAY}
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))

    @property
    def port(self) -> int:
        return self._ports[3]

    def environment(self, *, port: int | None = None) -> dict[str, str]:
        """What a client needs to know, by the usual names."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port or self.port}",
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_REGION": "us-east-1",
        }

    def start(self) -> None:
        """Start, and wait until it takes objects."""
        names = ("-master.port", "-volume.port", "-filer.port", "-s3.port")
        ports = [f"{name}={port}" for name, port in zip(names, self._ports, strict=True)]
        command: list[str | Path] = [
            Path(sys.executable).parent / "weed",
            "server",
            f"-dir={self.folder}",
            "-ip=127.0.0.1",
        ]
        command += ["-ip.bind=127.0.0.1", "-filer", "-s3", f"-s3.config={self.folder / 's3.json'}", *ports]
        command += ["-master.volumeSizeLimitMB=64", "-volume.max=50", "-master.electionTimeout=1s"]
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 # a wheel of our tests
        until = time.monotonic() + _PATIENCE_S
        while not self._takes_objects():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2_000:])
            time.sleep(0.1)

    def _takes_objects(self) -> bool:
        import obstore
        from obstore.exceptions import BaseError
        from obstore.store import S3Store

        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            connection.request("GET", "/status")
            connection.getresponse()
            store = S3Store(
                "rmos",
                endpoint=f"http://127.0.0.1:{self.port}",
                access_key_id=_KEY,
                secret_access_key=_SECRET,
                region="us-east-1",
                client_options={"allow_http": True, "timeout": "3s"},
                retry_config={"max_retries": 0},
            )
            obstore.put(store, "ready", b"")
        except (OSError, BaseError, http.client.HTTPException):
            return False
        return True


@contextmanager
def s3() -> Iterator[S3Server]:
    """A server that runs, and is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="rmos-s3-"))
    server = S3Server(folder)
    try:
        server.start()
        yield server
    finally:
        if server.is_running:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _free_ports(count: int) -> list[int]:
    """Free ones, of which those 10,000 above are free as well: the server listens there, too."""
    ports: list[int] = []
    while len(ports) < count:
        with socket.socket() as free, socket.socket() as above:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
            if not 20_000 < port < 55_000:
                port = 20_000 + port % 10_000
            try:
                above.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
            ports.append(port)
    return ports
