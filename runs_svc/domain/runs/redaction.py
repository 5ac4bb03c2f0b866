"""What of a caller's own request may be kept: identifiers and key names, never secrets, never a verdict."""

import re
from collections.abc import Mapping

from foundation.canonical_json import JsonMapping, JsonObject, JsonValue
from foundation.json_members import number, texts

MOST_KEYS = 50
LONGEST_TEXT = 200
REDACTED = "[redacted]"
_SECRET = re.compile(r"password|passwd|token|secret|api_?key|credential|authorization", re.IGNORECASE)
_VERDICTS = frozenset({"feasibility", "safety", "decision", "risk_level", "risk_bucket", "overall_risk"})
_DEEPEST = 16
_FIRST = frozenset({"design", "context"})
"""Kept whatever else a request holds."""
_NOTES = frozenset({"stripped_client_verdict", "dropped_key_count"})


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

    At most 50 keys, those of design and context first and then by name; 50 design keys and 50 context keys; a client's
    own verdict is stripped and noted; something other than an object is noted.
    """
    if source is None:
        return {}
    if not isinstance(source, Mapping):
        return {"note": f"the request was not an object but {_kind_of(source)}"}
    summary: JsonObject = {}
    stripped = sorted(key for key in source if key.lower() in _VERDICTS)
    kept = [key for key in source if key.lower() not in _VERDICTS]
    for key in sorted(kept, key=lambda key: (key not in _FIRST, key))[:MOST_KEYS]:
        name, entry = _entry(key, source[key])
        summary[name] = entry
    if stripped:
        summary["stripped_client_verdict"] = list(stripped)
    if len(kept) > MOST_KEYS:
        summary["dropped_key_count"] = len(kept) - MOST_KEYS
    return summary


def sums_up(summary: JsonMapping, source: JsonValue) -> bool:
    """Whether a summary may be of a request, whichever of its keys were kept.

    >>> sums_up({"b": 2, "dropped_key_count": 1}, {"a": 1, "b": 2}), sums_up({"b": 2}, {"b": 3})
    (True, False)
    """
    if not isinstance(source, Mapping):
        return dict(summary) == summarize(source)
    kept = {name: value for name, value in summary.items() if name not in _NOTES}
    unseen = (number(summary, "dropped_key_count") or 0) + len(texts(summary, "stripped_client_verdict"))
    every = dict(_entry(key, value) for key, value in source.items())
    return len(kept) + unseen == len(source) and all(
        name in every and (value == every[name] or REDACTED in (value, every[name])) for name, value in kept.items()
    )


def _entry(key: str, value: JsonValue) -> tuple[str, JsonValue]:
    """What a summary says of a key, and the name it says it under."""
    if key in _FIRST and isinstance(value, Mapping):
        return f"{key}_keys", list(sorted(value)[:MOST_KEYS])
    return key, REDACTED if is_secret(key) else _shortened(redact(value))


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


def _kind_of(value: JsonValue) -> str:
    return {list: "a list", str: "text", bool: "a boolean"}.get(type(value), "a number")
