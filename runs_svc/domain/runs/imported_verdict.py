"""The verdict of another system in a record of its own: where it stands, and what it says."""

from collections.abc import Iterator, Mapping

from foundation.canonical_json import JsonMapping, JsonValue

NO_STATUS = "no status in v1"
"""Mark of an imported run."""


def find_block_reason(record: JsonMapping) -> str:
    """Why v1 blocked, where it says so."""
    reasons = (holder.get("block_reason") for _, holder in verdict_holders(record))
    return next((str(reason) for reason in reasons if reason), "")


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
    return [item if isinstance(item, str) else str(item) for item in items]
