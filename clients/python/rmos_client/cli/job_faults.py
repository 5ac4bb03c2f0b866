"""Everything that is missing or wrong in a job: ids nobody knows, fields the server refuses, open questions."""

from collections.abc import Iterator, Mapping
from typing import Any

import grpc

from rmos.feasibility.v1 import catalog_service_pb2 as catalog_pb
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from rmos.feasibility.v1.feasibility_service_pb2_grpc import FeasibilityServiceStub
from rmos.type.v1 import context_pb2, risk_pb2
from rmos_client.cli.calling import ask, pages
from rmos_client.errors import FieldViolation, RmosError
from rmos_client.jobs import Job
from rmos_client.near_names import near_names

_IDS: Mapping[str, tuple[str, str]] = {
    "model_id": ("ListModels", "models"),
    "material.material_id": ("ListMaterials", "materials"),
    "tool.tool_id": ("ListTools", "tools"),
    "machine.machine_id": ("ListMachines", "machines"),
}
"""Where a context names entries of the catalogue, and how they are listed."""
_NEAR = 3


def faults_of(job: Job, channel: grpc.Channel) -> Iterator[FieldViolation]:
    """What is to be mended in a job before it can be judged.

    Raises:
        RmosError: The server could not be asked.
    """
    context = context_pb2.Context()
    context.CopyFrom(job.context)
    yield from _unknown_ids(context, CatalogServiceStub(channel))
    request = pb.EvaluateFeasibilityRequest(design=job.design, context=context, engine_id=job.engine_id)
    try:
        report = ask(FeasibilityServiceStub(channel).EvaluateFeasibility, request).report
    except RmosError as error:
        if error.code is grpc.StatusCode.UNAVAILABLE or not (error.violations or error.reason):
            raise
        yield from error.violations or [FieldViolation(_subject(error), error.message)]
        return
    open_questions = (
        FieldViolation(question.subject, question.description)
        for item in report.assessments
        if item.risk == risk_pb2.RISK_LEVEL_UNKNOWN
        for question in item.unknown_reasons
    )
    yield from dict.fromkeys(open_questions)


def _unknown_ids(context: context_pb2.Context, stub: CatalogServiceStub) -> Iterator[FieldViolation]:
    """Ids that the catalogue does not have, with the nearest it has; each is then taken for the nearest.

    So the rest of the job can be looked at in the same go.
    """
    for path, (lists, items) in _IDS.items():
        holder: Any = context
        for part in path.split(".")[:-1]:
            holder = getattr(holder, part)
        field = path.rsplit(".", maxsplit=1)[-1]
        given = getattr(holder, field)
        if not given:
            continue
        request = getattr(catalog_pb, f"{lists}Request")()
        known = [item.name.partition("/")[2] for item in pages(getattr(stub, lists), request, items)]
        if given in known:
            continue
        near = near_names(given, known, most=_NEAR)
        advice = f"near: {', '.join(near)}" if near else f"`rmosctl catalogue list {items}` shows those there are"
        yield FieldViolation(f"context.{path}", f"{given!r} is not in the catalogue; {advice}")
        setattr(holder, field, near[0] if near else "")


def _subject(error: RmosError) -> str:
    return error.metadata.get("field", error.reason)
