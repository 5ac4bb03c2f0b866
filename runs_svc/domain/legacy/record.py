"""From a v1 record to a run.

1. the id and the time must be readable; everything else may be missing
2. level, score and status are taken where v1 wrote them, never worked out anew, and the worst level counts; without
   feasibility the level is UNKNOWN and the run is marked. The gate is closed, whatever v1 said
3. files are looked up by their names; those named by another rule keep the old name beside the new one
4. a field without a place in a run survives under `meta.legacy`; what cannot be kept as it was is a line of the report
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation import canonical_json
from foundation.canonical_json import JsonMapping, JsonObject
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.legacy.conversion import Conversion
from runs_svc.domain.legacy.repeated import settle
from runs_svc.domain.legacy.secrets import Evidence, evidence_of
from runs_svc.domain.legacy.times import Moment, read_legacy_time
from runs_svc.domain.legacy.values import (
    DEEPEST,
    Keep,
    TooDeep,
    canonical,
    depth_of,
    is_digest,
    kind_of,
    open_fields,
    whole,
    whole_texts,
)
from runs_svc.domain.legacy.verdict import decision_of_v1, mode_of_v1, status_of_v1
from runs_svc.domain.runs.attachment import DEFAULT_MIME, Attachment, write_attachment
from runs_svc.domain.runs.imported_verdict import NO_STATUS, as_text, texts
from runs_svc.domain.runs.redaction import keep_open_fields
from runs_svc.domain.runs.run import RunRecord
from runs_svc.domain.runs.run_document import SCHEMA, read
from runs_svc.domain.runs.run_index import index_of

NOT_EVALUATED = "not evaluated in v1"
RULES = 6
"""Version of the rules by which a record becomes a run. Runs of earlier rules stay as they are."""
RECORD_KIND, RECORD_MIME = "v1_record", "application/json"
_LINKAGE = {
    "workflow_session_id": "workflow_session_id",
    "material_id": "material_id",
    "machine_id": "machine_id",
    "workflow_mode": "workflow_mode",
    "toolchain_id": "toolchain_id",
    "toolchain_version": "toolchain_version",
    "post_processor_id": "post_processor_id",
    "geometry_ref": "geometry_ref",
    "event_type": "event_type",
    "parent_run_id": "parent_run_id",
    "config_fingerprint": "config_fingerprint",
    "notes": "notes",
}
"""Fields of v1 that are links of a run, by their names there."""
_PLACED = frozenset(
    {"run_id", "created_at_utc", "status", "mode", "tool_id", "request_summary", "feasibility", "decision", "errors"}
    | {"attachments", "meta", "gate_policy_id", "gate_decision", *_LINKAGE}
)
"""Fields of v1 that have a place of their own in a run."""
_HASHES = ("request_hash", "toolpaths_hash", "gcode_hash", "geometry_hash")
_KIND = re.compile(r"[a-z0-9_]{1,50}")


@dataclass(frozen=True, slots=True)
class LegacyFile:
    """A file of the v1 store: its name there, what its bytes hash to, and by which rule the name follows from them."""

    name: str
    digest: Digest
    size_bytes: int
    rule: str


class UnreadableRecordError(Exception):
    """The record cannot become a run; the message says why."""


@dataclass(frozen=True, slots=True)
class ImportedRun:
    """A run made of a v1 record, the blobs it names, and what was lost or assumed."""

    record: RunRecord
    evidence: Evidence
    lines: Sequence[str]


def convert(key: str, source: bytes, value: Any, files: Mapping[str, LegacyFile]) -> ImportedRun:
    """The run of a v1 record.

    Args:
        key: Its key in the index.
        source: Its exact bytes there.
        value: The same, parsed.
        files: The files of the v1 store by their names.

    Raises:
        UnreadableRecordError: It has no readable id or time, or is nested deeper than a record can be.
    """
    run_id, conversion, kept = _identify(key, source, value)
    source_sha256, size_bytes = kept.sha256, len(kept.data)
    attachments = _attachments(conversion, files)
    evidence = Attachment(
        Digest(source_sha256), RECORD_KIND, RECORD_MIME, f"{run_id}.v1.json", size_bytes, conversion.moment.utc
    )
    document: JsonObject = {
        "schema": SCHEMA,
        "run_id": str(run_id),
        "created_at_utc": conversion.moment.utc,
        "request_id": f"v1-{source_sha256[:16]}",
        "status": status_of_v1(conversion),
        "mode": mode_of_v1(conversion),
        "tool_id": conversion.text("tool_id"),
        "inputs": {"design": {}, "context": {}, "engine_id": ""},
        "request_summary": _object(conversion, "request_summary", dict),
        "feasibility": None,
        "evaluation": {},
        "decision": decision_of_v1(conversion),
        "hashes": _hashes(conversion, attachments, files),
        "attachments": [write_attachment(item) for item in (*attachments, evidence)],
        "meta": _meta(conversion),
        "linkage": _linkage(conversion),
        "errors": texts(conversion.value.get("errors")),
        "origin": _origin(conversion, source_sha256, files),
    }
    if (with_whole := whole_texts(document)) != document:
        conversion.lines.append("half a character was replaced")
    document = with_whole
    data, content = canonical_json.dumps(document), read(document)
    record = RunRecord(
        run_id=run_id,
        content=content,
        document=data,
        digest=Digest(canonical_json.sha256_hex(data)),
        index=index_of(content),
        attachments=(*attachments, evidence),
    )
    return ImportedRun(record, kept, [whole(line) for line in dict.fromkeys(conversion.lines)])


def _identify(key: str, source: bytes, value: Any) -> tuple[RunId, Conversion, Evidence]:
    if isinstance(value, TooDeep) or depth_of(value) > DEEPEST:
        raise UnreadableRecordError(f"is nested deeper than {DEEPEST} levels")
    lines: list[str] = []
    settled = settle(value, lines)
    evidence, value = evidence_of(source, value, settled, lines)
    if not isinstance(value, Mapping):
        raise UnreadableRecordError(f"is {kind_of(value)}, not an object")
    given = value.get("run_id", key)
    if given != key:
        raise UnreadableRecordError(f"says that it is {given!r}, and stands under {key!r}")
    try:
        run_id = RunId(str(given))
    except ValueError as error:
        raise UnreadableRecordError(str(error)) from error
    text = value.get("created_at_utc")
    moment = read_legacy_time(text) if isinstance(text, str) else None
    if moment is None:
        raise UnreadableRecordError(f"created_at_utc {text!r} is not a time")
    conversion = Conversion(value, moment, lines)
    if not moment.zoned:
        conversion.lines.append(f"created_at_utc: {text!r} names no zone; filed under UTC, the text is kept")
    return run_id, conversion, evidence


def _object(conversion: Conversion, name: str, keep: Keep = keep_open_fields) -> JsonObject:
    given = conversion.value.get(name)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        conversion.lines.append(f"{name}: {kind_of(given)}, not an object; kept under meta.legacy")
        return {}
    return open_fields(given, name, conversion.lines, keep)


def _attachments(conversion: Conversion, files: Mapping[str, LegacyFile]) -> list[Attachment]:
    """Those of the record's attachments whose files are there."""
    given = conversion.value.get("attachments") or []
    if not isinstance(given, list):
        conversion.lines.append("attachments: not a list; kept under meta.legacy")
        return []
    found: list[Attachment] = []
    for place, item in enumerate(given):
        where = f"attachments[{place}]"
        name = item.get("sha256") if isinstance(item, Mapping) else None
        file = files.get(str(name))
        if file is None:
            conversion.lines.append(f"{where}: {name!r} has no file (dangling)")
            continue
        if file.rule == "none":
            conversion.lines.append(f"{where}: the file {name} has other bytes than its name says; kept as it is")
        if file.digest.sha256 != name:
            conversion.lines.append(
                f"{where}: {name} is kept under {file.digest}, the digest of its bytes; v1's name leads there"
            )
        found.append(_attachment(item, file, conversion.moment))
    return found


def _attachment(item: JsonMapping, file: LegacyFile, moment: Moment) -> Attachment:
    kind, filename = str(item.get("kind") or "attachment").lower(), str(item.get("filename") or file.name)
    when = read_legacy_time(str(item.get("created_at_utc") or ""))
    return Attachment(
        digest=file.digest,
        kind=kind if _KIND.fullmatch(kind) else "attachment",
        mime=str(item.get("mime") or DEFAULT_MIME),
        filename=filename.replace("\\", "/").rsplit("/", 1)[-1][:255] or file.name,
        size_bytes=file.size_bytes,
        created_at_utc=when.utc if when else moment.utc,
    )


def _hashes(conversion: Conversion, attachments: Sequence[Attachment], files: Mapping[str, LegacyFile]) -> JsonObject:
    """Digests of what is in the run: recomputed, not copied. Of several programs the one v1 names, else the first."""
    hashes: JsonObject = {
        "request_sha256": canonical_json.sha256_hex(
            canonical_json.dumps({"design": {}, "context": {}, "engine_id": ""})
        ),
    }
    for kind in ("gcode", "toolpaths", "opplan"):
        found = [item.digest.sha256 for item in attachments if item.kind == kind]
        named = files.get(str(conversion.value.get(f"{kind}_hash")))
        if found:
            hashes[f"{kind}_sha256"] = named.digest.sha256 if named and named.digest.sha256 in found else found[0]
        if len(found) > 1:
            which = "the one v1 names" if named and named.digest.sha256 in found else "the first"
            conversion.lines.append(
                f"hashes.{kind}_sha256: there are {len(found)} files of this kind; {which} is meant"
            )
    return hashes


def _meta(conversion: Conversion) -> JsonObject:
    meta = _object(conversion, "meta")
    legacy = {name: item for name, item in conversion.value.items() if name not in _PLACED}
    for name in ("meta", "request_summary", "attachments", "decision"):
        expected = list if name == "attachments" else Mapping
        given = conversion.value.get(name)
        if given is not None and not isinstance(given, expected):
            legacy[name] = given
    kept = open_fields(legacy, "meta.legacy", conversion.lines)
    return {**meta, "legacy": kept} if kept else meta


def _linkage(conversion: Conversion) -> JsonObject:
    linkage: JsonObject = {name: text for old, name in _LINKAGE.items() if (text := conversion.text(old))}
    geometry = conversion.value.get("geometry_hash")
    if is_digest(geometry):
        linkage["geometry_sha256"] = geometry
    return linkage


def _origin(conversion: Conversion, source_sha256: str, files: Mapping[str, LegacyFile]) -> JsonObject:
    """Where the run comes from: enough to prove it and to write it as v1 again."""
    feasibility = conversion.value.get("feasibility")
    aliases = {file.name: file.digest.sha256 for file in _named(conversion, files) if file.rule == "compact_json"}
    origin: JsonObject = {
        "kind": "v1",
        "rules": RULES,
        "source_sha256": source_sha256,
        "created_at_text": str(conversion.value["created_at_utc"]),
        "hashes": [_old_hash(conversion, name, files) for name in _HASHES if conversion.value.get(name)],
        "aliases": dict(aliases),
        "markers": _markers(conversion),
        "gate_decision": conversion.text("gate_decision"),
    }
    if isinstance(feasibility, Mapping):
        origin["feasibility"] = canonical(feasibility, "feasibility", conversion.lines)
    elif feasibility:
        conversion.lines.append(f"feasibility: {kind_of(feasibility)}, not an object; kept as text")
        origin["feasibility"] = {"text": as_text(feasibility)}
    return origin


def _markers(conversion: Conversion) -> list[str]:
    found = [] if conversion.value.get("feasibility") else [NOT_EVALUATED]
    if found:
        conversion.lines.append(f"feasibility: absent; marked {NOT_EVALUATED!r}")
    return found if conversion.value.get("status") else [*found, NO_STATUS]


def _named(conversion: Conversion, files: Mapping[str, LegacyFile]) -> list[LegacyFile]:
    given = conversion.value.get("attachments") or []
    names = [str(item.get("sha256")) for item in given if isinstance(item, Mapping)] if isinstance(given, list) else []
    return [files[name] for name in names if name in files]


def _old_hash(conversion: Conversion, name: str, files: Mapping[str, LegacyFile]) -> JsonObject:
    """A hash of v1 as it stood there, the rule it follows, and what the bytes that are there hash to."""
    recorded = str(conversion.value[name])
    file = files.get(recorded)
    if name in {"gcode_hash", "toolpaths_hash"} and file is None:
        conversion.lines.append(f"{name}: {recorded} has no file (dangling)")
    return {
        "name": name,
        "recorded": recorded,
        "rule": file.rule if file else "unknown",
        "recomputed": file.digest.sha256 if file else "",
    }
