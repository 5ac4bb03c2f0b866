"""An entry of a tool library, as the reader of its format understands it."""

from collections.abc import Sequence
from dataclasses import dataclass

from feasibility_svc.domain.catalogue.presets import CuttingPreset
from foundation.canonical_json import JsonMapping


@dataclass(frozen=True, slots=True)
class LibraryTool:
    """One entry of a library as its reader understands it."""

    source_id: str
    number: int | None
    display_name: str
    numbers: JsonMapping
    """Fields of a Tool, lengths in mm."""
    presets: Sequence[CuttingPreset] = ()
    remarks: Sequence[str] = ()
    skipped: str = ""
    """Why it is no tool; empty when it is one."""
