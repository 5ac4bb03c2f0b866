"""The versions of an entry of the workshop: what each did, and what differs from the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.differences import differences, renamed
from feasibility_svc.domain.catalogue.withdrawal import Withdrawal
from feasibility_svc.domain.catalogue.workshop import Change
from foundation.identity import RecordedIdentity

Action = Literal["CREATED", "REVISED", "WITHDRAWN", "RESTORED"]


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """One version of an entry."""

    version: int
    action: Action
    change: Change
    changes: Sequence[str]
    """What differs from the version before, each with both values."""

    @property
    def note(self) -> str:
        """Why it was made; empty where nobody said."""
        value = self.change.value
        return value.reason if isinstance(value, Withdrawal) else self.change.change_note

    @property
    def person(self) -> str:
        """Who is named in what was recorded; empty where that names nobody."""
        value = self.change.value
        return value.person if isinstance(value, Withdrawal | Calibration) else ""

    @property
    def created_at_utc(self) -> str:
        """When; empty for what is older than this."""
        value = self.change.value
        return value.created_at_utc if isinstance(value, Calibration) else self.change.created_at_utc

    @property
    def identity(self) -> RecordedIdentity | None:
        return self.change.identity


def versions_of(catalogue: Catalogue, resource: str) -> list[EntryVersion]:
    """The versions of an entry, newest first; none of what ships."""
    found: list[EntryVersion] = []
    shown: Change | None = None
    withdrawn = False
    for place, change in enumerate(catalogue.history.get(resource, ()), start=1):
        if isinstance(change.value, Withdrawal):
            found.append(EntryVersion(place, "WITHDRAWN", change, ()))
            withdrawn = True
            continue
        if shown is None:
            found.append(EntryVersion(place, "CREATED", change, ()))
        else:
            action: Action = "RESTORED" if withdrawn else "REVISED"
            found.append(EntryVersion(place, action, change, _changes(shown, change)))
        shown, withdrawn = change, False
    return found[::-1]


def _changes(before: Change, after: Change) -> list[str]:
    found = [*differences(before.value, after.value), *renamed(before.display_name, after.display_name)]
    sources = [", ".join(f"{source.text} ({source.grade})" for source in item.sources) for item in (before, after)]
    if sources[0] != sources[1]:
        found.append(f"source: {sources[0]} before, {sources[1]} now")
    if after.presets is not None and after.presets != (before.presets or ()):
        found.append(f"presets: {len(before.presets or ())} before, {len(after.presets)} now")
    return found
