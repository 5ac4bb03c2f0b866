"""The contract: style, drift, completeness."""

import filecmp
import json
import subprocess
import sys
from pathlib import Path

import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from rmos.runs.v1 import runs_service_pb2
from tests.services import SERVICES

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
REST = {
    ("POST", "/api/rmos/feasibility/evaluate"): "EvaluateFeasibility",
    ("POST", "/api/rmos/feasibility/evaluate/model/{model_id}"): "EvaluateModel",
    ("GET", "/api/rmos/feasibility/models"): "ListModels",
    ("GET", "/api/rmos/feasibility/risk-levels"): "ListRiskLevels",
    ("GET", "/api/rmos/feasibility/categories"): "ListCategories",
    ("GET", "/api/rmos/feasibility/engines"): "ListEngines",
    ("POST", "/api/runs"): "CreateRun",
    ("POST", "/api/rmos/runs"): "CreateRun",
    ("GET", "/api/runs"): "ListRuns",
    ("GET", "/api/rmos/runs"): "ListRuns",
    ("GET", "/api/{name=runs/*}"): "GetRun",
    ("GET", "/api/rmos/{name=runs/*}"): "GetRun",
    ("GET", "/api/{parent=runs/*}/attachments"): "ListAttachments",
    ("GET", "/api/{parent=runs/*}/attachments/verify"): "VerifyAttachments",
    ("GET", "/api/runs/diff"): "DiffRuns",
    ("PATCH", "/api/rmos/{name=runs/*}/meta"): "AnnotateRun",
    ("POST", "/api/{name=runs/*}/attach-advisory"): "AttachAdvisory",
    ("GET", "/api/{parent=runs/*}/advisories"): "ListRunAdvisories",
    ("POST", "/api/{name=runs/*}/suggest-and-attach"): "SuggestAdvisory",
    ("POST", "/api/{name=runs/*}/explanation"): "SetRunExplanation",
    ("GET", "/api/{name=runs/*/attachments/*}"): "DownloadAttachment",
    ("POST", "/api/advisory/generate/image"): "GenerateImage",
    ("GET", "/api/advisory/assets"): "ListAdvisoryAssets",
    ("GET", "/api/advisory/{name=assets/*}"): "GetAdvisoryAsset",
    ("GET", "/api/advisory/{name=assets/*}/content"): "DownloadAdvisoryAsset",
    ("POST", "/api/advisory/{name=assets/*}/review"): "ReviewAdvisoryAsset",
    ("GET", "/api/advisory/pending"): "ListPendingAdvisoryAssets",
    ("GET", "/api/advisory/stats"): "GetAdvisoryStats",
    ("POST", "/api/teaching/export"): "ExportTrainingSet",
    ("GET", "/api/teaching/stats"): "GetTeachingStats",
    ("GET", "/api/teaching/ready"): "GetTrainingReadiness",
    ("GET", "/api/teaching/workflow"): "GetTeachingWorkflow",
    # entries of the workshop
    ("GET", "/api/rmos/feasibility/materials"): "ListMaterials",
    ("POST", "/api/rmos/feasibility/materials"): "CreateMaterial",
    ("GET", "/api/rmos/feasibility/{name=materials/*}"): "GetMaterial",
    ("PATCH", "/api/rmos/feasibility/materials/{material.material_id}"): "ReviseMaterial",
    ("GET", "/api/rmos/feasibility/tools"): "ListTools",
    ("POST", "/api/rmos/feasibility/tools"): "CreateTool",
    ("GET", "/api/rmos/feasibility/{name=tools/*}"): "GetTool",
    ("PATCH", "/api/rmos/feasibility/tools/{tool.tool_id}"): "ReviseTool",
    ("GET", "/api/rmos/feasibility/machines"): "ListMachines",
    ("POST", "/api/rmos/feasibility/machines"): "CreateMachine",
    ("GET", "/api/rmos/feasibility/{name=machines/*}"): "GetMachine",
    ("PATCH", "/api/rmos/feasibility/machines/{machine.machine_id}"): "ReviseMachine",
    ("GET", "/api/rmos/feasibility/calibrations"): "ListCalibrations",
    ("POST", "/api/rmos/feasibility/calibrations"): "RecordCalibration",
    ("POST", "/api/rmos/feasibility/{name=materials/*}/withdraw"): "WithdrawEntry",
    ("GET", "/api/rmos/feasibility/{name=materials/*}/versions"): "ListEntryVersions",
    ("POST", "/api/rmos/feasibility/{name=tools/*}/withdraw"): "WithdrawEntry",
    ("GET", "/api/rmos/feasibility/{name=tools/*}/versions"): "ListEntryVersions",
    ("POST", "/api/rmos/feasibility/{name=machines/*}/withdraw"): "WithdrawEntry",
    ("GET", "/api/rmos/feasibility/{name=machines/*}/versions"): "ListEntryVersions",
    ("POST", "/api/rmos/feasibility/{name=calibrations/*}/withdraw"): "WithdrawEntry",
    ("GET", "/api/rmos/feasibility/{name=calibrations/*}/versions"): "ListEntryVersions",
    # those of the page
    ("GET", "/api/{name=runs/*}/verify"): "VerifyRun",
    ("GET", "/api/runs/count"): "CountRuns",
    ("GET", "/api/{name=runs/*}/lineage"): "GetRunLineage",
    ("POST", "/api/{name=runs/*}/override"): "OverrideRun",
    ("POST", "/api/{name=runs/*}/accept-findings"): "AcceptFindings",
    ("POST", "/api/{name=runs/*}/executions"): "RecordExecution",
    ("POST", "/api/{name=runs/*}/replay"): "ReplayRun",
    ("GET", "/api/{name=runs/*}/preview"): "GetRunPreview",
    ("POST", "/api/{name=runs/*}/requests"): "RequestOverride",
    ("GET", "/api/requests"): "ListOverrideRequests",
    ("POST", "/api/{name=runs/*/requests/*}/decline"): "DeclineOverrideRequest",
    ("GET", "/api/{name=runs/*}/sheet"): "GetSetupSheet",
    ("GET", "/api/{name=runs/*}/sheet/print"): "RenderSetupSheet",
    ("POST", "/api/{name=runs/*}/checks"): "RecordCheck",
    ("POST", "/api/{name=runs/*}/signature"): "SignSheet",
    ("GET", "/api/{name=runs/*}/toolpath"): "RenderRunProgram",
    ("GET", "/api/attachments/{sha256}/runs"): "FindRunsByDigest",
    ("GET", "/api/advisory/{name=assets/*}/alike"): "FindDuplicateAssets",
    ("GET", "/api/rmos/server"): "GetServerInfo",
    ("POST", "/api/auth/login"): "Login",
    ("POST", "/api/auth/logout"): "Logout",
    ("GET", "/api/auth/me"): "WhoAmI",
}


def buf(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(BIN / "buf"), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_contract_is_lint_clean_and_formatted() -> None:
    assert buf("lint").stdout == ""
    assert buf("format", "--diff", "protos").stdout == ""


@pytest.mark.xdist_group("generate")
def test_the_committed_stubs_are_those_of_the_contract(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "protos/generate.py", "--output", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=600,
    )
    for folder in ("python/rmos", "go/rmos", "typescript/src/gen"):
        assert differing(tmp_path / folder, ROOT / "clients" / folder) == []
    for page in ("docs/reference/job-file.md", "clients/python/rmos_client/job.schema.json"):
        assert (tmp_path / page).read_text() == (ROOT / page).read_text(), page


def differing(fresh: Path, committed: Path) -> list[str]:
    names = {
        path.relative_to(folder)
        for folder in (fresh, committed)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    return sorted(
        str(name)
        for name in names
        if not (fresh / name).is_file()
        or not (committed / name).is_file()
        or not filecmp.cmp(fresh / name, committed / name, shallow=False)
    )


def test_every_documented_endpoint_is_mapped_and_no_other() -> None:
    mapped = {}
    for service in SERVICES:
        for method in service.methods:
            rule = method.GetOptions().Extensions[annotations_pb2.http]
            for binding in (rule, *rule.additional_bindings):
                pattern = binding.WhichOneof("pattern")
                if pattern:
                    mapped[pattern.upper(), getattr(binding, pattern)] = method.name
    assert mapped == REST


def test_every_method_says_effect_errors_and_idempotency(tmp_path: Path) -> None:
    image = tmp_path / "rmos.json"
    assert buf("build", "protos", "--as-file-descriptor-set", "-o", str(image)).returncode == 0
    files = json.loads(image.read_text())["file"]
    silent = [
        (file["service"][0]["name"], file["service"][0]["method"][location["path"][3]]["name"])
        for file in files
        for location in file.get("sourceCodeInfo", {}).get("location", [])
        if len(location.get("path", [])) == 4
        and location["path"][0] == 6
        and location["path"][2] == 2
        and not all(word in location.get("leadingComments", "") for word in ("Effect:", "Idempotent", "Errors:"))
    ]
    assert silent == []


def test_there_is_no_way_to_change_or_remove_a_run() -> None:
    artifacts = [service for service in SERVICES if service.full_name.startswith("rmos.runs.")]
    verbs = {method.name for service in artifacts for method in service.methods}
    assert verbs
    assert not [name for name in verbs if name.startswith(("Update", "Delete", "Patch"))]


def test_no_request_has_room_for_a_verdict() -> None:
    fields = {field.name for field in runs_service_pb2.CreateRunRequest.DESCRIPTOR.fields}
    assert not fields & {"feasibility", "decision", "safety", "risk_level", "status", "hashes"}


def test_imports_point_down() -> None:
    checked = subprocess.run(
        [str(BIN / "lint-imports")], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_the_descriptor_set_holds_every_service(tmp_path: Path) -> None:
    target = tmp_path / "rmos.binpb"
    assert buf("build", "protos", "--as-file-descriptor-set", "-o", str(target)).returncode == 0
    descriptors = FileDescriptorSet.FromString(target.read_bytes())
    found = {f"{file.package}.{service.name}" for file in descriptors.file for service in file.service}
    assert {service.full_name for service in SERVICES} <= found
