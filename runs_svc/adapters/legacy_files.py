"""The v1 store as files: one JSON index and a folder of attachments. Read only, never written."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from foundation.canonical_json import JsonObject
from rpckit.settings import ConfigurationError
from runs_svc.domain.ids import Digest
from runs_svc.domain.legacy.record import LegacyFile
from runs_svc.domain.legacy.repeated import RepeatedKeys
from runs_svc.domain.legacy.values import TooDeep


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    """An object that notes which keys it has more than once."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else RepeatedKeys(pairs)


_STEM = re.compile(r"[0-9a-f]{64}")
_BEST_RULE_FIRST = ("bytes", "compact_json", "none")
_BLANK = re.compile(r"[ \t\n\r]*")
_LARGEST_JSON = 64 * 1024**2
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_LONGEST_WHOLE = 1_000
"""Digits of a number that is read as a whole one; Python refuses those of some thousands."""
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=lambda digits: int(digits) if len(digits) <= _LONGEST_WHOLE else float(digits)
)
_LONGEST_QUOTE = 20


class UnreadableIndexError(ConfigurationError):
    """The index is no JSON object; the message says where it ends to be one."""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record as it stands in the index: its exact bytes, and what they mean."""

    key: str
    source: bytes
    value: Any


class LegacyStore:
    """The v1 store."""

    def __init__(self, index: Path, attachments: Path | None) -> None:
        """Args:
            index: The JSON file.
            attachments: The folder of attachments; None: the one beside the index, which may be absent.

        Raises:
            ConfigurationError: A folder is named, and there is none.
        """
        if attachments is not None and not attachments.is_dir():
            raise ConfigurationError(f"--files: {attachments} is no folder")
        self._index = index
        self._folder = attachments or index.parent / "attachments"

    @property
    def name(self) -> str:
        """The name of the index."""
        return self._index.name

    def records(self) -> Iterator[SourceRecord]:
        """Every record of the index, in its order; a key that stands there twice comes twice.

        Raises:
            UnreadableIndexError: The file is no JSON object.
        """
        try:
            text = self._index.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise UnreadableIndexError(f"{self._index}: {error}") from error
        except UnicodeDecodeError as error:
            raise UnreadableIndexError(
                f"{self._index}: it is no UTF-8 text (byte {error.start}); save it as UTF-8"
            ) from error
        if text[_blank(text, 0) :][:1] != "{":
            raise UnreadableIndexError(
                f"{self._index}: it is no index of v1: a JSON object is expected, and it {_is(text)}"
            )
        place = _after(text, _blank(text, 0), "{")
        while text[place : place + 1] != "}":
            key, end = _decode(text, place)
            if not isinstance(key, str):
                raise UnreadableIndexError(f"{self._index}: a key is expected at character {place}")
            start = _blank(text, _after(text, _blank(text, end), ":"))
            value, end = _decode(text, start)
            yield SourceRecord(key, text[start:end].encode("utf-8", "surrogatepass"), value)
            place = _blank(text, end)
            if text[place : place + 1] == ",":
                place = _blank(text, place + 1)
            elif text[place : place + 1] != "}":
                raise UnreadableIndexError(f"{self._index}: a comma or the end is expected at character {place}")
        end = _blank(text, place + 1)
        if end < len(text):
            raise UnreadableIndexError(f"{self._index}: {_surplus(text, end)}")

    def sha256(self) -> str:
        """Digest of the index."""
        return hashlib.sha256(self._index.read_bytes()).hexdigest()

    def size_bytes(self) -> int:
        return self._index.stat().st_size

    def files(self) -> Mapping[str, LegacyFile]:
        """Every file by the digest it is named with; any other, which no record can name, by its path."""
        return {name: file for name, (file, _) in self._found.items()}

    def paths(self) -> Mapping[str, Path]:
        """Where each file lies."""
        return {name: path for name, (_, path) in self._found.items()}

    @cached_property
    def _found(self) -> Mapping[str, tuple[LegacyFile, Path]]:
        """Of several files that one digest names, it stands for the one that its rule fits best."""
        found: dict[str, tuple[LegacyFile, Path]] = {}
        described = [(_describe(path), path) for path in self._paths()]
        for file, path in sorted(described, key=lambda item: _BEST_RULE_FIRST.index(item[0].rule)):
            name = file.name
            if not _STEM.fullmatch(name) or name in found:
                name = path.relative_to(self._folder).as_posix()
            if name in found:  # its path is a digest, and another file stands for that
                name = f"./{name}"
            found[name] = (replace(file, name=name), path)
        return found

    def _paths(self) -> Iterator[Path]:
        index = self._index.resolve()
        for path in sorted(self._folder.rglob("*")) if self._folder.is_dir() else ():
            if path.is_file() and not path.is_symlink() and path.resolve() != index:
                yield path

    def filename_of(self, name: str) -> str:
        return self.paths()[name].name

    def links(self) -> Sequence[str]:
        """Names in the folder of attachments that lead elsewhere: they are not followed."""
        return sorted(path.name for path in self._folder.rglob("*") if path.is_symlink())


def _stem(path: Path) -> str:
    return path.name.partition(".")[0]


def _describe(path: Path) -> LegacyFile:
    """A file, with the rule its name follows: the digest of its bytes, or of its JSON in compact form."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name, size_bytes = _stem(path), path.stat().st_size
    rules = {digest: "bytes"} if digest == name else {_compact_digest(path, size_bytes): "compact_json"}
    return LegacyFile(name, Digest(digest), size_bytes, rules.get(name, "none"))


def _compact_digest(path: Path, size_bytes: int) -> str:
    """Digest of the file's JSON, compact and with sorted keys; "" when it is none."""
    if size_bytes > _LARGEST_JSON:
        return ""
    try:
        value = json.loads(path.read_bytes())
        compact = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        return ""
    return hashlib.sha256(compact).hexdigest()


def _decode(text: str, place: int) -> tuple[Any, int]:
    """The value at a place and the place after it; one that is nested too deeply to be read stands as `TooDeep`."""
    try:
        return _DECODER.raw_decode(text, place)
    except ValueError as error:
        raise UnreadableIndexError(f"no JSON value at character {place}: {error}") from error
    except RecursionError:
        return TooDeep(), _end_of_nested(text, place)


def _end_of_nested(text: str, place: int) -> int:
    """The place after a list or an object, by its brackets alone."""
    depth = 0
    for token in _BRACKETS.finditer(text, place):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    raise UnreadableIndexError(f"no JSON value at character {place}: its brackets are not closed")


def _surplus(text: str, place: int) -> str:
    """What follows the index, in words."""
    begins = text[place : place + _LONGEST_QUOTE]
    return (
        f"the index ends before character {place} (line {text.count(chr(10), 0, place) + 1}), and {len(text) - place} "
        f"characters follow it, which begin {begins!r}; one JSON object is expected"
    )


def _blank(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    assert found is not None
    return found.end()


def _is(text: str) -> str:
    return f"begins with {text.strip()[:20]!r}" if text.strip() else "is empty"


def _after(text: str, place: int, expected: str) -> int:
    """The place after an expected character and the blanks that follow it."""
    if text[place : place + 1] != expected:
        raise UnreadableIndexError(f"{expected!r} is expected at character {place}")
    return _blank(text, place + 1)
