"""A local HTTP server that plays recorded answers of image providers, and counts what it was asked."""

import base64
import io
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image

from tests.ends import join_all


@dataclass
class ErrorStatus:
    """What is answered: a status, a body, and after how long."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0


@dataclass
class Provider:
    """The server as tests see it."""

    base_url: str
    asked: list[tuple[str, Any]] = field(default_factory=list)


Play = Callable[[str, int], ErrorStatus]
"""The answer to a path, and the how-manieth request it is."""


def png(side_px: int = 64) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (side_px, side_px), (120, 80, 40)).save(written, "PNG")
    return written.getvalue()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def as_json(value: Any, **fields: Any) -> ErrorStatus:
    return ErrorStatus(json.dumps(value).encode(), **fields)


def in_turn(answers: Sequence[ErrorStatus]) -> Play:
    """One answer after the other; the last one from then on."""
    return lambda path, number: answers[min(number, len(answers) - 1)]


@contextmanager
def serve(play: Play) -> Iterator[Provider]:
    """A running provider."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self._answer(json.loads(self.rfile.read(length) or b"null"))

        def _answer(self, asked: Any) -> None:
            answer = play(self.path, len(provider.asked))
            provider.asked.append((self.path, asked))
            time.sleep(answer.delay_s)
            try:
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)
            except OSError:  # whoever asked has gone
                return

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=partial(server.serve_forever, 0.02), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        join_all([thread])
