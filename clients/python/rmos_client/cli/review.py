"""rmosctl review: pictures and suggestions of programs, and what people decide about them."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos_client.calls import call_stream
from rmos_client.cli import adding_assets, review_decisions
from rmos_client.cli.answers import as_dict, print_json, print_list, print_message, print_object, short_name
from rmos_client.cli.calling import (
    FilterOption,
    JsonOption,
    LimitOption,
    PersonOption,
    ask,
    connected,
    pages,
    resource_name,
)
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.jobs import read_job

app = typer.Typer(help="Review what programs suggest: the queue, pictures, decisions, spending.", no_args_is_help=True)
app.command("add")(adding_assets.add)
app.command("approve")(review_decisions.approve)
app.command("reject")(review_decisions.reject)
AssetId = Annotated[str, typer.Argument(help="Asset id, adv_ and 12 hex digits.")]
_COLUMNS = ("asset_id", "state", "asset_type", "provider", "create_time", "requester", "prompt")
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/svg+xml": ".svg"}
_PAINTING_S = 300.0
_WATCHING_S = 86_400.0


@contextmanager
def _advisories(address: str) -> Iterator[AdvisoryServiceStub]:
    with connected(AdvisoryServiceStub, address) as stub:
        yield stub


@app.command("queue")
def queue(limit: LimitOption = 50, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """List what waits for a person, oldest first."""
    with _advisories(runs) as stub:
        waiting = pages(stub.ListPendingAdvisoryAssets, pb.ListPendingAdvisoryAssetsRequest(), "assets", limit=limit)
        print_list(waiting, _COLUMNS, name="assets", as_json=as_json)


@app.command()
def watch(
    filter_text: FilterOption = "",
    count: Annotated[int, typer.Option(help="End after as many; 0 watches until interrupted.")] = 0,
    resume_token: Annotated[str, typer.Option(help="Go on after this token of an earlier watch.")] = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show each asset that is taken in or decided about, as it happens."""
    seen = 0
    with _advisories(runs) as stub:
        request = pb.WatchAdvisoryAssetsRequest(filter=filter_text, resume_token=resume_token)
        for message in call_stream(stub.WatchAdvisoryAssets, request, request_id=None, timeout_s=_WATCHING_S):
            if not message.HasField("asset"):
                continue
            seen += 1
            if as_json:  # a line each: the stream has no end
                sys.stdout.write(json.dumps(as_dict(message)) + "\n")
                sys.stdout.flush()
            else:
                state = short_name(pb.AssetState.DESCRIPTOR, message.asset.state)
                console.print(f"{message.asset.asset_id}  {state}, {message.pending_count} waiting", highlight=False)
            if seen == count:
                return


@app.command("list")
def list_assets(
    filter_text: FilterOption = "", limit: LimitOption = 50, as_json: JsonOption = False, runs: RunsAddress = RUNS
) -> None:
    """List assets, newest first, decided ones too."""
    request = pb.ListAdvisoryAssetsRequest(filter=filter_text)
    with _advisories(runs) as stub:
        found = pages(stub.ListAdvisoryAssets, request, "assets", limit=limit)
        print_list(found, _COLUMNS, name="assets", as_json=as_json)


@app.command()
def show(asset_id: AssetId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Show an asset with every decision about it."""
    with _advisories(runs) as stub:
        print_message(
            ask(stub.GetAdvisoryAsset, pb.GetAdvisoryAssetRequest(name=resource_name("assets", asset_id))),
            as_json=as_json,
        )


@app.command("open")
def open_content(
    asset_id: AssetId,
    target: Annotated[Path | None, typer.Option("--to", help="Write the picture here instead of showing it.")] = None,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Show a picture with the program that this machine shows pictures with."""
    with _advisories(runs) as stub:
        asset = ask(stub.GetAdvisoryAsset, pb.GetAdvisoryAssetRequest(name=resource_name("assets", asset_id))).asset
        request = pb.DownloadAdvisoryAssetRequest(name=asset.name)
        answers = call_stream(stub.DownloadAdvisoryAsset, request, request_id=None, timeout_s=None)
        content = b"".join(answer.chunk for answer in answers)
    suffix = _SUFFIXES.get(asset.mime, ".bin")
    file = target or Path(tempfile.mkdtemp(prefix="rmos-")) / f"{asset.asset_id}{suffix}"
    file.write_bytes(content)
    if as_json:
        print_object(file=str(file), asset=as_dict(asset))
    else:
        console.print(f"{file}  {asset.content_sha256}", highlight=False, markup=False, soft_wrap=True)
    if target is None:
        typer.launch(str(file))


@app.command()
def favourite(
    asset_id: AssetId,
    remove: Annotated[bool, typer.Option("--remove", help="Take the mark away.")] = False,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Mark an asset as a favourite."""
    with _advisories(runs) as stub:
        asset = ask(
            stub.SetFavorite, pb.SetFavoriteRequest(name=resource_name("assets", asset_id), is_favorite=not remove)
        ).asset
    if as_json:
        print_json(asset)
        return
    console.print(f"{asset_id} is {'no favourite any more' if remove else 'a favourite'}", highlight=False)


@app.command()
def duplicates(asset_id: AssetId, as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Find assets that say or show the same."""
    with _advisories(runs) as stub:
        answer = ask(stub.FindDuplicateAssets, pb.FindDuplicateAssetsRequest(name=resource_name("assets", asset_id)))
    print_message(answer, as_json=as_json)


@app.command()
def generate(
    *,
    prompt: Annotated[str, typer.Option(help="What to show; the built-in renderer does without.")] = "",
    job_file: Annotated[Path | None, typer.Option("--job", help="Job file with the rosette to draw.")] = None,
    provider: Annotated[str, typer.Option(help="Provider; absent: the built-in renderer.")] = "",
    size_px: Annotated[int, typer.Option(help="Width and height, 64 to 2048.")] = 1024,
    count: Annotated[int, typer.Option(min=1, max=4, help="How many.")] = 1,
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Make pictures; each waits for review."""
    request = pb.GenerateImageRequest(prompt=prompt, provider=provider, size_px=size_px, count=count, requester=person)
    if job_file is not None:
        request.design.CopyFrom(read_job(job_file).design)
    with _advisories(runs) as stub:
        made = ask(stub.GenerateImage, request, timeout_s=_PAINTING_S)
    print_list(made.assets, ("asset_id", "state", "cost_usd", "prompt"), name="assets", as_json=as_json)


@app.command()
def stats(filter_text: FilterOption = "", as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Count assets by state, provider, reason and rating."""
    with _advisories(runs) as stub:
        print_message(ask(stub.GetAdvisoryStats, pb.GetAdvisoryStatsRequest(filter=filter_text)), as_json=as_json)


@app.command()
def budget(person: PersonOption = "", as_json: JsonOption = False, runs: RunsAddress = RUNS) -> None:
    """Show the limits of spending and what is left of them."""
    with _advisories(runs) as stub:
        print_message(ask(stub.GetBudget, pb.GetBudgetRequest(requester=person)), as_json=as_json)
