"""rmosctl job new, check, schema: job files."""

import sys
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from rmos.feasibility.v1 import catalog_service_pb2
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from rmos_client.channel import open_channel
from rmos_client.cli.answers import print_object
from rmos_client.cli.calling import JsonOption, ask, connected
from rmos_client.cli.console import EXIT_FAILED, FEASIBILITY, FeasibilityAddress, console
from rmos_client.cli.job_faults import faults_of
from rmos_client.job_templates import DEFAULTS, MACHINES, OPERATIONS, USUAL_MACHINE, template
from rmos_client.jobs import JobFileError, read_job


def new(
    target: Annotated[Path, typer.Argument(help="File to write; it must not be there yet.")],
    *,
    op: Annotated[str, typer.Option("--op", help=f"{', '.join(OPERATIONS)}.")] = "rosette",
    model: Annotated[str, typer.Option(help="Instrument; `rmosctl catalogue list models`.")] = "",
    material: Annotated[str, typer.Option(help="Material; `rmosctl catalogue list materials`.")] = "spruce_sitka",
    machine: Annotated[
        str,
        typer.Option(help=f"Machine; `rmosctl catalogue list machines`. Left out: {USUAL_MACHINE}, or a table saw."),
    ] = "",
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Write a job file to start from, with every field that its operation needs and what each means."""
    if op not in OPERATIONS:
        raise typer.BadParameter(f"{op!r}; allowed: {', '.join(OPERATIONS)}", param_hint="--op")
    if target.exists():
        raise JobFileError(f"{target} is there already")
    numbers = _numbers_of(model, feasibility) if model else {}
    used = machine or MACHINES.get(op, USUAL_MACHINE)
    text = template(op, model=model, material=material, machine=used, numbers=numbers)
    target.write_text(text, encoding="utf-8")
    if as_json:
        print_object(file=str(target), operation=op)
        return
    console.print(f"{target}: edit it, then `rmosctl job check {target}`", highlight=False, markup=False)


def check(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Say everything that is missing or wrong in a job file, at once. Exit code 1 when anything is."""
    job = read_job(job_file)
    with open_channel(feasibility) as channel:
        faults = list(faults_of(job, channel))
    if as_json:
        print_object(
            file=str(job_file),
            complete=not faults,
            faults=[{"field": item.field, "description": item.description} for item in faults],
        )
    else:
        for item in faults:
            console.print(f"{job_file}: {item.field}: {item.description}", highlight=False, soft_wrap=True)
        if not faults:
            console.print(f"{job_file}: complete", highlight=False, soft_wrap=True)
    if faults:
        raise typer.Exit(EXIT_FAILED)


def _numbers_of(model: str, address: str) -> dict[str, float]:
    """What the catalogue knows of an instrument."""
    with connected(CatalogServiceStub, address) as stub:
        found = ask(stub.GetModel, catalog_service_pb2.GetModelRequest(name=f"models/{model}")).model
    return {field.name: value for field, value in found.ListFields() if field.name in DEFAULTS}


def schema() -> None:
    """Print the JSON Schema of job files, for editors."""
    sys.stdout.write(resources.files("rmos_client").joinpath("job.schema.json").read_text(encoding="utf-8"))
