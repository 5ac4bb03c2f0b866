"""rmosctl teaching: what there is to train with, and training sets."""

from typing import Annotated

import typer

from rmos.teaching.v1 import teaching_service_pb2 as pb
from rmos.teaching.v1.teaching_service_pb2_grpc import TeachingServiceStub
from rmos_client.cli.answers import print_json, print_list, print_message
from rmos_client.cli.calling import JsonOption, ask, connected, pages, resource_name
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.progress import counting
from rmos_client.rmos import Rmos

app = typer.Typer(help="Training sets of approved pictures.", no_args_is_help=True)


@app.command()
def status(as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """What there is to train with, and what is to be done next."""
    with connected(TeachingServiceStub, runs) as stub:
        stats = ask(stub.GetTeachingStats, pb.GetTeachingStatsRequest())
        ready = ask(stub.GetTrainingReadiness, pb.GetTrainingReadinessRequest())
        stage = ask(stub.GetTeachingWorkflow, pb.GetTeachingWorkflowRequest())
    if as_json:
        print_list((stats, ready, stage), (), name="status", as_json=True)
        return
    console.print(
        f"{stats.approved_count} approved, {stats.pending_count} waiting, {stats.rejected_count} rejected; "
        f"{ready.usable_count} usable, {stats.export_count} exports"
    )
    for name, count in sorted(ready.concept_counts.items()):
        console.print(f"  {name}: {count}{', too few' if name in ready.thin_concepts else ''}", markup=False)
    console.print(f"next: {stage.stage}: {stage.summary}", markup=False)


@app.command()
def export(
    *,
    filter_text: Annotated[str, typer.Option("--filter", help="as for assets; default: every approved picture")] = "",
    licence: Annotated[list[str] | None, typer.Option(help="licences that may leave; default: any")] = None,
    repeats: Annotated[int, typer.Option(help="repeats of each picture")] = 10,
    min_images: Annotated[int, typer.Option(help="least number of pictures")] = 10,
    dry_run: Annotated[bool, typer.Option(help="say what would leave, write nothing")] = False,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Export approved pictures as a training set on the server."""
    request = pb.ExportTrainingSetRequest(
        filter=filter_text, licences=licence or [], repeats=repeats, min_images=min_images, dry_run=dry_run
    )
    with Rmos(runs=runs) as client, counting("export") as progress:
        exported = client.export_training_set(request, progress=progress)
    if as_json:
        print_json(exported)
        return
    console.print(f"{exported.name}  {exported.image_count} pictures  {exported.digest}", highlight=False)
    for asset, reason in sorted(exported.left_out.items()):
        console.print(f"  left out: {asset}: {reason}", markup=False, highlight=False)


@app.command("list")
def list_exports(as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Exports, newest first; what was revoked since is marked."""
    with connected(TeachingServiceStub, runs) as stub:
        exports = pages(stub.ListTrainingExports, pb.ListTrainingExportsRequest(), "exports")
        if as_json:
            print_list(exports, (), name="exports", as_json=True)
            return
        for item in exports:
            revoked = f"  {len(item.revoked_assets)} revoked since" if item.revoked_assets else ""
            console.print(f"{item.name}  {item.image_count} pictures  {item.folder}{revoked}", highlight=False)


@app.command()
def show(
    export_id: Annotated[str, typer.Argument(help="Export id.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show an export: what left, under which licences, and what was revoked since."""
    request = pb.GetTrainingExportRequest(name=resource_name("exports", export_id))
    with connected(TeachingServiceStub, runs) as stub:
        print_message(ask(stub.GetTrainingExport, request).export, as_json=as_json)
