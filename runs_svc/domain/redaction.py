"""What of a caller's own request may be kept: identifiers and key names, never secrets, never a verdict."""

import re
from collections.abc import Mapping
from typing import Any

from rpckit.canonical_json import JsonObject, JsonValue

MOST_KEYS = 50
LONGEST_TEXT = 200
REDACTED = "[redacted]"
_SECRET = re.compile(r"password|passwd|token|secret|api_?key|credential|authorization", re.IGNORECASE)
_VERDICTS = frozenset({"feasibility", "safety", "decision", "risk_level", "risk_bucket", "overall_risk"})
_DEEPEST = 16


def is_secret(key: str) -> bool:
    """True for keys whose values are never kept.

    >>> is_secret("X-API-Key"), is_secret("my_access_token_2"), is_secret("tool_id")
    (True, True, False)
    """
    return _SECRET.search(key.replace("-", "_")) is not None


def redact(value: JsonValue, *, depth: int = _DEEPEST) -> JsonValue:
    """The value with every secret replaced, at any depth."""
    if depth == 0:
        return REDACTED
    if isinstance(value, Mapping):
        return {key: REDACTED if is_secret(key) else redact(item, depth=depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item, depth=depth - 1) for item in value]
    return value


def summarize(source: JsonValue) -> JsonObject:
    """The summary of a caller's request.

    At most 50 keys, 50 design keys and 50 context keys; a client's own verdict is stripped and noted; something other
    than an object is noted.
    """
    if source is None:
        return {}
    if not isinstance(source, Mapping):
        return {"note": f"the request was not an object but {_kind_of(source)}"}
    summary: JsonObject = {}
    stripped = sorted(key for key in source if key.lower() in _VERDICTS)
    kept = [key for key in source if key.lower() not in _VERDICTS]
    for key in kept[:MOST_KEYS]:
        value = source[key]
        if key in {"design", "context"} and isinstance(value, Mapping):
            summary[f"{key}_keys"] = sorted(value)[:MOST_KEYS]
        else:
            summary[key] = REDACTED if is_secret(key) else _shortened(redact(value))
    if stripped:
        summary["stripped_client_verdict"] = list(stripped)
    if len(kept) > MOST_KEYS:
        summary["dropped_key_count"] = len(kept) - MOST_KEYS
    return summary


def keep_open_fields(meta: Mapping[str, JsonValue]) -> JsonObject:
    """A caller's open fields: secrets redacted at any depth, a verdict of its own left out."""
    return {
        key: REDACTED if is_secret(key) else redact(value)
        for key, value in meta.items()
        if key.lower() not in _VERDICTS
    }


def _shortened(value: JsonValue) -> JsonValue:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[: LONGEST_TEXT - 1] + "…"
    if isinstance(value, Mapping):
        return {"keys": sorted(value)[:MOST_KEYS]}
    if isinstance(value, list | tuple):
        return {"item_count": len(value)}
    return value


def _kind_of(value: Any) -> str:
    return {list: "a list", str: "text", bool: "a boolean"}.get(type(value), "a number")
