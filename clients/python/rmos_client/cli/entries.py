"""rmosctl catalogue revise, edge, withdraw, gone, history: the workshop's own entries through their life."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.feasibility.v1.catalog_service_pb2_grpc import CatalogServiceStub
from rmos.type.v1 import context_pb2, risk_pb2
from rmos_client.cli.answers import print_json, print_list
from rmos_client.cli.calling import JsonOption, PersonOption, ask, connected, enum_value, pages, resource_name
from rmos_client.cli.console import FEASIBILITY, FeasibilityAddress, console
from rmos_client.jobs import read_message
from rmos_client.strict_files import UnreadableFileError, load
from rmos_client.written_messages import UnfitError, fill

IdArgument = Annotated[str, typer.Argument(help="Id of the entry.")]
KindArgument = Annotated[str, typer.Argument(help="material, tool, machine or calibration.")]
NoteOption = Annotated[str, typer.Option("--note", help="Why, for its history.")]
ReasonOption = Annotated[str, typer.Option("--reason", help='Why, for example "dropped, the tip is gone".')]
VersionOption = Annotated[
    int, typer.Option("--version-seen", min=0, help="Refuse unless it has this version. Absent: not compared.")
]
RevisedVersionOption = Annotated[
    int,
    typer.Option(
        "--version-seen",
        min=0,
        help="Refuse unless it has this version. Absent: the version that the command itself has read, "
        "so that a change in between is not lost.",
    ),
]
_COLLECTIONS: Mapping[str, str] = {
    "material": "materials",
    "tool": "tools",
    "machine": "machines",
    "calibration": "calibrations",
}


@dataclass(frozen=True, slots=True)
class _Revisable:
    """A kind of entry that has versions of its numbers: how it is read and revised."""

    reads: Callable[[Any, str], Any]
    revises: Callable[[Any, Any], Any]
    request: Callable[[], Any]


_REVISABLE: Mapping[str, _Revisable] = {
    "material": _Revisable(
        lambda stub, name: ask(stub.GetMaterial, pb.GetMaterialRequest(name=name)).material,
        lambda stub, request: ask(stub.ReviseMaterial, request),
        pb.ReviseMaterialRequest,
    ),
    "tool": _Revisable(
        lambda stub, name: ask(stub.GetTool, pb.GetToolRequest(name=name)).tool,
        lambda stub, request: ask(stub.ReviseTool, request),
        pb.ReviseToolRequest,
    ),
    "machine": _Revisable(
        lambda stub, name: ask(stub.GetMachine, pb.GetMachineRequest(name=name)).machine,
        lambda stub, request: ask(stub.ReviseMachine, request),
        pb.ReviseMachineRequest,
    ),
}


def revise(
    kind: Annotated[str, typer.Argument(help="material, tool or machine.")],
    entry_id: IdArgument,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", help="The whole entry, YAML or JSON. Absent: as it is.")
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="A field and its new value: diameter_mm=5.9. As often as needed.")
    ] = None,
    unset: Annotated[list[str] | None, typer.Option("--unset", help="A field that is not stated any more.")] = None,
    title: Annotated[str, typer.Option(help="Name for people. Absent: as it was.")] = "",
    source: Annotated[str, typer.Option(help="Where the numbers come from. Absent: as it was.")] = "",
    grade: Annotated[str, typer.Option(help="How well they are known, with --source: a, b, c or d.")] = "",
    note: NoteOption = "",
    version: RevisedVersionOption = 0,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Make a further version of an entry, also of one that was withdrawn. The versions before stay in its history."""
    chosen = _revisable(kind)
    with connected(CatalogServiceStub, feasibility) as stub:
        request = chosen.request()
        value = getattr(request, kind)
        before = chosen.reads(stub, resource_name(_COLLECTIONS[kind], entry_id))
        if file is None:
            value.CopyFrom(getattr(before, kind))
        else:
            read_message(file, value)
        setattr(value, f"{kind}_id", entry_id.removeprefix(f"{_COLLECTIONS[kind]}/"))
        _change(value, changes or (), unset or ())
        request.display_name, request.source, request.change_note = title, source, note
        request.expected_version = version or before.version
        if grade:
            request.grade = enum_value(risk_pb2.EvidenceGrade, grade, option="--grade")
        _print_revised(chosen.revises(stub, request), kind, as_json=as_json)


def edge(
    tool_id: Annotated[str, typer.Argument(help="Id of the tool.")],
    wear: Annotated[str, typer.Argument(help="sharp, used, worn or dull.")],
    *,
    note: NoteOption = "",
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Mark how sharp a tool is. Verdicts count with it, and say so when it is worn or dull."""
    with connected(CatalogServiceStub, feasibility) as stub:
        before = ask(stub.GetTool, pb.GetToolRequest(name=resource_name("tools", tool_id))).tool
        request = pb.ReviseToolRequest(tool=before.tool, expected_version=before.version, change_note=note)
        request.tool.wear = enum_value(context_pb2.ToolWear, wear, option="WEAR")
        _print_revised(ask(stub.ReviseTool, request), "tool", as_json=as_json)


def withdraw(
    kind: KindArgument,
    entry_id: IdArgument,
    *,
    reason: ReasonOption,
    person: PersonOption = "",
    version: VersionOption = 0,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Withdraw an entry or a calibration: nothing is evaluated with it any more. Runs that name it stay as they are."""
    _withdraw(_collection(kind), entry_id, reason, person, version, as_json=as_json, address=feasibility)


def gone(
    tool_id: Annotated[str, typer.Argument(help="Id of the tool.")],
    *,
    reason: ReasonOption,
    person: PersonOption = "",
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Withdraw a tool that is broken, lost or sold."""
    _withdraw("tools", tool_id, reason, person, 0, as_json=as_json, address=feasibility)


def history(
    kind: KindArgument,
    entry_id: IdArgument,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """List the versions of an entry, newest first: who made each, when and why, and what it changed."""
    request = pb.ListEntryVersionsRequest(name=resource_name(_collection(kind), entry_id))
    columns = ("version", "action", "create_time", "identity.name", "person", "change_note", "changes")
    with connected(CatalogServiceStub, feasibility) as stub:
        found = list(pages(stub.ListEntryVersions, request, "versions"))
        print_list(found, columns, name="versions", as_json=as_json)


def add_commands(app: typer.Typer) -> None:
    """Make these commands of the group `catalogue`."""
    for command in (revise, edge, withdraw, gone, history):
        app.command(command.__name__)(command)


def _withdraw(
    collection: str, entry_id: str, reason: str, person: str, version: int, *, as_json: bool, address: str
) -> None:
    name = resource_name(collection, entry_id)
    request = pb.WithdrawEntryRequest(name=name, reason=reason, person=person, expected_version=version)
    with connected(CatalogServiceStub, address) as stub:
        answer = ask(stub.WithdrawEntry, request)
    if as_json:
        print_json(answer)
        return
    state = "withdrawn" if answer.created else f"withdrawn already by {answer.withdrawal.person}"
    console.print(f"{name}: {state}: {answer.withdrawal.reason}", highlight=False, markup=False)


def _print_revised(answer: Any, kind: str, *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    entry = getattr(answer, kind)
    state = f"version {entry.version}" if answer.created else "as it was, nothing changed"
    console.print(f"{entry.name}: {state}", highlight=False, markup=False)


def _change(value: Any, changes: Sequence[str], unset: Sequence[str]) -> None:
    """Set and clear fields of an entry.

    Raises:
        typer.BadParameter: A field does not exist, or its value is of another kind.
    """
    known = value.DESCRIPTOR.fields_by_name
    for text in changes:
        name, found, new = text.partition("=")
        if not found or not new.strip():
            raise typer.BadParameter(f"{text!r}; write FIELD=VALUE, or --unset FIELD", param_hint="--set")
        try:
            written = fill(type(value)(), load(Path("--set"), f"{name.strip()}: {new}"), path="")
        except (UnfitError, UnreadableFileError) as error:
            raise typer.BadParameter(str(error), param_hint="--set") from error
        for field, _ in written.ListFields():
            value.ClearField(field.name)
        value.MergeFrom(written)
    for name in unset:
        if name not in known:
            raise typer.BadParameter(f"{name!r}; there are {', '.join(known)}", param_hint="--unset")
        value.ClearField(name)


def _revisable(kind: str) -> _Revisable:
    if kind not in _REVISABLE:
        raise typer.BadParameter(f"{kind!r}; allowed: {', '.join(_REVISABLE)}", param_hint="KIND")
    return _REVISABLE[kind]


def _collection(kind: str) -> str:
    if kind not in _COLLECTIONS:
        raise typer.BadParameter(f"{kind!r}; allowed: {', '.join(_COLLECTIONS)}", param_hint="KIND")
    return _COLLECTIONS[kind]
