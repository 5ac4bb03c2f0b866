"""A lead teaches a picture model: approved pictures of two concepts leave once, and without what was taken back."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import grpc

from rmos.advisory.v1 import advisory_service_pb2 as pb
from rmos.advisory.v1 import advisory_service_pb2_grpc
from testkit.local_servers import LocalServers
from tests.cli.commands import Rmosctl
from tests.service.advisory_requests import approval, picture, rejection, upload
from tests.service.wire import TIMEOUT_S


def approve_35_and_take_4_back(address: str) -> list[str]:
    """Ids of the four."""
    with grpc.insecure_channel(address) as channel:
        stub: Any = advisory_service_pb2_grpc.AdvisoryServiceStub(channel)
        approved: list[pb.AdvisoryAsset] = []
        for number in range(35):
            data = picture((7 * number % 256, 40 * number % 256, 250 - 3 * number), 512)
            concept = "rope" if number % 2 else "mosaic"
            asset = upload(stub, data, prompt=f"{concept} rosette")
            words = approval(asset, caption=f"a {concept} rosette, picture {number}", concept=f"{concept} rosette")
            approved.append(stub.ReviewAdvisoryAsset(words, timeout=TIMEOUT_S).asset)
        for asset in approved[::9]:
            stub.ReviewAdvisoryAsset(rejection(asset, reversal=True), timeout=TIMEOUT_S)
        return [asset.asset_id for asset in approved[::9]]


def read_as_imagefolder(train: Path) -> dict[str, str]:
    """Caption of each picture by its path, as `load_dataset("imagefolder")` pairs them."""
    rows: dict[str, str] = {}
    for metadata in train.rglob("metadata.jsonl"):
        for line in metadata.read_text().splitlines():
            row = json.loads(line)
            assert (metadata.parent / row["file_name"]).is_file()
            rows[str((metadata.parent / row["file_name"]).relative_to(train))] = row["text"]
    return rows


def read_as_kohya(folder: Path) -> list[tuple[str, str]]:
    """Path and caption of each item, as `dataset_config.toml` tells sd-scripts: repeats, extension, first line."""
    items = []
    config = tomllib.loads((folder / "dataset_config.toml").read_text())
    (dataset,) = config["datasets"]
    for subset in dataset["subsets"]:
        for image in sorted((folder / subset["image_dir"]).glob("*.png")):
            caption = image.with_suffix(config["general"]["caption_extension"]).read_text().splitlines()[0]
            items += [(str(image.relative_to(folder / "train")), caption)] * subset["num_repeats"]
    return items


def test_a_lead_exports_what_was_approved_and_twice_it_is_the_same(own_servers: LocalServers) -> None:
    rmosctl = Rmosctl(own_servers)
    revoked = approve_35_and_take_4_back(own_servers.runs.address)
    _, ready, stage = rmosctl.json("teaching", "status")["status"]
    assert (ready["usable_count"], stage["stage"]) == (31, "export")
    assert ready["concept_counts"] == {"mosaic rosette": 16, "rope rosette": 15}
    exported, again = rmosctl.json("teaching", "export"), rmosctl.json("teaching", "export")
    assert exported["image_count"] == 31
    assert set(exported["concept_counts"]) == {"mosaic rosette", "rope rosette"}
    assert sum(exported["concept_counts"].values()) == 31
    (folder,) = (own_servers.store / "exports").iterdir()
    rows, items = read_as_imagefolder(folder / "train"), read_as_kohya(folder)
    assert len(rows) == 31
    assert len(items) == 310
    assert dict(items) == rows
    assert len(list(folder.rglob("*.png"))) == len(list(folder.rglob("adv-*.txt"))) == 31
    manifest = json.loads((folder / "manifest.json").read_text())
    assert len(manifest["images"]) == len({image["asset_id"] for image in manifest["images"]}) == 31
    written = "\n".join(map(str, folder.rglob("*"))) + json.dumps(manifest)
    assert [asset for asset in revoked if asset in written or asset.replace("_", "-") in written] == []
    for image in manifest["images"]:
        assert hashlib.sha256((folder / image["path"]).read_bytes()).hexdigest() == image["sha256"]
    assert manifest["digest"] == exported["digest"] == again["digest"]
    assert "rewritten_files" not in again
