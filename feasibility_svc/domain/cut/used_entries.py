"""Which of the workshop's own entries a situation rests on, each in the version that was used."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feasibility_svc.domain.catalogue.apply_calibration import MEASURED_BY
from feasibility_svc.domain.cut.situation import Situation


@dataclass(frozen=True, slots=True)
class UsedEntry:
    """An entry of the workshop's by its resource name, and the number of its version, from 1."""

    name: str
    version: int


def used_entries(situation: Situation) -> list[UsedEntry]:
    """The material, tool, machine, materials of rings and calibrations that count here; what ships is not told.

    In the order of their names, each once.
    """
    history = situation.catalogue.history
    return [UsedEntry(name, len(history[name])) for name in sorted(set(_names(situation))) if name in history]


def _names(situation: Situation) -> Iterator[str]:
    context = situation.context
    subjects: Mapping[str, str] = {
        "materials": context.material.material_id,
        "tools": context.tool.tool_id,
        "machines": context.machine.machine_id,
    }
    yield from (f"{collection}/{entry_id}" for collection, entry_id in subjects.items())
    yield from (f"materials/{ring.material_id}" for ring in situation.design.rings)
    for key in situation.measured:
        kind, collection = MEASURED_BY[key]
        found = situation.catalogue.calibration(kind, f"{collection}/{subjects[collection]}")
        assert found is not None
        yield f"calibrations/{found.calibration_id}"
