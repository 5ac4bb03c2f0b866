"""The report of the feasibility service, as a run keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from foundation import canonical_json
from foundation.canonical_json import JsonMapping, JsonObject
from foundation.json_members import children, text, texts

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
    envelope: JsonObject = field(default_factory=dict)
    """What was evaluated, as limits of programs. Empty: the service did not say."""


def read_document(document: bytes) -> Report:
    """A report from its canonical bytes, on nobody's behalf yet.

    Raises:
        ValueError: They are no canonical JSON object.
    """
    content = orjson.loads(document)
    if not isinstance(content, dict) or canonical_json.dumps(content) != document:
        raise ValueError("a report is not canonical JSON")
    return Report(content, document, canonical_json.sha256_hex(document), {})


def read_report(value: JsonObject) -> Report:
    """A report from its JSON object, which holds the volatile members too."""
    content = {key: item for key, item in value.items() if key not in VOLATILE}
    canonical = canonical_json.dumps(content)
    volatile = {key: value[key] for key in VOLATILE if key in value}
    return Report(content, canonical, canonical_json.sha256_hex(canonical), volatile)


class Assessment(NamedTuple):
    """What a report says of one risk dimension."""

    category: str
    risk: str
    finding: str
    warnings: Sequence[str]
    details: Sequence[JsonMapping]
    """Quantities by `name`, with their `value`."""


def assessments_of(content: JsonMapping) -> Sequence[Assessment]:
    """The assessments of a report, in their order."""
    return [
        Assessment(
            category=text(item, "category"),
            risk=text(item, "risk"),
            finding=text(item, "finding"),
            warnings=texts(item, "warnings"),
            details=children(item, "details"),
        )
        for item in children(content, "assessments")
    ]


def deciding_finding(content: JsonMapping) -> str:
    """The sentence of the dimension that decided the level; "" where there is none."""
    binding = text(content, "binding_category")
    return next((item.finding for item in assessments_of(content) if item.category == binding), "")
