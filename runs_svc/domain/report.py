"""The report of the feasibility service, as a run keeps it."""

from dataclasses import dataclass

from rpckit import canonical_json
from rpckit.canonical_json import JsonObject

VOLATILE = ("request_id", "compute_ms")
"""Members in which reports on equal inputs differ."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was said of an attempt. Reports on equal inputs share their content: nobody changes it."""

    content: JsonObject
    canonical: bytes
    """The content's canonical bytes, which are hashed and recorded."""
    sha256: str
    """Their digest."""
    evaluation: JsonObject
    """The volatile members."""


def read_report(value: JsonObject) -> Report:
    """A report from its JSON object."""
    content = {key: item for key, item in value.items() if key not in VOLATILE}
    canonical = canonical_json.dumps(content)
    return Report(content, canonical, canonical_json.sha256_hex(canonical), volatile_of(value))


def volatile_of(value: JsonObject) -> JsonObject:
    """The volatile members of a report's JSON object."""
    return {key: value[key] for key in VOLATILE if key in value}
