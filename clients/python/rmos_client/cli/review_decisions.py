"""rmosctl review approve, reject: a person's decision about one asset or several."""

from typing import Annotated

import typer

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption, PersonOption, ask, connected, enum_value, resource_name
from rmos_client.cli.console import EXIT_FAILED, RUNS, RunsAddress, console, error_console
from rmos_client.errors import from_item_status

KeyOption = Annotated[
    str, typer.Option("--idempotency-key", help="1 to 128 letters, digits, . _ : -; sent again it decides only once.")
]
AssetIds = Annotated[list[str], typer.Argument(help="Asset ids, adv_ and 12 hex digits; one to a hundred.")]


def approve(
    asset_ids: AssetIds,
    *,
    person: PersonOption = "",
    licence: Annotated[str, typer.Option(help="Licence it may be used under.")] = "",
    caption: Annotated[str, typer.Option(help="Caption for training.")] = "",
    concept: Annotated[str, typer.Option(help="Concept for training; absent: from its design or prompt.")] = "",
    correction: Annotated[bool, typer.Option("--correction", help="Only give other words; it is approved.")] = False,
    rating: Annotated[int, typer.Option(min=0, max=5, help="1 to 5; 0: none.")] = 0,
    note: Annotated[str, typer.Option(help="Note.")] = "",
    reversal: Annotated[bool, typer.Option("--reversal", help="Take an earlier rejection back.")] = False,
    idempotency_key: KeyOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Approve assets: they may be attached to runs and leave in training sets."""
    decision = pb.ReviewAdvisoryAssetRequest(
        reviewer=person,
        decision=pb.ASSET_STATE_APPROVED,
        note=note,
        rating=rating,
        licence=licence,
        caption=caption,
        concept=concept,
        correction=correction,
        reversal=reversal,
        idempotency_key=idempotency_key,
    )
    _decide(asset_ids, decision, as_json=as_json, runs=runs)


def reject(
    asset_ids: AssetIds,
    *,
    reason: Annotated[str, typer.Option(help="poor_quality, wrong_style, duplicate, artifacts, other …")],
    person: PersonOption = "",
    note: Annotated[str, typer.Option(help="Note; with `other` it says what.")] = "",
    reversal: Annotated[bool, typer.Option("--reversal", help="Take an earlier approval back.")] = False,
    idempotency_key: KeyOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Reject assets, with the reason."""
    decision = pb.ReviewAdvisoryAssetRequest(
        reviewer=person,
        decision=pb.ASSET_STATE_REJECTED,
        note=note,
        rejection_reason=enum_value(pb.RejectionReason, reason, option="--reason"),
        reversal=reversal,
        idempotency_key=idempotency_key,
    )
    _decide(asset_ids, decision, as_json=as_json, runs=runs)


def _decide(asset_ids: list[str], decision: pb.ReviewAdvisoryAssetRequest, *, as_json: bool, runs: str) -> None:
    """Send a decision about exactly what the server has of each asset at this moment."""
    with connected(AdvisoryServiceStub, runs) as stub:
        requests = [_about(stub, asset_id, decision) for asset_id in asset_ids]
        if len(requests) > 1:
            _decide_all(stub, requests, as_json=as_json)
            return
        asset = ask(stub.ReviewAdvisoryAsset, requests[0]).asset
    if as_json:
        print_json(asset)
    else:
        _tell(asset)


def _about(
    stub: AdvisoryServiceStub, asset_id: str, decision: pb.ReviewAdvisoryAssetRequest
) -> pb.ReviewAdvisoryAssetRequest:
    shown = ask(stub.GetAdvisoryAsset, pb.GetAdvisoryAssetRequest(name=resource_name("assets", asset_id))).asset
    request = pb.ReviewAdvisoryAssetRequest(name=shown.name, shown_sha256=shown.content_sha256)
    request.MergeFrom(decision)
    return request


def _decide_all(stub: AdvisoryServiceStub, requests: list[pb.ReviewAdvisoryAssetRequest], *, as_json: bool) -> None:
    """One call for all; each is decided or refused by itself. Exit code 1 when any was refused."""
    answer = ask(stub.BatchReviewAdvisoryAssets, pb.BatchReviewAdvisoryAssetsRequest(requests=requests))
    if as_json:
        print_json(answer)
    for request, result in zip(requests, answer.results, strict=True):
        if as_json:
            continue
        if result.HasField("error"):
            error_console.print(f"{request.name}: {from_item_status(result.error, '')}", highlight=False)
        elif result.HasField("asset"):
            _tell(result.asset)
        else:
            console.print(f"{result.name} is decided", highlight=False)
    if any(result.HasField("error") for result in answer.results):
        raise typer.Exit(EXIT_FAILED)


def _tell(asset: pb.AdvisoryAsset) -> None:
    state = pb.AssetState.Name(asset.state).removeprefix("ASSET_STATE_").lower()
    console.print(f"{asset.asset_id} is {state} by {asset.reviewed_by}", highlight=False, markup=False)
