"""The public keys of an issuer of tokens: a JWKS file that is read again when it changes, or an address.

From an address they are fetched when the first token comes, when a token names a key that is not known (at most twice a
minute), and every ten minutes. What was fetched last stays in use while the address does not answer.
"""

import asyncio
import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt

from foundation.access_errors import CredentialsUncheckedError
from rpckit.settings import ConfigurationError

log = logging.getLogger("rmos.identity")
_FETCH_TIMEOUT_S, _FRESH_S, _ASK_AGAIN_S = 5.0, 600.0, 30.0
_LOOK_EVERY_S = 0.5
_MOST_BYTES = 1024 * 1024
_PUBLIC_KEYS = frozenset({"RSA", "EC", "OKP"})
Keys = Mapping[str, jwt.PyJWK]


def read_keys(text: bytes) -> Keys:
    """Keys by id. Secret ones and those for other uses are left out.

    Raises:
        ValueError: It is no JWKS.
    """
    found: dict[str, jwt.PyJWK] = {}
    document: Any = json.loads(text)
    listed = document.get("keys") if isinstance(document, dict) else None
    for number, key in enumerate(listed if isinstance(listed, list) else _no_list()):
        if not isinstance(key, dict) or key.get("kty") not in _PUBLIC_KEYS or key.get("use", "sig") != "sig":
            continue
        try:
            found[str(key.get("kid", f"#{number}"))] = jwt.PyJWK(key)
        except jwt.PyJWTError as error:
            raise ValueError(f"key {number}: {error}") from error
    return found


def _no_list() -> list[Any]:
    raise ValueError("it is no JSON object with a list of keys")


class FileKeys:
    """Keys in a file. While it is not there, or no JWKS, there are none."""

    def __init__(self, path: Path, *, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._stopwatch = stopwatch
        self._looked_at = float("-inf")
        self._stamp: tuple[int, int, int] | None = None
        self._keys: Keys = {}
        self.generation = 0
        """Changes with the keys."""

    def known(self) -> Keys:
        """The keys, at most half a second old."""
        if self._stopwatch() - self._looked_at >= _LOOK_EVERY_S:
            self._looked_at = self._stopwatch()
            self._look()
        return self._keys

    async def fetched(self) -> Keys:
        return self.known()

    def _look(self) -> None:
        try:
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if stamp == self._stamp:
                return
            self._stamp, self._keys = stamp, read_keys(self._path.read_bytes())
        except (OSError, ValueError) as error:
            if self._keys or self._stamp:
                log.warning("keys of tokens cannot be read", extra={"file": str(self._path), "why": str(error)})
            self._keys = {}
        self.generation += 1


class AddressKeys:
    """Keys at an address."""

    def __init__(
        self,
        address: str,
        *,
        fetch: Callable[[str], bytes] | None = None,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = address
        self._fetch = fetch or fetch_keys
        self._stopwatch = stopwatch
        self._asked_at = float("-inf")
        self._keys: Keys | None = None
        self._fetching: asyncio.Task[None] | None = None
        self.generation = 0
        """Changes with the keys."""

    def known(self) -> Keys:
        """The keys as they were fetched last; asks for newer ones in the background where they are old."""
        if self._keys is not None and self._stopwatch() - self._asked_at >= _FRESH_S:
            self._start()
        return self._keys or {}

    async def fetched(self) -> Keys:
        """The keys, fetched anew unless that was done just now.

        Raises:
            CredentialsUncheckedError: They were never to be had.
        """
        if self._fetching is not None or self._stopwatch() - self._asked_at >= _ASK_AGAIN_S:
            await asyncio.shield(self._start())
        if self._keys is None:
            raise CredentialsUncheckedError(f"the keys of tokens at {self._address} cannot be fetched; try again later")
        return self._keys

    def _start(self) -> "asyncio.Task[None]":
        if self._fetching is None:
            self._asked_at = self._stopwatch()
            self._fetching = asyncio.create_task(self._take())
        return self._fetching

    async def _take(self) -> None:
        try:
            self._keys = read_keys(await asyncio.to_thread(self._fetch, self._address))
            self.generation += 1
        except (OSError, ValueError) as error:
            log.warning("keys of tokens cannot be fetched", extra={"address": self._address, "why": str(error)})
        finally:
            self._fetching = None


IssuerKeys = FileKeys | AddressKeys


def issuer_keys(where: str, folder: Path) -> IssuerKeys:
    """Keys at an address, or in a file named from a folder.

    Raises:
        ConfigurationError: The address is not encrypted.
    """
    parts = urlsplit(where)
    if parts.scheme not in {"http", "https"}:
        return FileKeys(folder / where)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise ConfigurationError(f"issuer.keys: {where!r} is not https: whoever is on the way could put in other keys")
    return AddressKeys(where)


def fetch_keys(address: str) -> bytes:
    """What is at an address.

    Raises:
        OSError, ValueError: It does not answer, or with too much.
    """
    with urllib.request.urlopen(address, timeout=_FETCH_TIMEOUT_S) as answer:  # noqa: S310  checked above
        content: bytes = answer.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ValueError("it is larger than 1 MiB")
    return content
