"""Patterns, strip families and jobs on the wire."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import orjson

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.errors import InvalidFieldsError, ServiceError
from foundation.visible_text import visible_length
from rmos.shop.v1 import jobs_service_pb2 as jobs_pb
from rmos.shop.v1 import patterns_service_pb2 as pb
from rmos.type.v1 import design_pb2
from rpckit import field_rules, open_fields, proto_json
from rpckit.authentication.identity_messages import identity_member
from runs_svc.domain.ids import RunId, read_run_name
from runs_svc.domain.runs.redaction import keep_open_fields, not_kept
from runs_svc.domain.shop.drawing_limits import check_drawable
from runs_svc.domain.shop.errors import ImportUnreadableError
from runs_svc.domain.shop.imports import ImportAttempt, ImportOutcome
from runs_svc.domain.shop.job import Job, JobStatus, JobType
from runs_svc.domain.shop.pattern import LIBRARY_SCHEMA, Pattern, StripFamily
from runs_svc.domain.shop.pattern_library import LARGEST_DOCUMENT
from runs_svc.service.errors import write_status
from runs_svc.service.runs.texts import read_text
from runs_svc.usecases.entities.entity import Revision
from runs_svc.usecases.shop.patterns import ImportResult, Library

Entry = TypeVar("Entry", Pattern, StripFamily)
_PATTERN_NAME = re.compile(r"patterns/([a-z0-9_-]{1,50})")
_FAMILY_NAME = re.compile(r"stripFamilies/([a-z0-9_-]{1,50})")
_JOB_NAME = re.compile(r"jobs/(job_[0-9a-f]{12})")
_UNNAMED = "new"
"""Stands where an id is to be drawn, so that the other fields can be checked."""
_LONGEST_NOTE, _LONGEST_TITLE, _MOST_RUNS = 2_000, 200, 100
_STATUSES: Mapping[int, str] = {
    number: name.removeprefix("JOB_STATUS_").lower() for name, number in jobs_pb.JobStatus.items()
}
_TYPES: Mapping[int, str] = {number: name.removeprefix("JOB_TYPE_").lower() for name, number in jobs_pb.JobType.items()}


def read_pattern_name(name: str) -> str:
    return _read_name(_PATTERN_NAME, name, "patterns/[a-z0-9_-]{1,50}")


def read_family_name(name: str) -> str:
    return _read_name(_FAMILY_NAME, name, "stripFamilies/[a-z0-9_-]{1,50}")


def read_job_name(name: str) -> str:
    return _read_name(_JOB_NAME, name, "jobs/job_ and 12 hex digits")


def _read_name(form: "re.Pattern[str]", name: str, allowed: str) -> str:
    found = form.fullmatch(name)
    if found is None:
        raise InvalidFieldsError.one("name", f"{name!r} is not of the form {allowed}")
    return found[1]


def read_pattern(request: pb.CreatePatternRequest) -> Pattern:
    """The pattern of a request; its id means nothing where none is given.

    Raises:
        InvalidFieldsError, JsonOutOfDomainError: A field breaks a rule.
    """
    value = {**proto_json.read(request), "meta": keep_open_fields(proto_json.read_struct(request.meta, "meta"))}
    pattern = _titled(field_rules.check(Pattern, {"pattern_id": _UNNAMED, **value}, ""), "title")
    check_drawable(pattern.design or {})
    return pattern


def read_family(request: pb.CreateStripFamilyRequest) -> StripFamily:
    """The strip family of a request; its id means nothing where none is given.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    return _titled(
        field_rules.check(StripFamily, {"strip_family_id": _UNNAMED, **proto_json.read(request)}, ""), "title"
    )


def _titled(entry: Entry, field: str) -> Entry:
    """An entry whose title can be seen; those recorded before the rule are read as they are."""
    read_text(field, entry.title, _LONGEST_TITLE, shortest=1)
    return entry


def write_pattern(version: Revision[Pattern]) -> pb.Pattern:
    pattern = version.entity
    value = {
        **pattern.model_dump(mode="json", exclude_none=True),
        "name": f"patterns/{pattern.pattern_id}",
        "create_time": version.created_at_utc,
        "sha256": version.sha256,
        **identity_member(version.identity),
    }
    return proto_json.write(pb.Pattern, value)


def write_family(version: Revision[StripFamily]) -> pb.StripFamily:
    family = version.entity
    value = {
        **family.model_dump(mode="json", exclude_none=True),
        "name": f"stripFamilies/{family.strip_family_id}",
        "create_time": version.created_at_utc,
        "sha256": version.sha256,
        **identity_member(version.identity),
    }
    return proto_json.write(pb.StripFamily, value)


def describe_import(document: bytes, source_name: str) -> ImportAttempt:
    """What came in, as long as nothing is known of it yet: a rejected attempt.

    Raises:
        InvalidFieldsError: It is too large, or its name too long.
    """
    if len(document) > LARGEST_DOCUMENT:
        raise InvalidFieldsError.one("document", f"{len(document)} bytes are more than {LARGEST_DOCUMENT}")
    if len(source_name) > _LONGEST_TITLE:
        raise InvalidFieldsError.one("source_name", f"is longer than {_LONGEST_TITLE} characters")
    digest = hashlib.sha256(document).hexdigest()
    return ImportAttempt("patterns", ImportOutcome.REJECTED, source_name, digest, len(document))


def read_library(document: bytes) -> Library:
    """The entries of a document.

    Raises:
        ImportUnreadableError: It is no library at all.
    """
    try:
        library = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise ImportUnreadableError(f"the document is not JSON: {error}") from error
    if not isinstance(library, dict) or library.get("schema") != LIBRARY_SCHEMA:
        raise ImportUnreadableError(f"the document does not say that it is {LIBRARY_SCHEMA}")
    families: list[StripFamily] = []
    patterns: list[Pattern] = []
    unreadable: list[tuple[str, ServiceError]] = []
    for place, value in _entries(library, "strip_families"):
        try:
            family = field_rules.check(StripFamily, _object(value, place), place)
            families.append(_titled(family, f"{place}.title"))
        except ServiceError as error:
            unreadable.append((place, error))
    for place, value in _entries(library, "patterns"):
        try:
            patterns.append(_read_pattern_entry(_object(value, place), place))
        except ServiceError as error:
            unreadable.append((place, error))
    return Library(families, patterns, unreadable)


def _entries(library: JsonMapping, name: str) -> Sequence[tuple[str, Any]]:
    entries = library.get(name, [])
    if not isinstance(entries, list):
        raise ImportUnreadableError(f"{name} is not a list")
    return [(f"{name}[{index}]", entry) for index, entry in enumerate(entries)]


def _object(value: Any, place: str) -> JsonObject:
    if not isinstance(value, dict):
        raise InvalidFieldsError.one(place, "is not an object")
    return value


def _read_pattern_entry(value: JsonObject, place: str) -> Pattern:
    design = value.get("design")
    if design is not None:
        try:
            message = proto_json.write(design_pb2.Design, _object(design, f"{place}.design"))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise InvalidFieldsError.one(f"{place}.design", f"cannot be read as a design: {error}") from error
        value = {**value, "design": proto_json.read(message, f"{place}.design")}
    if isinstance(meta := value.get("meta"), dict):
        value = {**value, "meta": keep_open_fields(open_fields.read_object(meta, f"{place}.meta"))}
    return _titled(field_rules.check(Pattern, value, place), f"{place}.title")


def write_added(added: ImportResult) -> pb.ImportedEntry:
    entry = pb.ImportedEntry(name=added.name)
    if added.error is not None:
        entry.outcome = pb.IMPORT_OUTCOME_REFUSED
        entry.error.CopyFrom(write_status(added.error))
    else:
        entry.outcome = pb.IMPORT_OUTCOME_ADDED if added.created else pb.IMPORT_OUTCOME_UNCHANGED
        entry.warnings.extend(not_kept("meta", added.kept_meta))
    return entry


def read_job_type(number: int) -> JobType:
    try:
        return JobType(_TYPES.get(number, ""))
    except ValueError:
        allowed = ", ".join(JobType)
        raise InvalidFieldsError.one("job_type", f"is required; allowed: {allowed}") from None


def read_job_status(number: int, allowed: Sequence[JobStatus]) -> JobStatus | None:
    """The status; None when it is not set.

    Raises:
        InvalidFieldsError: It is not allowed here.
    """
    if number == jobs_pb.JOB_STATUS_UNSPECIFIED:
        return None
    name = _STATUSES.get(number, str(number))
    if name not in allowed:
        raise InvalidFieldsError.one("status", f"{name} is not allowed here; allowed: {', '.join(allowed)}")
    return JobStatus(name)


def read_progress(request: jobs_pb.UpdateJobStatusRequest) -> float | None:
    if not request.HasField("progress_percent"):
        return None
    if not 0 <= request.progress_percent <= 100:
        raise InvalidFieldsError.one("progress_percent", f"{request.progress_percent} is not within 0 to 100")
    return request.progress_percent


def read_note(text: str) -> str:
    return read_text("note", text, _LONGEST_NOTE)


def read_title(text: str) -> str:
    return read_text("title", text, _LONGEST_TITLE)


def read_error(text: str, *, succeeded: bool) -> str:
    if succeeded and text:
        raise InvalidFieldsError.one("error", "is not allowed for a job that succeeded")
    if not succeeded and not visible_length(text):
        raise InvalidFieldsError.one("error", "is required for a job that failed")
    return read_text("error", text, _LONGEST_NOTE)


def read_runs(names: Sequence[str]) -> list[RunId]:
    if len(names) > _MOST_RUNS:
        raise InvalidFieldsError.one("runs", f"more than {_MOST_RUNS}")
    return [read_run_name(name, f"runs[{index}]") for index, name in enumerate(names)]


def write_job(version: Revision[Job]) -> jobs_pb.Job:
    job = version.entity
    value: JsonObject = {
        "name": f"jobs/{job.job_id}",
        "job_id": job.job_id,
        "job_type": job.job_type.upper(),
        "status": job.status.upper(),
        "title": job.title,
        "pattern_id": job.pattern_id,
        "parameters": job.parameters,
        "progress_percent": job.progress_percent,
        "error": job.error,
        "runs": list(job.runs),
        "create_time": job.created_at_utc,
        "note": job.note,
        "version": version.number,
        **identity_member(version.identity),
    }
    for name, time in (("start_time", job.started_at_utc), ("end_time", job.ended_at_utc)):
        if time:
            value[name] = time
    if job.results is not None:
        value["results"] = job.results
    return proto_json.write(jobs_pb.Job, value)
