"""Training sets of a running server."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from rmos.advisory.v1 import advisory_service_pb2 as advisory
from rmos.advisory.v1 import advisory_service_pb2_grpc
from rmos.teaching.v1 import teaching_service_pb2 as pb
from rmos.teaching.v1 import teaching_service_pb2_grpc
from testkit.local_servers import LocalServers
from tests.ends import eventually
from tests.service.advisory_requests import approval, picture, rejection, upload
from tests.service.wire import TIMEOUT_S, fail_stream


@pytest.fixture
def channel(own_servers: LocalServers) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(own_servers.runs.address) as opened:
        yield opened


@pytest.fixture
def stub(channel: grpc.Channel) -> Any:
    return teaching_service_pb2_grpc.TeachingServiceStub(channel)


@pytest.fixture
def assets(channel: grpc.Channel) -> Any:
    return advisory_service_pb2_grpc.AdvisoryServiceStub(channel)


def approved(assets: Any, number: int, **fields: Any) -> advisory.AdvisoryAsset:
    data = picture((10 * number % 256, 37 * number % 256, 250 - number), fields.pop("side_px", 512))
    asset = upload(assets, data, prompt=f"{'rope' if number % 2 else 'mosaic'} rosette {number}")
    request = approval(asset, caption=f"rosette number {number}", **fields)
    reviewed: advisory.AdvisoryAsset = assets.ReviewAdvisoryAsset(request, timeout=TIMEOUT_S).asset
    return reviewed


def export(stub: Any, **fields: Any) -> pb.TrainingExport:
    given: dict[str, Any] = {"min_images": 1, **fields}
    steps = list(stub.ExportTrainingSet(pb.ExportTrainingSetRequest(**given), timeout=TIMEOUT_S))
    assert [step.written_count for step in steps[:-1]] == sorted(step.written_count for step in steps[:-1])
    exported: pb.TrainingExport = steps[-1].export
    return exported


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_an_export_holds_what_was_approved_and_the_same_selection_is_the_same(
    stub: Any, assets: Any, own_servers: LocalServers
) -> None:
    for number in range(12):
        approved(assets, number)
    upload(assets, picture((1, 1, 1), 512))
    small = approved(assets, 50, side_px=256)
    planned = export(stub, dry_run=True)
    root = own_servers.store / "exports"
    assert not root.exists()
    exported = export(stub)
    assert (exported.digest, exported.image_count) == (planned.digest, 12)
    assert dict(exported.concept_counts) == {"rosette mosaic": 6, "rosette rope": 6}
    assert list(exported.left_out) == [small.asset_id]
    folder = root / exported.folder
    first = contents(folder)
    assert export(stub) == exported
    assert contents(folder) == first
    assert [path.name for path in root.iterdir()] == [exported.folder]

    config = tomllib.loads((folder / "dataset_config.toml").read_text())
    for subset in config["datasets"][0]["subsets"]:
        images = sorted((folder / subset["image_dir"]).glob("*.png"))
        assert len(images) == 6
        lines = [
            json.loads(line) for line in (folder / subset["image_dir"] / "metadata.jsonl").read_text().splitlines()
        ]
        assert [line["file_name"] for line in lines] == [image.name for image in images]
        place = folder / subset["image_dir"]
        assert all((place / line["image_path"]).is_file() and line["image_size"] == [512, 512] for line in lines)
        assert all(
            image.with_suffix(".txt").read_text().strip() == line["caption"]
            for image, line in zip(images, lines, strict=True)
        )
        assert not any("_" in image.stem for image in images)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["digest"] == exported.digest
    assert all(first[item["path"]] == item["sha256"] for item in manifest["images"])

    thirteenth = approved(assets, 99)
    second = export(stub)
    assert second.digest != exported.digest
    new = contents(root / second.folder)
    added = {path for path in new if path not in first}
    assert {Path(path).stem for path in added} == {thirteenth.asset_id.replace("_", "-")}


def test_a_revocation_marks_the_export_and_does_not_edit_it(stub: Any, assets: Any, own_servers: LocalServers) -> None:
    asset = approved(assets, 1)
    exported = export(stub)
    before = contents(own_servers.store / "exports")
    assets.ReviewAdvisoryAsset(rejection(asset, reversal=True), timeout=TIMEOUT_S)
    marked = stub.GetTrainingExport(pb.GetTrainingExportRequest(name=exported.name), timeout=TIMEOUT_S).export
    assert list(marked.revoked_assets) == [asset.name]
    assert marked.create_time == exported.create_time
    assert contents(own_servers.store / "exports") == before
    listed = stub.ListTrainingExports(pb.ListTrainingExportsRequest(), timeout=TIMEOUT_S).exports
    assert [item.export_id for item in listed] == [exported.export_id]


def test_readiness_statistics_and_stage(stub: Any, assets: Any) -> None:
    def stage() -> str:
        found: str = stub.GetTeachingWorkflow(pb.GetTeachingWorkflowRequest(), timeout=TIMEOUT_S).stage
        return found

    assert stage() == "generate"
    waiting = upload(assets, picture((5, 5, 5), 512))
    assert stage() == "review"
    assets.ReviewAdvisoryAsset(approval(waiting), timeout=TIMEOUT_S)
    assert stage() == "generate_more"
    failed = fail_stream(stub.ExportTrainingSet, pb.ExportTrainingSetRequest())
    assert (failed.reason, failed.preconditions) == ("TRAINING_NOT_READY", ["1 of at least 10 pictures are usable"])
    for number in range(9):
        approved(assets, number, licence="shop" if number < 4 else "CC0")
    assert stage() == "export"
    ready = stub.GetTrainingReadiness(pb.GetTrainingReadinessRequest(min_images=11), timeout=TIMEOUT_S)
    assert (ready.ready, ready.usable_count, ready.missing_count) == (False, 10, 1)
    assert sum(ready.thin_concepts.values()) == 10
    assert export(stub, licences=["shop"]).image_count == 4
    assert export(stub, filter='prompt : "rope"').image_count == 4
    stats = stub.GetTeachingStats(pb.GetTeachingStatsRequest(), timeout=TIMEOUT_S)
    assert (stats.approved_count, stats.pending_count, stats.export_count) == (10, 0, 2)


def test_a_cancelled_export_leaves_nothing(stub: Any, assets: Any, own_servers: LocalServers) -> None:
    for number in range(25):
        approved(assets, number)
    steps = stub.ExportTrainingSet(pb.ExportTrainingSetRequest(), timeout=TIMEOUT_S)
    next(steps)
    steps.cancel()
    root = own_servers.store / "exports"
    eventually(lambda: [path.name for path in root.glob(".*")], lambda begun: not begun)
    whole = export(stub)
    assert whole.image_count == 25


def test_a_picture_that_is_not_what_was_approved_stops_the_export(
    stub: Any, assets: Any, own_servers: LocalServers
) -> None:
    digest = approved(assets, 3).content_sha256
    path = own_servers.store / "attachments" / digest[:2] / digest[2:4] / digest
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    failed = fail_stream(stub.ExportTrainingSet, pb.ExportTrainingSetRequest(min_images=1))
    assert failed.reason == "ATTACHMENT_CORRUPT"
    assert list((own_servers.store / "exports").iterdir()) == []


def test_rmosctl_tells_exports_and_lists(stub: Any, assets: Any, own_servers: LocalServers) -> None:
    def rmosctl(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [str(Path(sys.executable).parent / "rmosctl"), "teaching", *arguments]
        environment = os.environ | {"RMOS_RUNS_ADDRESS": own_servers.runs.address, "COLUMNS": "200"}
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)

    first, *_ = [approved(assets, number) for number in range(11)]
    approved(assets, 50, side_px=256)
    assert "next: export" in rmosctl("status").stdout
    planned = rmosctl("export", "--dry-run")
    assert "11 pictures" in planned.stdout
    assert "left out" in planned.stdout
    exported = rmosctl("export")
    assert exported.returncode == 0
    assert planned.stdout.splitlines()[0] in exported.stdout
    assets.ReviewAdvisoryAsset(rejection(first, reversal=True), timeout=TIMEOUT_S)
    assert "1 revoked since" in rmosctl("list").stdout
    refused = rmosctl("export", "--min-images", "500")
    assert (refused.returncode, "TRAINING_NOT_READY" in refused.stderr) == (1, True)


def test_two_exports_of_one_selection_at_once_are_one_whole_folder(
    stub: Any, assets: Any, own_servers: LocalServers
) -> None:
    for number in range(12):
        approved(assets, number)
    with ThreadPoolExecutor(4) as callers:
        exported = list(callers.map(lambda _: export(stub), range(4)))
    assert {(item.export_id, item.folder, item.image_count) for item in exported} == {
        (exported[0].export_id, exported[0].folder, 12)
    }
    root = own_servers.store / "exports"
    assert [path.name for path in root.iterdir()] == [exported[0].folder]
    assert len(list((root / exported[0].folder).rglob("*.png"))) == 12


def test_what_was_altered_in_an_export_is_named_and_written_anew(
    stub: Any, assets: Any, own_servers: LocalServers
) -> None:
    for number in range(3):
        approved(assets, number)
    exported = export(stub)
    folder = own_servers.store / "exports" / exported.folder
    first = contents(folder)
    caption, image = sorted(folder.rglob("adv-*.txt"))[0], sorted(folder.rglob("*.png"))[1]
    caption.write_text("something else\n")
    image.unlink()
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    again = export(stub)
    named = {str(path.relative_to(folder)) for path in (caption, image, manifest)}
    assert set(again.rewritten_files) == named
    assert (again.export_id, contents(folder)) == (exported.export_id, first)
    assert (
        folder.with_name(f"{folder.name}-altered-1") / caption.relative_to(folder)
    ).read_text() == "something else\n"
    assert not export(stub).rewritten_files
    shutil.rmtree(folder)
    assert list(export(stub).rewritten_files) == [f"{folder.name}/"]
    assert contents(folder) == first


def test_a_picture_put_into_an_export_is_noticed_and_what_a_trainer_writes_is_left_alone(
    stub: Any, assets: Any, own_servers: LocalServers
) -> None:
    approved(assets, 1)
    exported = export(stub)
    folder = own_servers.store / "exports" / exported.folder
    image = next(folder.rglob("*.png"))
    image.with_suffix(".npz").write_bytes(b"what a trainer has computed")
    assert not export(stub).rewritten_files
    extra = image.with_name("extra.png")
    extra.write_bytes(image.read_bytes())
    assert list(export(stub).rewritten_files) == [str(extra.relative_to(folder))]
    assert not extra.exists()


def test_another_decision_or_other_words_are_another_export(stub: Any, assets: Any) -> None:
    asset = approved(assets, 1)
    first = export(stub)
    assets.ReviewAdvisoryAsset(rejection(asset, reversal=True), timeout=TIMEOUT_S)
    assets.ReviewAdvisoryAsset(approval(asset, reversal=True, reviewer="B. Lead"), timeout=TIMEOUT_S)
    second = export(stub)
    assert second.digest != first.digest
    assert not second.revoked_assets
    correction = approval(asset, correction=True, concept="old classical", caption="a rope ring", reviewer="B. Lead")
    assets.ReviewAdvisoryAsset(correction, timeout=TIMEOUT_S)
    assert dict(export(stub).concept_counts) == {"old classical": 1}


def test_what_is_left_out_is_told_as_it_is_now(stub: Any, assets: Any) -> None:
    approved(assets, 1)
    export(stub)
    small = approved(assets, 50, side_px=256)
    again = export(stub)
    reason = "256 x 256 px is less than 512 on the short side"
    assert dict(again.left_out) == {small.asset_id: reason}
    ready = stub.GetTrainingReadiness(pb.GetTrainingReadinessRequest(), timeout=TIMEOUT_S)
    workflow = stub.GetTeachingWorkflow(pb.GetTeachingWorkflowRequest(), timeout=TIMEOUT_S)
    assert dict(ready.reason_counts) == dict(workflow.reason_counts) == {"less than": 1}
    assert export(stub, resolution_px=256).image_count == 2
