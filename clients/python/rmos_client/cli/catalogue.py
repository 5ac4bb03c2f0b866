"""rmosctl catalogue: what the engines know: instruments, materials, tools, machines, profiles, calibrations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from rmos.type.v1 import risk_pb2
from rmos_client.cli.answers import print_json, print_list, print_message
from rmos_client.cli.calling import JsonOption, ask, connected, enum_value, pages, resource_name
from rmos_client.cli.console import EXIT_FAILED, FEASIBILITY, FeasibilityAddress, console
from rmos_client.cli.entries import add_commands
from rmos_client.jobs import read_message
from rmos_client.near_names import near_names

app = typer.Typer(help="What the engines know: materials, tools, machines, profiles …", no_args_is_help=True)
profile = typer.Typer(help="Constraint profiles for searching rosettes.", no_args_is_help=True)
app.add_typer(profile, name="profile")
add_commands(app)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of entry: how it is listed, read and added, and what a line of it shows."""

    lists: str
    reads: str
    items: str
    item: str
    columns: Sequence[str]

    def every(self, stub: CatalogServiceStub, *, withdrawn: bool) -> Iterator[Any]:
        request = getattr(pb, f"{self.lists}Request")()
        if withdrawn:
            if "show_withdrawn" not in request.DESCRIPTOR.fields_by_name:
                raise typer.BadParameter(f"{self.items} are not withdrawn", param_hint="--withdrawn")
            request.show_withdrawn = True
        return pages(getattr(stub, self.lists), request, self.items)

    def one(self, stub: CatalogServiceStub, entry_id: str) -> Any:
        request = getattr(pb, f"{self.reads}Request")(name=resource_name(self.items, entry_id))
        return getattr(ask(getattr(stub, self.reads), request), self.item)


_TOOL = ("tool.tool_id", "tool.kind", "tool.diameter_mm", "tool.flute_count", "display_name")
_MATERIAL = ("material.material_id", "material.kind", "display_name", "scientific_name")
_MACHINE = ("machine.machine_id", "machine.tier", "machine.max_spindle_speed_rpm", "display_name")
_MODEL = ("model_id", "scale_length_mm", "fret_count", "soundhole_radius_mm", "display_name")
_PROFILE = ("profile_id", "min_rings", "max_rings", "min_total_width_mm", "max_total_width_mm", "display_name")
KINDS: Mapping[str, _Kind] = {
    "materials": _Kind("ListMaterials", "GetMaterial", "materials", "material", _MATERIAL),
    "tools": _Kind("ListTools", "GetTool", "tools", "tool", _TOOL),
    "machines": _Kind("ListMachines", "GetMachine", "machines", "machine", _MACHINE),
    "models": _Kind("ListModels", "GetModel", "models", "model", _MODEL),
    "profiles": _Kind("ListProfiles", "GetProfile", "profiles", "profile", _PROFILE),
}
KindArgument = Annotated[str, typer.Argument(help=f"{', '.join(KINDS)}.")]
_NEAR = 8


@app.command("list")
def list_entries(
    kind: KindArgument,
    search: Annotated[str, typer.Argument(help="Words that the id or the name holds, or nearly.")] = "",
    *,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Also what was withdrawn.")] = False,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """List entries by id; with words, those that match, else those whose names are nearest."""
    chosen = _kind(kind)
    with connected(CatalogServiceStub, feasibility) as stub:
        entries = list(chosen.every(stub, withdrawn=withdrawn))
    columns = (*chosen.columns, "withdrawal.reason", "withdrawal.person") if withdrawn else chosen.columns
    print_list(_matching(entries, chosen, search), columns, name=chosen.items, as_json=as_json)


@app.command()
def show(
    kind: KindArgument,
    entry_id: Annotated[str, typer.Argument(help="Id of the entry.")],
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Show an entry with its numbers and where they come from."""
    chosen = _kind(kind)
    with connected(CatalogServiceStub, feasibility) as stub:
        print_message(chosen.one(stub, entry_id), as_json=as_json)


@app.command()
def add(
    kind: Annotated[str, typer.Argument(help="material, tool, machine or profile.")],
    file: Annotated[Path, typer.Argument(help="The entry, YAML or JSON, with the field names of job files.")],
    *,
    title: Annotated[str, typer.Option(help="Name for people; absent: the id.")] = "",
    source: Annotated[str, typer.Option(help='Where the numbers come from, for example "callipers".')] = "",
    grade: Annotated[str, typer.Option(help="How well they are known: a, b, c or d.")] = "d",
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Add an entry of the workshop, or a further version of one."""
    with connected(CatalogServiceStub, feasibility) as stub:
        answer = _add(stub, kind, file, title=title, source=source, grade=grade)
    if as_json:
        print_json(answer)
    else:
        state = "kept" if answer.created else "known already, nothing changed"
        console.print(f"{getattr(answer, kind).name}: {state}", highlight=False, markup=False)


@app.command()
def calibrate(
    file: Annotated[Path, typer.Argument(help="kind, subject, value, person, date, note; YAML or JSON.")],
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Record what the workshop has measured; it takes the place of the assumed number from then on.

    Who measures again records again: of one kind and subject the newest counts, the ones before stay listed.
    """
    request = pb.RecordCalibrationRequest(calibration=read_message(file, pb.Calibration()))
    with connected(CatalogServiceStub, feasibility) as stub:
        print_message(ask(stub.RecordCalibration, request).calibration, as_json=as_json)


@app.command()
def calibrations(as_json: JsonOption = False, feasibility: FeasibilityAddress = FEASIBILITY) -> None:
    """List calibrations, newest first, superseded ones too."""
    columns = ("calibration_id", "kind", "subject", "value", "person", "date", "superseded", "withdrawal.reason")
    with connected(CatalogServiceStub, feasibility) as stub:
        found = pages(stub.ListCalibrations, pb.ListCalibrationsRequest(), "calibrations")
        print_list(found, columns, name="calibrations", as_json=as_json)


@app.command()
def imports(as_json: JsonOption = False, feasibility: FeasibilityAddress = FEASIBILITY) -> None:
    """List attempts to import tool libraries, newest first."""
    columns = ("create_time", "outcome", "file_name", "added_count", "other_count", "reason")
    with connected(CatalogServiceStub, feasibility) as stub:
        found = pages(stub.ListToolImports, pb.ListToolImportsRequest(), "imports")
        print_list(found, columns, name="imports", as_json=as_json)


@profile.command("history")
def profile_history(
    profile_id: Annotated[str, typer.Argument(help="Profile id.")],
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """List every revision of a profile, newest first."""
    request = pb.ListProfileRevisionsRequest(name=resource_name("profiles", profile_id))
    with connected(CatalogServiceStub, feasibility) as stub:
        found = pages(stub.ListProfileRevisions, request, "profiles")
        print_list(found, ("revision", "change_note", *_PROFILE), name="profiles", as_json=as_json)


@profile.command("rollback")
def profile_rollback(
    profile_id: Annotated[str, typer.Argument(help="Profile id.")],
    revision: Annotated[int, typer.Argument(help="The revision that is to hold again.")],
    note: Annotated[str, typer.Option(help="Why.")] = "",
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Make an earlier revision of a profile the newest again."""
    request = pb.RollbackProfileRequest(name=resource_name("profiles", profile_id), revision=revision, change_note=note)
    with connected(CatalogServiceStub, feasibility) as stub:
        print_message(ask(stub.RollbackProfile, request).profile, as_json=as_json)


def _add(stub: CatalogServiceStub, kind: str, file: Path, *, title: str, source: str, grade: str) -> Any:
    if kind == "profile":
        asked = pb.CreateProfileRequest(profile=read_message(file, pb.ConstraintProfile()), change_note=source)
        return ask(stub.CreateProfile, asked)
    makers: Mapping[str, tuple[Callable[..., Any], Any]] = {
        "material": (stub.CreateMaterial, pb.CreateMaterialRequest()),
        "tool": (stub.CreateTool, pb.CreateToolRequest()),
        "machine": (stub.CreateMachine, pb.CreateMachineRequest()),
    }
    if kind not in makers:
        raise typer.BadParameter(f"{kind!r}; allowed: {', '.join(makers)}, profile", param_hint="KIND")
    method, request = makers[kind]
    read_message(file, getattr(request, kind))
    request.display_name, request.source = title, source
    request.grade = enum_value(risk_pb2.EvidenceGrade, grade, option="--grade")
    return ask(method, request)


def _kind(given: str) -> _Kind:
    known = KINDS.get(given) or KINDS.get(f"{given}s")
    if known is None:
        raise typer.BadParameter(f"{given!r}; allowed: {', '.join(KINDS)}", param_hint="KIND")
    return known


def _matching(entries: Sequence[Any], kind: _Kind, search: str) -> Sequence[Any]:
    """Entries whose id or name holds every word; where none does, those whose ids are nearest."""
    if not search:
        return entries
    words = search.lower().split()
    found = [item for item in entries if all(word in f"{item.name} {item.display_name}".lower() for word in words)]
    if found:
        return found
    by_id = {item.name.removeprefix(f"{kind.items}/"): item for item in entries}
    near = near_names("_".join(words), by_id, most=_NEAR)
    if not near:
        console.print(f"nothing like {search!r}", highlight=False, markup=False)
        raise typer.Exit(EXIT_FAILED)
    return [by_id[entry_id] for entry_id in near]
