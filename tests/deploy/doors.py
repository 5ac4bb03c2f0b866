"""A door in front of local servers, and plain HTTP calls through it."""

import http.client
import json
import ssl
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from deploy.door import PAGE, Door
from testkit.local_servers import LocalServers, free_address

_START_LIMIT_S, _STOP_LIMIT_S = 90.0, 30.0


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """The reason in the details of an error; empty where there is none."""
        details = self.json.get("details", []) if isinstance(self.json, dict) else []
        return next((part["reason"] for part in details if part["@type"].endswith("google.rpc.ErrorInfo")), "")


@dataclass
class OpenDoor:
    """A running Envoy. Used as a context."""

    servers: LocalServers
    page: Path = PAGE
    address: str = ""
    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> "OpenDoor":
        self.address = free_address()
        behind = {"feasibility": self.servers.feasibility.address, "runs": self.servers.runs.address}
        folder = self.servers.folder / "door"
        self._process = Door(listen=self.address, servers=behind, folder=folder, page=self.page).open()
        try:
            self._await()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(_STOP_LIMIT_S)

    @property
    def certificate(self) -> Path:
        return self.servers.folder / "door" / "door.pem"

    def _await(self) -> None:
        until = time.monotonic() + _START_LIMIT_S
        while time.monotonic() < until:
            with suppress(OSError):
                self.ask("GET", "/api/rmos/feasibility/models")
                return
            assert self._process is not None
            assert self._process.poll() is None, "Envoy ended"
            time.sleep(0.02)
        raise AssertionError("Envoy did not open the door in time")

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request over TLS, with the door's own certificate as the only one trusted."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        connection = http.client.HTTPSConnection(self.address, context=context, timeout=20)
        try:
            sent = None if body is None else json.dumps(body)
            kind = {} if body is None else {"content-type": "application/json"}
            connection.request(method, path, sent, {**kind, **(headers or {})})
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()
