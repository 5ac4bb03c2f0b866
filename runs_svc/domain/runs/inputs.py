"""What is evaluated: a design in a context, by an engine."""

from dataclasses import dataclass
from functools import cached_property

from foundation import canonical_json
from foundation.canonical_json import JsonObject
from foundation.json_members import child, text


@dataclass(frozen=True, slots=True)
class EarlierReport:
    """What of an earlier report on the same inputs tells which catalogue it was made with."""

    inputs_sha256: str
    engine_id: str
    engine_version: str


@dataclass(frozen=True)
class Inputs:
    """What is evaluated. Attempts at the same thing may share them: nobody changes them."""

    design: JsonObject
    context: JsonObject
    engine_id: str = ""
    earlier_report: EarlierReport | None = None
    """Whose catalogue is to be used; None for the catalogue as it is. No part of the record: its report tells it."""

    @cached_property
    def value(self) -> JsonObject:
        """The inputs as a record holds them."""
        return {"design": self.design, "context": self.context, "engine_id": self.engine_id}

    @cached_property
    def canonical(self) -> bytes:
        """Their canonical bytes."""
        return canonical_json.dumps(self.value)

    @cached_property
    def sha256(self) -> str:
        """Digest of the canonical bytes."""
        return canonical_json.sha256_hex(self.canonical)

    def preset_id(self, group: str) -> str:
        """The id by which the context names an entry of the catalogue; "" where it names none.

        >>> Inputs({}, {"tool": {"tool_id": "v_bit"}}).preset_id("tool")
        'v_bit'
        """
        return text(child(self.context, group), f"{group}_id")
