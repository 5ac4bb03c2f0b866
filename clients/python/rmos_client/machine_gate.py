"""Whether a file may go to a machine: only these exact bytes, as the released program of an open run.

The runs server says so, or, where it cannot be reached, an operator pack: packs are made of open runs alone.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, Protocol

from rmos.runs.v1 import run_pb2
from rmos.runs.v1 import runs_service_pb2 as pb

_OPEN = frozenset({run_pb2.GATE_DECISION_ALLOWED, run_pb2.GATE_DECISION_OVERRIDDEN})
_HELD_BACK = {
    run_pb2.PROGRAM_RELEASE_DEVIATES: "it breaks what was approved",
    run_pb2.PROGRAM_RELEASE_NOT_VERIFIABLE: "it was not audited or could not be verified, and nobody accepted that",
    run_pb2.PROGRAM_RELEASE_NEEDS_ACCEPTANCE: "there are warnings that nobody accepted",
}
_MANIFEST, _RECORD = "manifest.json", "run.json"


class GateAnswer(IntEnum):
    """What a gate answers; the value is the exit code of `rmosctl gate`."""

    RELEASED = 0
    HELD_BACK = 3
    UNKNOWN = 4


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether bytes may go to the machine, in one sentence."""

    answer: GateAnswer
    sentence: str


class Records(Protocol):
    """Where runs are found by the bytes they name."""

    def find_runs(self, sha256: str, *, show_withdrawn: bool = False) -> Iterator[pb.RunSummary]: ...

    def get_run(self, run_id: str) -> run_pb2.Run: ...


class PackError(Exception):
    """An operator pack cannot be read, or its parts do not fit together; the message says which."""


def decide(sha256: str, machine: str, records: Records) -> Decision:
    """Whether bytes are the released program of any open run, as the runs server says.

    Args:
        sha256: Digest of the bytes.
        machine: Machine they are to go to; "" for any.
        records: The runs.

    Raises:
        RmosError: The runs server could not be asked.
    """
    found = (_of_run(records.get_run(item.run_id), sha256, machine) for item in _named(sha256, records))
    return _best(found, sha256)


def decide_from_packs(sha256: str, machine: str, packs: Iterable[Path]) -> Decision:
    """Whether bytes are the program in any of some operator packs.

    Raises:
        PackError: A pack that names these bytes cannot be trusted.
    """
    return _best((decision for pack in packs if (decision := _of_pack(pack, sha256, machine))), sha256)


def sha256_of(path: Path) -> str:
    """Digest of a file.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _named(sha256: str, records: Records) -> Iterator[pb.RunSummary]:
    return records.find_runs(sha256, show_withdrawn=True)


def _best(decisions: Iterable[Decision], sha256: str) -> Decision:
    """The first that releases; else the first that says why not."""
    held_back: Decision | None = None
    for decision in decisions:
        if decision.answer is GateAnswer.RELEASED:
            return decision
        held_back = held_back or decision
    return held_back or Decision(GateAnswer.UNKNOWN, f"no run names these bytes (sha256 {sha256})")


def _of_run(run: run_pb2.Run, sha256: str, machine: str) -> Decision:
    why = _why_held_back(run, sha256, machine)
    if why:
        return Decision(GateAnswer.HELD_BACK, f"{run.run_id}: {why}")
    name = next(item.name for item in run.program_audit.programs if item.sha256 == sha256)
    return Decision(GateAnswer.RELEASED, f"{name} is released by {run.run_id}, {_for_machine(run.linkage.machine_id)}")


def _why_held_back(run: run_pb2.Run, sha256: str, machine: str) -> str:
    if run.HasField("tombstone"):
        return f"the run was withdrawn: {run.tombstone.reason}"
    if run.effective_gate_decision not in _OPEN:
        return f"its gate is closed: {run.decision.block_reason}"
    if all(item.sha256 != sha256 for item in run.program_audit.programs):
        return "these bytes are no program of it any more: another took their place, or they never were"
    if run.program_audit.release != run_pb2.PROGRAM_RELEASE_RELEASED:
        return f"its program is held back: {_HELD_BACK.get(run.program_audit.release, 'for an unknown reason')}"
    return _other_machine(run.linkage.machine_id, machine)


def _other_machine(recorded: str, machine: str) -> str:
    return f"it is {_for_machine(recorded)}, not for {machine}" if machine and recorded != machine else ""


def _for_machine(machine: str) -> str:
    return f"for {machine}" if machine else "for no machine by name"


def _of_pack(pack: Path, sha256: str, machine: str) -> Decision | None:
    """What a pack says; None where it does not name these bytes."""
    try:
        with zipfile.ZipFile(pack) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
            named = next((item for item in manifest.get("programs", []) if item["sha256"] == sha256), None)
            if named is None:
                return None
            _check(pack, archive, manifest, named["entry"], sha256)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise PackError(f"{pack}: it cannot be read as an operator pack: {error}") from error
    run_id, recorded = manifest["run_id"], str(manifest.get("machine_id", ""))
    if why := _other_machine(recorded, machine):
        return Decision(GateAnswer.HELD_BACK, f"{run_id}: {why}")
    sentence = f"{named['filename']} is released by {run_id}, {_for_machine(recorded)}, as {pack.name} says"
    return Decision(GateAnswer.RELEASED, sentence)


def _check(pack: Path, archive: zipfile.ZipFile, manifest: dict[str, Any], entry: str, sha256: str) -> None:
    """Hold the program and the record against what the manifest says of them.

    Raises:
        PackError: They differ.
    """
    for name, digest in ((entry, sha256), (_RECORD, manifest["sha256"])):
        with archive.open(name) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:  # type: ignore[arg-type]
                raise PackError(f"{pack}: {name} is not what its manifest says")
