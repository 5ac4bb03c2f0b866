"""rmosctl job new, check, schema: job files."""

import sys
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from rmos.feasibility.v1 import catalog_service_pb2
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from rmos.feasibility.v1.feasibility_service_pb2_grpc import FeasibilityServiceStub
from rmos.type.v1 import risk_pb2
from rmos_client.cli.calling import ask, connected
from rmos_client.cli.console import EXIT_FAILED, FEASIBILITY, FeasibilityAddress, console
from rmos_client.errors import RmosError
from rmos_client.job_templates import DEFAULTS, OPERATIONS, template
from rmos_client.jobs import JobFileError, read_job


def new(
    target: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")],
    *,
    op: Annotated[str, typer.Option("--op", help=f"{', '.join(OPERATIONS)}.")] = "rosette",
    model: Annotated[str, typer.Option(help="Instrument; `rmosctl catalogue list models`.")] = "",
    material: Annotated[str, typer.Option(help="Material; `rmosctl catalogue list materials`.")] = "spruce_sitka",
    machine: Annotated[str, typer.Option(help="Machine; `rmosctl catalogue list machines`.")] = "shapeoko_3",
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Write a job file to start from, with every field that its operation needs and what each means."""
    if op not in OPERATIONS:
        raise typer.BadParameter(f"{op!r}; allowed: {', '.join(OPERATIONS)}", param_hint="--op")
    if target.exists():
        raise JobFileError(f"{target} is there already")
    numbers = _numbers_of(model, feasibility) if model else {}
    text = template(op, model=model, material=material, machine=machine, numbers=numbers)
    target.write_text(text, encoding="utf-8")
    console.print(f"{target}: edit it, then `rmosctl job check {target}`", highlight=False, markup=False)


def check(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Say everything that is missing or wrong in a job file, at once. Exit code 1 when anything is."""
    job = read_job(job_file)
    request = pb.EvaluateFeasibilityRequest(design=job.design, context=job.context, engine_id=job.engine_id)
    try:
        with connected(FeasibilityServiceStub, feasibility) as stub:
            report = ask(stub.EvaluateFeasibility, request).report
    except RmosError as error:
        if not error.violations:
            raise
        for violation in error.violations:
            console.print(f"{job_file}: {violation.field}: {violation.description}", highlight=False, markup=False)
        raise typer.Exit(EXIT_FAILED) from error
    open_questions = [
        question
        for item in report.assessments
        if item.risk == risk_pb2.RISK_LEVEL_UNKNOWN
        for question in item.unknown_reasons
    ]
    for reason in dict.fromkeys(f"{item.subject}: {item.description}" for item in open_questions):
        console.print(f"{job_file}: {reason}", highlight=False, markup=False, soft_wrap=True)
    if open_questions:
        raise typer.Exit(EXIT_FAILED)
    console.print(f"{job_file}: complete", highlight=False, markup=False, soft_wrap=True)


def _numbers_of(model: str, address: str) -> dict[str, float]:
    """What the catalogue knows of an instrument."""
    with connected(CatalogServiceStub, address) as stub:
        found = ask(stub.GetModel, catalog_service_pb2.GetModelRequest(name=f"models/{model}")).model
    return {field.name: value for field, value in found.ListFields() if field.name in DEFAULTS}


def schema() -> None:
    """Print the JSON Schema of job files, for editors."""
    sys.stdout.write(resources.files("rmos_client").joinpath("job.schema.json").read_text(encoding="utf-8"))
