"""What of a caller's own request may be kept: identifiers and key names, never secrets, never a verdict.

What is not kept is told at its place, and in the warnings of the answer.
"""

import re
from collections.abc import Iterator, Mapping

from foundation.canonical_json import JsonMapping, JsonObject, JsonValue
from foundation.json_members import number, texts
from runs_svc.domain.runs.secrets import REDACTED, is_secret, redact_text

MOST_KEYS = 50
LONGEST_TEXT = 200
VERDICT_LEFT_OUT = "[left out: a verdict of the caller's own]"
MOST_WARNINGS = 25
_VERDICTS = frozenset({"feasibility", "safety", "decision", "risk_level", "risk_bucket", "overall_risk"})
_DEEPEST = 16
_PARTS = ("design", "context")
_IDS = ("model_id", "engine_id", "tool_id", "material_id", "machine_id")
_FIRST = frozenset({*_PARTS, *_IDS})
"""Kept whatever else a request holds."""
_STRIPPED = "stripped_client_verdict"
_NOTES = frozenset({_STRIPPED, "dropped_key_count", *(f"{part}_ids" for part in _PARTS)})


def is_verdict(key: str) -> bool:
    """True for names under which a client says what only the server may say.

    >>> is_verdict("Risk_Level"), is_verdict("riskLevel"), is_verdict("risk_levels_seen")
    (True, True, False)
    """
    return re.sub(r"[\W_]+", "", key).casefold() in {name.replace("_", "") for name in _VERDICTS}


def redact(value: JsonValue, *, depth: int = _DEEPEST) -> JsonValue:
    """The value with every secret replaced, at any depth and inside of texts."""
    if isinstance(value, str):
        return redact_text(value)
    if not isinstance(value, Mapping | list | tuple):
        return value
    if depth == 0:
        return REDACTED
    if isinstance(value, Mapping):
        return {key: _redact_member(key, item, depth - 1) for key, item in value.items()}
    return [redact(item, depth=depth - 1) for item in value]


def _redact_member(key: str, value: JsonValue, depth: int) -> JsonValue:
    """The value under a name. Nothing, yes and no are no secrets."""
    hidden = is_secret(key) and value is not None and not isinstance(value, bool)
    return REDACTED if hidden else redact(value, depth=depth)


def summarize(source: JsonValue) -> JsonObject:
    """The summary of a caller's request.

    At most 50 keys, design, context and ids first and then by name; 50 design keys and 50 context keys, and the ids
    among them; a client's own verdict is stripped and noted; something other than an object is noted.
    """
    if source is None:
        return {}
    if not isinstance(source, Mapping):
        return {"note": f"the request was not an object but {_kind_of(source)}"}
    summary: JsonObject = {}
    stripped = sorted(key for key in source if is_verdict(key))
    kept = [key for key in source if not is_verdict(key)]
    for key in sorted(kept, key=lambda key: (key not in _FIRST, key))[:MOST_KEYS]:
        name, entry = _entry(key, source[key])
        summary[name] = entry
    for part in _PARTS:
        ids = _ids_in(source.get(part))
        if ids:
            summary[f"{part}_ids"] = ids
    if stripped:
        summary[_STRIPPED] = list(stripped)
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
    unseen = (number(summary, "dropped_key_count") or 0) + len(texts(summary, _STRIPPED))
    every = dict(_entry(key, value) for key, value in source.items())
    return len(kept) + unseen == len(source) and all(
        name in every and (value == every[name] or REDACTED in (value, every[name])) for name, value in kept.items()
    )


def _entry(key: str, value: JsonValue) -> tuple[str, JsonValue]:
    """What a summary says of a key, and the name it says it under."""
    if key in _PARTS and isinstance(value, Mapping):
        return f"{key}_keys", list(sorted(value)[:MOST_KEYS])
    return key, _shortened(_redact_member(key, value, _DEEPEST))


def _ids_in(part: JsonValue) -> JsonObject:
    """The ids a design or a context names, itself or in its groups: `tool_id`, or `tool.tool_id`."""
    if not isinstance(part, Mapping):
        return {}
    found: JsonObject = {}
    for name in _IDS:
        group = part.get(name.removesuffix("_id"))
        given = part.get(name) or (group.get(name) if isinstance(group, Mapping) else None)
        if isinstance(given, str) and given:
            found[name] = _shortened(redact_text(given))
    return found


def keep_open_fields(meta: Mapping[str, JsonValue]) -> JsonObject:
    """A caller's open fields: secrets redacted at any depth, a verdict of its own left out; each told at its place."""
    return {
        key: VERDICT_LEFT_OUT if is_verdict(key) and value is not None else _redact_member(key, value, _DEEPEST)
        for key, value in meta.items()
    }


def not_kept(path: str, kept: JsonValue) -> list[str]:
    """A sentence for each place of open fields where something was not kept: the first 25, and how many more.

    >>> not_kept("meta", keep_open_fields({"pwd": "x", "deep": [{"decision": 1, "url": "ftp://a:b@c"}], "safety": 1}))
    ... # doctest: +NORMALIZE_WHITESPACE
    ['meta.deep[0].url: kept without what looks like a secret',
     'meta.pwd: not kept, it looks like a secret',
     "meta.safety: not kept, verdicts are the server's own"]
    """
    found = list(_places(path, kept))
    more = len(found) - MOST_WARNINGS
    return found[:MOST_WARNINGS] + ([f"{path}: and {more} more"] if more > 0 else [])


def summary_not_kept(path: str, summary: JsonMapping) -> list[str]:
    """The same of the summary of a request."""
    verdicts = [f"{path}.{key}: not kept, verdicts are the server's own" for key in texts(summary, _STRIPPED)]
    return [*verdicts, *not_kept(path, {key: value for key, value in summary.items() if key not in _NOTES})]


def _places(path: str, value: JsonValue) -> Iterator[str]:
    if value == REDACTED:
        yield f"{path}: not kept, it looks like a secret"
    elif value == VERDICT_LEFT_OUT:
        yield f"{path}: not kept, verdicts are the server's own"
    elif isinstance(value, str) and REDACTED in value:
        yield f"{path}: kept without what looks like a secret"
    elif isinstance(value, Mapping):
        for key, item in sorted(value.items()):
            yield from _places(f"{path}.{key}", item)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _places(f"{path}[{index}]", item)


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
