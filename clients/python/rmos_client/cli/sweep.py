"""rmosctl sweep: what if the feed were another?"""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import context_pb2
from rmos_client.cli.answers import print_json
from rmos_client.cli.console import FEASIBILITY, FeasibilityAddress, RequestIdOption, console
from rmos_client.cli.report_view import coloured, level_name
from rmos_client.heat_map.grid import HeatMap, heat_maps, label_of
from rmos_client.heat_map.layout import picture_of
from rmos_client.heat_map.png import write_png
from rmos_client.heat_map.svg import write_svg
from rmos_client.heat_map.terminal import lines_of
from rmos_client.jobs import read_job
from rmos_client.lengths import millimetres
from rmos_client.rmos import Rmos
from rmos_client.units import is_length, length, time_in_words

_WRITERS = {".svg": write_svg, ".png": write_png}
_MOST_MAPS = 4
_SPEED = "context.cut.spindle_speed_rpm"


def sweep(
    job_file: Annotated[Path, typer.Argument(help="Job file, YAML or JSON.")],
    axis: Annotated[
        list[str],
        typer.Option(
            "--axis",
            help="FIELD=MIN:MAX:COUNT or FIELD=VALUE,VALUE,…; one to three. The last goes across, the one before down.",
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", help="Also write the heat map to this .svg or .png.")
    ] = None,
    sampled: Annotated[
        bool, typer.Option("--sampled", help="Sample the tolerances of every point; levels fail closed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts and the best points as JSON.")] = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
    request_id: RequestIdOption = None,
) -> None:
    """Evaluate a grid over up to three parameters and draw it. Nothing is stored."""
    job = read_job(job_file)
    if output is not None and output.suffix.lower() not in _WRITERS:
        raise typer.BadParameter(f"{output} is neither .svg nor .png", param_hint="--output")
    axes = [read_axis(text) for text in axis]
    if sampled:
        job.context.uncertainty.method = context_pb2.UNCERTAINTY_METHOD_SAMPLED
    with Rmos(feasibility=feasibility) as client:
        axes = [snapped(item, dial_of(client, job.context.machine)) for item in axes]
        parts = client.sweep(job.design, job.context, axes, engine_id=job.engine_id, request_id=request_id)
        maps, result = heat_maps(parts, own_values(job.context, axes))
    if output is not None:
        output.write_bytes(_WRITERS[output.suffix.lower()](picture_of(maps, job.name)))
    if as_json:
        print_json(result)
        return
    console.print(job.name, style="bold", highlight=False)
    for item in maps[:_MOST_MAPS]:
        for line in lines_of(item):
            console.print(line, overflow="crop", no_wrap=True)
    _print_result(maps, result)
    if output is not None:
        console.print(f"drawn to {output}", highlight=False)


def read_axis(text: str) -> pb.SweepAxis:
    """An axis as it is written on the command line."""
    field, _, values = text.partition("=")
    path = field if field.startswith(("context.", "design.")) else f"context.{field}"
    bounds = values.split(":")
    try:
        if len(bounds) == 3:
            least, most = (_value(path, item) for item in bounds[:2])
            numbers = pb.NumberRange(min=least, max=most, count=int(bounds[2]))
            return pb.SweepAxis(field=path, range=numbers)
        items = [item for item in values.split(",") if item]
        if not field or not items:
            raise typer.BadParameter(f"{text!r} is not FIELD=MIN:MAX:COUNT or FIELD=VALUE,VALUE", param_hint="--axis")
        return _listed(path, items)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: {error}", param_hint="--axis") from error


def _listed(path: str, items: Sequence[str]) -> pb.SweepAxis:
    try:
        numbers = [_value(path, item) for item in items]
    except ValueError:
        return pb.SweepAxis(field=path, texts=pb.TextList(values=items))
    for item, number in zip(items, numbers, strict=True):
        if not isfinite(number):
            raise typer.BadParameter(f"{path}: {item} is not a finite number", param_hint="--axis")
    return pb.SweepAxis(field=path, numbers=pb.NumberList(values=numbers))


def _value(path: str, text: str) -> float:
    """A number, or a length or feed with its unit: `60 in/min`."""
    named = millimetres(text, per_minute=path.endswith("_per_min")) if is_length(path) else None
    return float(text) if named is None else named


def dial_of(client: Rmos, machine: context_pb2.Machine) -> Sequence[float]:
    """Positions of the machine's dial; none when it turns at any speed."""
    if machine.dial_speeds_rpm or not machine.machine_id:
        return machine.dial_speeds_rpm
    found = (preset.machine for preset in client.list_machines() if preset.machine.machine_id == machine.machine_id)
    return next((preset.dial_speeds_rpm for preset in found), ())


def snapped(axis: pb.SweepAxis, dial_rpm: Sequence[float]) -> pb.SweepAxis:
    """A range of spindle speeds as the positions of the dial within it; every other axis as it is."""
    if axis.field != _SPEED or not dial_rpm or axis.WhichOneof("values") != "range":
        return axis
    inside = [speed for speed in dial_rpm if axis.range.min <= speed <= axis.range.max]
    if not inside:
        known = ", ".join(f"{speed:g}" for speed in dial_rpm)
        raise typer.BadParameter(f"the dial has {known} rpm, none of them in the range", param_hint="--axis")
    return pb.SweepAxis(field=axis.field, numbers=pb.NumberList(values=inside))


def own_values(context: context_pb2.Context, axes: Sequence[pb.SweepAxis]) -> dict[str, float | str]:
    """What the job states for the fields of the axes, numbers and ids; without what it leaves open."""
    found: dict[str, float | str] = {}
    for axis in axes:
        group, _, name = axis.field.removeprefix("context.").partition(".")
        if group not in context.DESCRIPTOR.fields_by_name:
            continue
        part = getattr(context, group)
        field = part.DESCRIPTOR.fields_by_name.get(name)
        if field is None or (field.has_presence and not part.HasField(name)):
            continue
        value = getattr(part, name)
        if field.enum_type is not None:
            value = field.enum_type.values_by_number[value].name
            found[axis.field] = next((text for text in axis.texts.values if value.endswith(f"_{text}")), value)
        elif value and field.message_type is None:
            found[axis.field] = value
    return found


def _print_result(maps: Sequence[HeatMap], result: pb.SweepResult) -> None:
    if len(maps) > _MOST_MAPS:
        console.print(f"… {len(maps) - _MOST_MAPS} more maps; --output draws them all", style="dim")
    counts = f"{result.green_count} GREEN, {result.yellow_count} YELLOW, {result.red_count} RED"
    console.print(f"{counts}, {result.unknown_count} unknown in {result.compute_ms:.0f} ms", highlight=False)
    if result.HasField("fastest_green"):
        _print_point("Fastest GREEN point", result.fastest_green)
    elif result.HasField("nearest"):
        _print_point("Nothing is GREEN; nearest", result.nearest)


def _print_point(title: str, point: pb.SweepPoint) -> None:
    values = ", ".join(
        f"{label_of(value.field)} {value.text if value.WhichOneof('value') == 'text' else _number(value)}"
        for value in point.values
    )
    time = f", {time_in_words(point.cut_time_s)}" if point.HasField("cut_time_s") else ""
    console.print(Text.assemble(f"{title}: {values}{time} ", coloured(level_name(point.risk))))


def _number(value: pb.AxisValue) -> str:
    return length(value.number) if is_length(value.field) else f"{value.number:g}"
