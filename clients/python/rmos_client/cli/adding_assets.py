"""rmosctl review add: a picture that a program outside has made, for review."""

import hashlib
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1.advisory_service_pb2_grpc import AdvisoryServiceStub
from rmos_client.cli.answers import print_json
from rmos_client.cli.calling import JsonOption, PersonOption, ask, connected, enum_value
from rmos_client.cli.console import RUNS, RunsAddress, console
from rmos_client.cli.progress import transfer
from rmos_client.jobs import read_bytes

_CHUNK_BYTES = 256 * 1024
_UPLOAD_S = 600.0
_SOURCES = {"image": pb.ASSET_SOURCE_AI_GRAPHICS, "analysis": pb.ASSET_SOURCE_AI_ANALYSIS}


def add(
    file: Annotated[Path, typer.Argument(help="Picture, or another file that a program has made.")],
    *,
    provider: Annotated[str, typer.Option(help="Who runs the program that made it.")],
    model: Annotated[str, typer.Option(help="The program, and its version.")] = "",
    prompt: Annotated[str, typer.Option(help="What it was asked for.")] = "",
    kind: Annotated[str, typer.Option(help="image, suggestion, analysis or pattern.")] = "image",
    mime: Annotated[str, typer.Option(help="Media type; absent: from the name of the file.")] = "",
    asset_id: Annotated[str, typer.Option("--id", help="Asset id; the same content again changes nothing.")] = "",
    cost_usd: Annotated[float, typer.Option(min=0, help="What it cost. [USD]")] = 0.0,
    person: PersonOption = "",
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Bring in what a program outside has made; it waits for review."""
    content = read_bytes(file)
    header = pb.AssetHeader(
        asset_id=asset_id,
        asset_type=enum_value(pb.AssetType, kind, option="--kind"),
        source=_SOURCES.get(kind.lower(), pb.ASSET_SOURCE_AI_SUGGESTION),
        provider=provider,
        model=model,
        requester=person,
        prompt=prompt,
        content_sha256=hashlib.sha256(content).hexdigest(),
        content_size_bytes=len(content),
        mime=mime or mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        cost_usd=cost_usd,
    )
    with connected(AdvisoryServiceStub, runs) as stub, transfer(f"upload {file.name}", len(content)) as progress:

        def messages() -> Iterator[pb.UploadAdvisoryAssetRequest]:
            yield pb.UploadAdvisoryAssetRequest(header=header)
            for start in range(0, len(content), _CHUNK_BYTES):
                yield pb.UploadAdvisoryAssetRequest(chunk=content[start : start + _CHUNK_BYTES])
                progress(min(start + _CHUNK_BYTES, len(content)))

        answer = ask(stub.UploadAdvisoryAsset, messages(), timeout_s=_UPLOAD_S)
    if as_json:
        print_json(answer)
        return
    state = "waits for review" if answer.created else "is there already, nothing changed"
    console.print(f"{answer.asset.asset_id} {state}", highlight=False, markup=False)
