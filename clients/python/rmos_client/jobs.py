"""Job files: design and context in YAML or JSON, with the units in the field names.

    name: classical rosette
    mode: rosette
    design: {rosette_channel: {soundhole_radius_mm: 42.5, …}}
    context: {material: {material_id: spruce_sitka}, …}
    linkage: {operator: …}          # optional
    attachments:                    # optional, paths beside the job file
      - {file: rosette.nc, kind: gcode}
    envelope: {controller: GRBL, …} # optional, what its programs must keep besides the cut's own numbers

Enum values are written short: `direction: CLIMB`.
"""

import mimetypes
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rmos.runs.v1 import run_pb2
from rmos.type.v1 import context_pb2, design_pb2, program_audit_pb2
from rmos_client.strict_files import UnreadableFileError, load
from rmos_client.written_messages import UnfitError, Written, fill

STANDARD_INPUT = Path("-")
_KEYS = {"name", "mode", "design", "context", "linkage", "attachments", "engine_id", "envelope"}


class JobFileError(Exception):
    """The job file cannot be read; the message names file, field and what is allowed, a line for each fault."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(fault.replace("\n", "\\n") for fault in faults))  # names of files and keys have any


@dataclass(frozen=True, slots=True)
class JobAttachment:
    """A file that belongs to the job."""

    path: Path
    kind: str
    mime: str


@dataclass(frozen=True, slots=True)
class Job:
    """What a job file says."""

    path: Path
    name: str
    mode: str
    engine_id: str
    design: design_pb2.Design
    context: context_pb2.Context
    linkage: run_pb2.RunLinkage
    attachments: Sequence[JobAttachment]
    source: Mapping[str, Any]
    envelope: program_audit_pb2.ProgramEnvelope
    """Limits of its programs, besides those that follow from design and context."""


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def read_job(path: str | Path) -> Job:
    """The job in a file; "-" is standard input, and files that it names are looked for in the current folder.

    Raises:
        JobFileError: The file is absent, not YAML or JSON, or names fields that do not exist.
    """
    return job_of(Path(path), read_mapping(Path(path)))


def job_of(file: Path, source: dict[str, Any]) -> Job:
    """The job that a file says.

    Raises:
        JobFileError: It names fields that do not exist, or lacks what a job needs.
    """
    if "steps" in source:
        raise JobFileError(f"{file}: a job of several steps can be evaluated; for anything else give each a file")
    if unknown := sorted(set(source) - _KEYS):
        raise JobFileError(f"{file}: unknown field {unknown[0]!r}; allowed: {', '.join(sorted(_KEYS))}")
    for key in ("design", "context"):
        if not isinstance(source.get(key), dict):
            raise JobFileError(f"{file}: {key} is required and must be a mapping")
    design = _parse(file, "design", source["design"], design_pb2.Design())
    design.name = design.name or str(source.get("name", ""))
    return Job(
        path=file,
        name=str(source.get("name", "job" if file == STANDARD_INPUT else file.stem)),
        mode=str(source.get("mode", "cam")),
        engine_id=str(source.get("engine_id", "")),
        design=design,
        context=_parse(file, "context", source["context"], context_pb2.Context()),
        linkage=_parse(file, "linkage", source.get("linkage", {}), run_pb2.RunLinkage()),
        attachments=[_attachment(file, item) for item in source.get("attachments", [])],
        source=source,
        envelope=_parse(file, "envelope", source.get("envelope", {}), program_audit_pb2.ProgramEnvelope()),
    )


def read_bytes(file: Path) -> bytes:
    """The bytes of a file; "-" is standard input.

    Raises:
        JobFileError: It cannot be read.
    """
    try:
        return sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes()
    except OSError as error:
        raise JobFileError(f"{file}: {error.strerror}") from error


def read_text(file: Path) -> str:
    """The text of a file in UTF-8.

    Raises:
        JobFileError: It cannot be read, or is no text.
    """
    try:
        return read_bytes(file).decode()
    except UnicodeDecodeError as error:
        raise JobFileError(f"{file}: not UTF-8 at byte {error.start}") from error


def read_mapping(file: Path) -> dict[str, Any]:
    """The mapping that a YAML or JSON file holds.

    Raises:
        JobFileError: It cannot be read, or holds something else.
    """
    text = read_text(file)
    try:
        loaded = load(file, text)
    except UnreadableFileError as error:
        said, *place = str(error).split("\n")
        raise JobFileError(f"{file}: {said}", *place) from error
    if not isinstance(loaded, dict):
        raise JobFileError(f"{file}: expected a mapping of fields to values")
    return loaded


def read_message(file: Path, empty: Written) -> Written:
    """A message of the contract from a YAML or JSON file; enum values are written short.

    Raises:
        JobFileError: It cannot be read, or names fields that do not exist.
    """
    parsed: Written = _parse(file, _snake(empty.DESCRIPTOR.name), read_mapping(file), empty)
    return parsed


def _attachment(file: Path, item: Mapping[str, Any]) -> JobAttachment:
    if not isinstance(item, dict) or "file" not in item or "kind" not in item:
        raise JobFileError(f"{file}: each attachment needs file and kind")
    path = file.parent / str(item["file"])
    if not path.is_file():
        raise JobFileError(f"{file}: attachment {path} is not there")
    return JobAttachment(path, str(item["kind"]), str(item.get("mime") or guess_mime(path)))


def guess_mime(path: Path) -> str:
    if path.suffix.lower() in {".nc", ".gcode", ".ngc", ".tap"}:
        return "text/x-gcode"
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _parse(file: Path, key: str, value: object, message: Any) -> Any:
    if not isinstance(value, dict):
        raise JobFileError(f"{file}: {key} must be a mapping")
    try:
        return fill(message, value, path=key)
    except UnfitError as error:
        raise JobFileError(*(f"{file}: {fault}" for fault in error.faults)) from error
