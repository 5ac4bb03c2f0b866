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

import json
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from rmos.runs.v1 import run_pb2
from rmos.type.v1 import context_pb2, design_pb2, program_audit_pb2

_KEYS = {"name", "mode", "design", "context", "linkage", "attachments", "engine_id", "envelope"}


class JobFileError(Exception):
    """The job file cannot be read; the message names file, field and what is allowed."""


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


def read_job(path: str | Path) -> Job:
    """The job in a file.

    Raises:
        JobFileError: The file is absent, not YAML or JSON, or names fields that do not exist.
    """
    file = Path(path)
    source = _load(file)
    if unknown := sorted(set(source) - _KEYS):
        raise JobFileError(f"{file}: unknown field {unknown[0]!r}; allowed: {', '.join(sorted(_KEYS))}")
    for key in ("design", "context"):
        if not isinstance(source.get(key), dict):
            raise JobFileError(f"{file}: {key} is required and must be a mapping")
    design = _parse(file, "design", source["design"], design_pb2.Design())
    design.name = design.name or str(source.get("name", ""))
    return Job(
        path=file,
        name=str(source.get("name", file.stem)),
        mode=str(source.get("mode", "cam")),
        engine_id=str(source.get("engine_id", "")),
        design=design,
        context=_parse(file, "context", source["context"], context_pb2.Context()),
        linkage=_parse(file, "linkage", source.get("linkage", {}), run_pb2.RunLinkage()),
        attachments=[_attachment(file, item) for item in source.get("attachments", [])],
        source=source,
        envelope=_parse(file, "envelope", source.get("envelope", {}), program_audit_pb2.ProgramEnvelope()),
    )


def _load(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
        loaded = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise JobFileError(f"{file}: {error}") from error
    if not isinstance(loaded, dict):
        raise JobFileError(f"{file}: expected a mapping with design and context")
    return loaded


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
        return json_format.ParseDict(_long_enums(value, message.DESCRIPTOR), message)
    except json_format.ParseError as error:
        raise JobFileError(f"{file}: {key}: {error}") from error


def _long_enums(value: Any, descriptor: Descriptor) -> Any:
    """The value with short enum names ("CLIMB") in the contract's long form ("CUT_DIRECTION_CLIMB")."""
    if not isinstance(value, dict):
        return value
    return {
        key: _long_enum(item, field) if (field := descriptor.fields_by_name.get(key)) else item
        for key, item in value.items()
    }


def _long_enum(value: Any, field: FieldDescriptor) -> Any:
    if isinstance(value, list):
        return [_long_enum(item, field) for item in value]
    if field.message_type is not None:
        return _long_enums(value, field.message_type)
    if field.enum_type is None or not isinstance(value, str):
        return value
    prefix = field.enum_type.values[0].name.removesuffix("UNSPECIFIED")
    return value if value.startswith(prefix) else prefix + value.upper()
