"""The verdict of another system in a record of its own: where it stands, and what it says."""

from collections.abc import Iterator, Mapping

from foundation import canonical_json
from foundation.canonical_json import JsonMapping, JsonValue

NO_STATUS = "no status in v1"
"""Mark of an imported run."""


def find_block_reason(record: JsonMapping) -> str:
    """Why v1 blocked, wherever it says so; each reason once, "" where none stands."""
    holders = (holder.get("block_reason") for _, holder in verdict_holders(record))
    return "; ".join(dict.fromkeys(text for reason in holders if reason for text in texts(reason)))


def find_warnings(record: JsonMapping) -> list[str]:
    """What v1 warned of, wherever it stands, each once."""
    return list(dict.fromkeys(text for _, holder in verdict_holders(record) for text in texts(holder.get("warnings"))))


def verdict_holders(record: JsonMapping) -> Iterator[tuple[str, JsonMapping]]:
    """Where a verdict may stand."""
    feasibility = record.get("feasibility")
    safety = feasibility.get("safety") if isinstance(feasibility, Mapping) else None
    named = {"decision": record.get("decision"), "feasibility": feasibility, "feasibility.safety": safety}
    for where, holder in {**named, "record": record}.items():
        if isinstance(holder, Mapping):
            yield where, holder


def texts(value: JsonValue) -> list[str]:
    """A list of texts out of a list, a text, or nothing."""
    if value is None or value == "":
        return []
    items = value if isinstance(value, list) else [value]
    return [as_text(item) for item in items]


def as_text(item: JsonValue) -> str:
    """A text as it is; of a finding its code and its message; of anything else its JSON."""
    if isinstance(item, str):
        return item
    if isinstance(item, Mapping) and isinstance(message := item.get("message"), str) and message:
        code = item.get("code")
        return f"{code}: {message}" if isinstance(code, str) and code else message
    try:
        return canonical_json.dumps(item).decode()
    except canonical_json.NotCanonicalError:
        return str(item)
