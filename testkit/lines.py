"""A line to a server that can be cut at a given word, delayed, or stopped: for tests of what clients make of it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

_PIECE_BYTES = 65_536
_PATIENCE_S = 10.0


class Line:
    """Forwards every connection to a port of this machine. Used from one event loop."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.port = 0
        self.word = b""
        """Where a client's message holds it, the connection is cut, once."""
        self.is_forwarded = False
        """Whether the message with the word still reaches the server, which has time to act on it."""
        self.delay_s = 0.0
        """Of each message, both ways."""
        self.piece_bytes = _PIECE_BYTES
        """The most that passes at once; what is longer comes in several messages, each with its delay."""
        self.cuts = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._silent: set[asyncio.StreamWriter] = set()
        self.is_down = False
        """Whether new connections are refused."""

    def cut_all(self) -> None:
        """Cut every connection that is open."""
        for writer in list(self._open):
            writer.transport.abort()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:  # the server is away
            writer.transport.abort()
            return
        self._open |= {writer, back}
        try:
            await asyncio.wait(
                [
                    asyncio.ensure_future(self._forward(reader, back, answers_to=writer)),
                    asyncio.ensure_future(self._forward(there, writer, answers_to=None)),
                ],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            self._open -= {writer, back}
            self._silent.discard(writer)
            writer.transport.abort()
            back.transport.abort()

    async def _forward(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, answers_to: asyncio.StreamWriter | None
    ) -> None:
        """Forward one direction; `answers_to` is where the answers go, when this is what the client says."""
        with suppress(OSError):
            while piece := await source.read(self.piece_bytes):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                if target in self._silent:
                    continue
                if answers_to is not None and self.word and self.word in piece:
                    self.word = b""
                    self.cuts += 1
                    self._silent.add(answers_to)  # nobody hears what becomes of it
                    if self.is_forwarded:
                        target.write(piece)
                        await asyncio.sleep(0.2)
                    return
                target.write(piece)
                await target.drain()


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """A line to a port."""
    line = Line(port)
    server = await asyncio.start_server(line.handle, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        line.cut_all()


class RunningLine:
    """A line that another thread runs, for tests that have no event loop."""

    def __init__(self, line: Line, loop: asyncio.AbstractEventLoop) -> None:
        self._line = line
        self._loop = loop
        self.port = line.port

    def cut(self) -> None:
        """Cut every connection that is open."""
        self._loop.call_soon_threadsafe(self._line.cut_all)

    def behave(self, *, delay_s: float = 0.0, piece_bytes: int = _PIECE_BYTES, is_down: bool = False) -> None:
        """What becomes of everything from now on; without a word it is a good line again."""
        self._line.delay_s, self._line.piece_bytes, self._line.is_down = delay_s, piece_bytes, is_down


@contextmanager
def running_line_to(port: int) -> Iterator[RunningLine]:
    """A line to a port, run by a thread of its own."""
    loop, opened, close = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found: list[Line] = []

    async def run() -> None:
        async with line_to(port) as line:
            found.append(line)
            opened.set()
            await close.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    if not opened.wait(_PATIENCE_S):
        raise TimeoutError("the line did not open")
    try:
        yield RunningLine(found[0], loop)
    finally:
        loop.call_soon_threadsafe(close.set)
        thread.join(_PATIENCE_S)
