"""What a workshop may do to its own entries: add, revise, withdraw. What ships is never changed."""

from collections.abc import Mapping
from dataclasses import replace

from feasibility_svc.domain.catalogue.calibration import Calibration
from feasibility_svc.domain.catalogue.catalogue import AnyEntry, Catalogue
from feasibility_svc.domain.catalogue.profiles import ConstraintProfile, Revision
from feasibility_svc.domain.catalogue.withdrawal import Withdrawal
from feasibility_svc.domain.catalogue.workshop import UNSAID, Change, Kind
from feasibility_svc.domain.scoring import errors

_NOT_FOUND: Mapping[str, type[errors.EntryNotFoundError]] = {
    "material": errors.MaterialNotFoundError,
    "tool": errors.ToolNotFoundError,
    "machine": errors.MachineNotFoundError,
}


def check_writable(catalogue: Catalogue, kind: Kind, entry_id: str) -> None:
    """Refuse to change what ships.

    Raises:
        EntryReadOnlyError: The entry ships with the server.
    """
    if kind == "profile":
        history = catalogue.profiles.get(entry_id, ())
        ships = bool(history) and history[0].system
    else:
        entry = _usable(catalogue, kind).get(entry_id)
        ships = entry is not None and entry.system
    if ships:
        raise errors.EntryReadOnlyError(kind, entry_id)


def addition(catalogue: Catalogue, change: Change, entry_id: str) -> list[Change]:
    """The change that adds an entry; none when the newest one is the same.

    Raises:
        EntryReadOnlyError: The entry ships with the server.
        EntryWithdrawnError: It was withdrawn: who adds it may not know, so it is not brought back.
    """
    check_writable(catalogue, change.kind, entry_id)
    gone = catalogue.withdrawn.get(change.resource)
    if gone is not None and gone.kept.withdrawal is not None:
        raise errors.EntryWithdrawnError(
            change.kind, entry_id, f"{gone.kept.withdrawal.text}; revise it to use it again"
        )
    entry = _usable(catalogue, change.kind).get(entry_id)
    return [] if entry is not None and _adds_nothing(change, entry, entry_id) else [change]


def _adds_nothing(change: Change, entry: AnyEntry, entry_id: str) -> bool:
    """Whether an entry says all of a change. A name or source that nobody gave says nothing."""
    return (
        entry.value == change.value
        and change.display_name in {entry_id, entry.display_name}
        and (change.sources == entry.sources or {source.text for source in change.sources} <= {UNSAID})
    )


def revised(catalogue: Catalogue, change: Change, entry_id: str, *, expected_version: int) -> list[Change]:
    """The change that makes a further version of an entry, withdrawn or not; none when it is that already.

    Args:
        catalogue: What is known.
        change: The entry as it is to be. Without a name or sources those of the version before stay.
        entry_id: Its id.
        expected_version: The version that the caller has seen; 0 where it does not matter.

    Raises:
        EntryReadOnlyError: The entry ships with the server.
        EntryNotFoundError: There is none.
        EntryChangedError: It has another version.
    """
    check_writable(catalogue, change.kind, entry_id)
    before = _entry(catalogue, change.kind, entry_id)
    _check_version(change.kind, entry_id, before.kept.version, expected_version)
    filled = replace(
        change, display_name=change.display_name or before.display_name, sources=change.sources or before.sources
    )
    same = (filled.value, filled.display_name, filled.sources) == (before.value, before.display_name, before.sources)
    return [] if same and before.kept.withdrawal is None else [filled]


def withdrawal(catalogue: Catalogue, asked: Withdrawal, *, expected_version: int) -> list[Change]:
    """The change that withdraws an entry or a calibration; none when it is withdrawn already: the first one stays.

    Raises:
        EntryReadOnlyError: The entry ships with the server.
        EntryNotFoundError: There is none.
        EntryChangedError: It has another version.
    """
    collection, _, entry_id = asked.resource.partition("/")
    if collection == "calibrations":
        known = calibration_of(catalogue, entry_id).withdrawal
        version = len(catalogue.history[asked.resource])
    else:
        check_writable(catalogue, _kind(collection), entry_id)
        entry = _entry(catalogue, _kind(collection), entry_id)
        known, version = entry.kept.withdrawal, entry.kept.version
    if known is not None:
        return []
    _check_version(collection.removesuffix("s"), entry_id, version, expected_version)
    return [Change("withdrawal", asked)]


def withdrawal_of(catalogue: Catalogue, resource: str) -> Withdrawal | None:
    """The withdrawal that holds for an entry or a calibration."""
    collection, _, entry_id = resource.partition("/")
    if collection == "calibrations":
        return calibration_of(catalogue, entry_id).withdrawal
    entry = catalogue.withdrawn.get(resource)
    return None if entry is None else entry.kept.withdrawal


def require_known(catalogue: Catalogue, resource: str) -> None:
    """See that a resource is an entry or a calibration, withdrawn or not.

    Raises:
        EntryNotFoundError: It is none.
    """
    collection, _, entry_id = resource.partition("/")
    if collection == "calibrations":
        calibration_of(catalogue, entry_id)
    else:
        _entry(catalogue, _kind(collection), entry_id)


def calibration_of(catalogue: Catalogue, calibration_id: str) -> Calibration:
    """A calibration by its id.

    Raises:
        CalibrationNotFoundError: There is none.
    """
    for item in catalogue.calibrations:
        if item.calibration_id == calibration_id:
            return item
    raise errors.CalibrationNotFoundError(calibration_id)


def _usable(catalogue: Catalogue, kind: Kind) -> Mapping[str, AnyEntry]:
    known: Mapping[str, Mapping[str, AnyEntry]] = {
        "material": catalogue.materials,
        "tool": catalogue.tools,
        "machine": catalogue.machines,
    }
    return known[kind]


def _kind(collection: str) -> Kind:
    kinds: Mapping[str, Kind] = {"materials": "material", "tools": "tool", "machines": "machine"}
    return kinds[collection]


def _entry(catalogue: Catalogue, kind: Kind, entry_id: str) -> AnyEntry:
    entry = catalogue.withdrawn.get(f"{kind}s/{entry_id}") or _usable(catalogue, kind).get(entry_id)
    if entry is None:
        raise _NOT_FOUND[kind](entry_id)
    return entry


def _check_version(kind: str, entry_id: str, version: int, expected: int) -> None:
    if expected and expected != version:
        raise errors.EntryChangedError(kind, entry_id, version=version, expected=expected)


def revision(catalogue: Catalogue, profile: ConstraintProfile, *, created_at_utc: str, note: str) -> list[Change]:
    """The change that makes a profile the newest revision of its id; none when it is that already.

    Raises:
        EntryReadOnlyError: The profile ships with the server.
    """
    check_writable(catalogue, "profile", profile.profile_id)
    history = catalogue.profiles.get(profile.profile_id, ())
    if history and history[-1].profile == profile:
        return []
    number = len(history) + 1
    return [
        Change("profile", Revision(profile=profile, revision=number, created_at_utc=created_at_utc, change_note=note))
    ]


def measurement(catalogue: Catalogue, calibration: Calibration) -> list[Change]:
    """The change that keeps a calibration; none when its id is known: the first one stays.

    Raises:
        EntryWithdrawnError: The same measurement was withdrawn.
    """
    for item in catalogue.calibrations:
        if item.calibration_id == calibration.calibration_id:
            if item.withdrawal is not None:
                raise errors.EntryWithdrawnError("calibration", item.calibration_id, item.withdrawal.text)
            return []
    return [Change("calibration", calibration)]
