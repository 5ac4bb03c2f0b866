"""Job files of several steps: what a step does not state of its context is that of the job, field by field.

name: neck
context: {material: {material_id: maple_hard}, stock: {…}, machine: {…}}
steps:
  - {name: rough, design: {…}, context: {tool: {…}, cut: {…}}}
  - {name: finish, design: {…}, context: {tool: {…}, cut: {…}}}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import context_pb2, design_pb2
from rmos_client.jobs import Job, JobFileError, job_of, read_mapping
from rmos_client.written_messages import UnfitError, Written, fill

_KEYS = {"name", "context", "steps", "engine_id"}
_STEP_KEYS = {"name", "design", "context"}


@dataclass(frozen=True, slots=True)
class SteppedJob:
    """What the file of such a job says."""

    name: str
    engine_id: str
    steps: Sequence[pb.JobStep]


def read_any_job(path: str | Path) -> Job | SteppedJob:
    """The job in a file, whether it has one step or lists several.

    Raises:
        JobFileError: As `read_job`.
    """
    file = Path(path)
    source = read_mapping(file)
    if "steps" not in source:
        return job_of(file, source)
    _refuse_unknown(file, "", source, _KEYS)
    steps = source["steps"]
    if not isinstance(steps, list) or not steps:
        raise JobFileError(f"{file}: steps must be a list with at least one step")
    shared = source.get("context", {})
    return SteppedJob(
        name=str(source.get("name", file.stem)),
        engine_id=str(source.get("engine_id", "")),
        steps=[_step(file, f"steps[{place}]", step, shared) for place, step in enumerate(steps)],
    )


def _step(file: Path, path: str, step: object, shared: object) -> pb.JobStep:
    if not isinstance(step, dict):
        raise JobFileError(f"{file}: {path} must be a mapping with design and context")
    _refuse_unknown(file, f"{path}: ", step, _STEP_KEYS)
    design = _filled(file, f"{path}.design", step.get("design"), design_pb2.Design())
    context = _filled(file, f"{path}.context", _merged(shared, step.get("context", {})), context_pb2.Context())
    name = str(step.get("name", ""))
    design.name = design.name or name
    return pb.JobStep(name=name, design=design, context=context)


def _filled(file: Path, path: str, value: object, message: Written) -> Written:
    if not isinstance(value, dict):
        raise JobFileError(f"{file}: {path} must be a mapping")
    try:
        return fill(message, value, path=path)
    except UnfitError as error:
        raise JobFileError(*(f"{file}: {fault}" for fault in error.faults)) from error


def _merged(base: object, over: object) -> object:
    """Two mappings as one; where both have a mapping, theirs as one, otherwise the second."""
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    return {**base, **{key: _merged(base.get(key), value) for key, value in over.items()}}


def _refuse_unknown(file: Path, path: str, source: Mapping[str, Any], keys: set[str]) -> None:
    if unknown := sorted(set(source) - keys):
        raise JobFileError(f"{file}: {path}unknown field {unknown[0]!r}; allowed: {', '.join(sorted(keys))}")
