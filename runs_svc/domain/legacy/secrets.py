"""Secrets in v1 records: nothing that is kept of a record holds them, its own bytes neither."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from foundation.canonical_json import sha256_hex
from runs_svc.domain.legacy.repeated import RepeatedKeys
from runs_svc.domain.legacy.values import DEEPEST, whole
from runs_svc.domain.runs.redaction import redact
from runs_svc.domain.runs.secrets import REDACTED


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is kept of a record's own bytes."""

    data: bytes
    """They themselves; of a record that holds a secret the record written anew without it."""
    sha256: str
    exact_sha256: str
    """Of the bytes in the v1 store. Rules before the fourth kept them whatever they held."""


def evidence_of(source: bytes, value: Any, settled: Any, lines: list[str]) -> tuple[Evidence, Any]:
    """What is kept of a record, and the record without secrets; each secret is a line.

    Args:
        source: Its exact bytes.
        value: The same, parsed, with every value of keys that stand there more than once.
        settled: The same with one value for each key.
        lines: What is told of the record.
    """
    kept = redact(settled, depth=DEEPEST + 1)
    lines.extend(f"{path}: redacted; no secret is kept" for path in _changed("", settled, kept))
    exact = sha256_hex(source)
    if kept == settled and not _holds_more_secrets(value):
        return Evidence(source, exact, exact), kept
    data = orjson.dumps(_writable(kept))
    lines.append("the v1_record attachment holds the record without its secrets, so not byte for byte")
    return Evidence(data, sha256_hex(data), exact), kept


def _holds_more_secrets(value: Any) -> bool:
    """Whether one of the values of a key that stands there more than once holds a secret."""
    if isinstance(value, RepeatedKeys) and any(
        redact({key: item}, depth=DEEPEST + 1) != {key: item} or _holds_more_secrets(item)
        for key, given in value.values_of.items()
        for item in given
    ):
        return True
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(_holds_more_secrets(item) for item in inner)


def _writable(value: Any) -> Any:
    """The value as JSON can be written: numbers beyond 64 bits as text, halves of characters replaced."""
    if isinstance(value, Mapping):
        return {whole(str(key)): _writable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_writable(item) for item in value]
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, int | float) and not abs(value) < 2**63:
        return str(value)
    return value


def _changed(path: str, before: Any, after: Any) -> Iterator[str]:
    if after == before:
        return
    if isinstance(before, Mapping) and after != REDACTED:
        for key, item in before.items():
            yield from _changed(f"{path}.{key}" if path else str(key), item, after[key])
    elif isinstance(before, list) and after != REDACTED:
        for place, item in enumerate(before):
            yield from _changed(f"{path}[{place}]", item, after[place])
    else:
        yield path
