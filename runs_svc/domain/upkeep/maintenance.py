"""What an administrator did to the store, or tried to: an append-only log beside the records."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.json_members import child, text
from foundation.names import canonical_label

OUTCOMES = ("begun", "done", "refused", "failed")


@dataclass(frozen=True, slots=True)
class MaintenanceEntry:
    """A command, who gave it and why, and what became of it."""

    command: str
    person: str
    reason: str
    outcome: str
    """One of `OUTCOMES`."""
    details: JsonObject = field(default_factory=dict)


def read_entry(value: JsonMapping) -> MaintenanceEntry:
    """The entry of a record, where the details are called facts."""
    return MaintenanceEntry(
        command=text(value, "command"),
        person=text(value, "person"),
        reason=text(value, "reason"),
        outcome=text(value, "outcome"),
        details=dict(child(value, "facts")),
    )


def write_entry(entry: MaintenanceEntry) -> JsonObject:
    return {
        "command": entry.command,
        "person": entry.person,
        "reason": entry.reason,
        "outcome": entry.outcome,
        "facts": entry.details,
    }


def entry_index_fields(entry: MaintenanceEntry) -> Mapping[str, str]:
    return {"command": entry.command, "outcome": entry.outcome, "person": canonical_label(entry.person)}
