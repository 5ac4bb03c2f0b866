"""People, keys and revoked tokens in one append-only file that both servers follow while they run.

    identities.jsonl    a line of JSON per event, for its owner only: hashes of passwords and of secrets stand in it
    signing_key.pem     the private key of tokens that people get when they log in
    token_keys.json     its public half, as JWKS

A line that cannot be read means that nobody knows who was disabled after it: no credential of the folder is taken until
the file is mended.
"""

import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import filelock

from rpckit.authentication.identity_events import Identities

log = logging.getLogger("rmos.identity")
JOURNAL = "identities.jsonl"
_LOOK_EVERY_S = 0.5
_OWNER_ONLY = 0o600


class IdentityJournal:
    """The journal as it is, and as others change it. Used from one thread."""

    def __init__(
        self,
        folder: Path,
        *,
        look_every_s: float = _LOOK_EVERY_S,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = folder / JOURNAL
        self._look_every_s = look_every_s
        self._stopwatch = stopwatch
        self._looked_at = float("-inf")
        self._read_bytes = 0
        self._inode = 0
        self._state: Identities | None = Identities()
        self.acts: list[Mapping[str, Any]] = []
        """What administrators did, oldest first."""
        self.generation = 0
        """Changes with the file: what was concluded from it is to be looked at again."""
        self.now()

    def now(self) -> Identities | None:
        """People, keys and tokens as they are, at most half a second old; None while the journal is damaged."""
        if self._stopwatch() - self._looked_at >= self._look_every_s:
            self._look()
        return self._state

    def fresh(self) -> Identities | None:
        """As `now`, and not even half a second old: whoever was just added is known."""
        self._look()
        return self._state

    def append(self, event: Mapping[str, Any]) -> None:
        """Write an event durably.

        Raises:
            OSError: It was not written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = json.dumps(event, ensure_ascii=False, sort_keys=True).encode() + b"\n"
        with filelock.FileLock(self.path.with_suffix(".lock")):
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
            try:
                if os.write(descriptor, line) != len(line):
                    raise OSError(f"{self.path} took only a part of a line")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._look()

    def _look(self) -> None:
        self._looked_at = self._stopwatch()
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            if self._read_bytes:
                self._start_over(0)
            return
        if stat.st_ino != self._inode or stat.st_size < self._read_bytes:
            self._start_over(stat.st_ino)
        if stat.st_size > self._read_bytes:
            self._read_on()

    def _start_over(self, inode: int) -> None:
        self._state, self._read_bytes, self._inode = Identities(), 0, inode
        self.acts.clear()
        self.generation += 1

    def _read_on(self) -> None:
        with self.path.open("rb") as file:
            file.seek(self._read_bytes)
            whole, newline, _ = file.read().rpartition(b"\n")  # the last line may still be on its way
        self._read_bytes += len(whole) + len(newline)
        for line in whole.splitlines():
            if self._state is not None:
                self._take(line)
        self.generation += 1

    def _take(self, line: bytes) -> None:
        assert self._state is not None
        try:
            event = json.loads(line)
            self._state.apply(event)
            if event["event"] != "token_revoked":
                self.acts.append(event)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            log.error("the identity journal is damaged: its credentials are refused", extra={"why": repr(error)})
            self._state = None
