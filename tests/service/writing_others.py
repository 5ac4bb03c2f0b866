"""One call of each method that writes anything but runs and sessions, and who its record says has made it."""

import json
from typing import Any

from google.protobuf.message import Message

from rmos.advisory.v1 import advisory_service_pb2 as advisory_pb
from rmos.feasibility.v1 import catalog_service_pb2 as catalog_pb
from rmos.shop.v1 import imports_service_pb2 as imports_pb
from rmos.shop.v1 import jobs_service_pb2 as jobs_pb
from rmos.shop.v1 import patterns_service_pb2 as patterns_pb
from rmos.teaching.v1 import teaching_service_pb2 as teaching_pb
from rmos.type.v1 import context_pb2, design_pb2, identity_pb2
from tests import builders
from tests.service import advisory_requests
from tests.service.writers import ADVISORY, CATALOG, LEAD, SHOP, Writers, writes


@writes(f"{SHOP}JobsService/CreateJob")
def _job(by: Writers) -> Message:
    made: Message = by.jobs.CreateJob(jobs_pb.CreateJobRequest(job_type=jobs_pb.JOB_TYPE_ROSETTE_PREVIEW)).job
    return made


@writes(f"{SHOP}JobsService/UpdateJobStatus")
def _update_job(by: Writers) -> Message:
    name = getattr(_job(by), "name")  # noqa: B009
    made: Message = by.jobs.UpdateJobStatus(jobs_pb.UpdateJobStatusRequest(name=name, note="half done")).job
    return made


@writes(f"{SHOP}JobsService/CompleteJob")
def _complete_job(by: Writers) -> Message:
    name = getattr(_job(by), "name")  # noqa: B009
    by.jobs.UpdateJobStatus(jobs_pb.UpdateJobStatusRequest(name=name, status=jobs_pb.JOB_STATUS_RUNNING))
    by.jobs.CompleteJob(jobs_pb.CompleteJobRequest(name=name, succeeded=True))
    made: Message = by.jobs.GetJob(jobs_pb.GetJobRequest(name=name)).job
    return made


@writes(f"{SHOP}PatternsService/CreatePattern")
def _pattern(by: Writers) -> Message:
    made: Message = by.patterns.CreatePattern(
        patterns_pb.CreatePatternRequest(title="drawn by hand", pattern_type="rope", ring_count=3)
    ).pattern
    return made


@writes(f"{SHOP}PatternsService/CreateStripFamily")
def _family(by: Writers) -> Message:
    strips = [patterns_pb.Strip(material_id="ebony_african", width_mm=0.6)]
    made: Message = by.patterns.CreateStripFamily(
        patterns_pb.CreateStripFamilyRequest(title="black", strips=strips)
    ).strip_family
    return made


@writes(f"{SHOP}PatternsService/ImportPatterns")
def _import_patterns(by: Writers) -> Message:
    _pattern(by)
    exported = by.patterns.ExportPatterns(patterns_pb.ExportPatternsRequest())
    by.patterns.ImportPatterns(patterns_pb.ImportPatternsRequest(document=exported.document, source_name="a.json"))
    newest: Message = by.imports.ListImports(imports_pb.ListImportsRequest()).imports[0]
    return newest


@writes(f"{ADVISORY}UploadAdvisoryAsset")
def _upload_asset(by: Writers) -> Message:
    return advisory_requests.upload(by.assets, requester=LEAD)


@writes(f"{ADVISORY}GenerateImage")
def _generate(by: Writers) -> Message:
    request = advisory_pb.GenerateImageRequest(prompt="a rosette", design=_ringed(), requester=LEAD, size_px=64)
    made: Message = by.assets.GenerateImage(request).assets[0]
    return made


@writes(f"{ADVISORY}ReviewAdvisoryAsset")
def _review(by: Writers) -> Message:
    asset = by.asset()
    by.assets.ReviewAdvisoryAsset(advisory_requests.approval(asset, reviewer=LEAD))
    read = by.assets.GetAdvisoryAsset(advisory_pb.GetAdvisoryAssetRequest(name=asset.name))
    assert read.asset.identity == read.reviews[0].identity
    review: Message = read.reviews[0]
    return review


@writes(f"{ADVISORY}BatchReviewAdvisoryAssets")
def _review_some(by: Writers) -> Message:
    asset = by.asset()
    requests = [advisory_requests.approval(asset, reviewer=LEAD)]
    by.assets.BatchReviewAdvisoryAssets(advisory_pb.BatchReviewAdvisoryAssetsRequest(requests=requests))
    review: Message = by.assets.GetAdvisoryAsset(advisory_pb.GetAdvisoryAssetRequest(name=asset.name)).reviews[0]
    return review


@writes(f"{ADVISORY}SetFavorite")
def _favourite(by: Writers) -> Message:
    name = by.asset().name
    by.assets.SetFavorite(advisory_pb.SetFavoriteRequest(name=name, is_favorite=True))
    found: Message = by.assets.GetAdvisoryAsset(advisory_pb.GetAdvisoryAssetRequest(name=name)).asset
    return found


@writes("rmos.teaching.v1.TeachingService/ExportTrainingSet")
def _export(by: Writers) -> Message:
    asset = by.asset(side_px=512)
    by.assets.ReviewAdvisoryAsset(advisory_requests.approval(asset, reviewer=LEAD, caption="a rosette"))
    *_, last = by.teaching.ExportTrainingSet(teaching_pb.ExportTrainingSetRequest(min_images=1))
    name = teaching_pb.GetTrainingExportRequest(name=last.export.name)
    exported: Message = by.teaching.GetTrainingExport(name).export
    return exported


@writes(f"{CATALOG}CreateMaterial")
def _material(by: Writers) -> Message:
    wood = context_pb2.Material(
        material_id="my_spruce", kind=context_pb2.MATERIAL_KIND_SOFTWOOD, density_kg_per_m3=400.0
    )
    by.catalog.CreateMaterial(catalog_pb.CreateMaterialRequest(material=wood))
    found: Message = by.catalog.GetMaterial(catalog_pb.GetMaterialRequest(name="materials/my_spruce")).material
    return found


@writes(f"{CATALOG}CreateTool")
def _tool(by: Writers) -> Message:
    by.catalog.CreateTool(
        catalog_pb.CreateToolRequest(tool=context_pb2.Tool(tool_id="my_bit", diameter_mm=2.0, flute_count=2))
    )
    found: Message = by.catalog.GetTool(catalog_pb.GetToolRequest(name="tools/my_bit")).tool
    return found


@writes(f"{CATALOG}CreateMachine")
def _machine(by: Writers) -> Message:
    mill = context_pb2.Machine(machine_id="my_mill", tier=context_pb2.MACHINE_TIER_HOBBY)
    by.catalog.CreateMachine(catalog_pb.CreateMachineRequest(machine=mill))
    found: Message = by.catalog.GetMachine(catalog_pb.GetMachineRequest(name="machines/my_mill")).machine
    return found


@writes(f"{CATALOG}ReviseMaterial")
def _revise_material(by: Writers) -> Message:
    wood = context_pb2.Material(material_id="revised_spruce", density_kg_per_m3=400.0)
    by.catalog.CreateMaterial(catalog_pb.CreateMaterialRequest(material=wood))
    wood.density_kg_per_m3 = 410.0
    found: Message = by.catalog.ReviseMaterial(catalog_pb.ReviseMaterialRequest(material=wood)).material
    return found


@writes(f"{CATALOG}ReviseTool")
def _revise_tool(by: Writers) -> Message:
    bit = context_pb2.Tool(tool_id="revised_bit", diameter_mm=2.0)
    by.catalog.CreateTool(catalog_pb.CreateToolRequest(tool=bit))
    bit.wear = context_pb2.TOOL_WEAR_WORN
    found: Message = by.catalog.ReviseTool(catalog_pb.ReviseToolRequest(tool=bit)).tool
    return found


@writes(f"{CATALOG}ReviseMachine")
def _revise_machine(by: Writers) -> Message:
    mill = context_pb2.Machine(machine_id="revised_mill", tier=context_pb2.MACHINE_TIER_HOBBY)
    by.catalog.CreateMachine(catalog_pb.CreateMachineRequest(machine=mill))
    mill.stiffness_n_per_mm = 800.0
    found: Message = by.catalog.ReviseMachine(catalog_pb.ReviseMachineRequest(machine=mill)).machine
    return found


@writes(f"{CATALOG}WithdrawEntry")
def _withdraw(by: Writers) -> Message:
    bit = context_pb2.Tool(tool_id="gone_bit", diameter_mm=2.0)
    by.catalog.CreateTool(catalog_pb.CreateToolRequest(tool=bit))
    asked = catalog_pb.WithdrawEntryRequest(name="tools/gone_bit", reason="dropped", person=LEAD)
    by.catalog.WithdrawEntry(asked)
    versions = by.catalog.ListEntryVersions(catalog_pb.ListEntryVersionsRequest(name="tools/gone_bit")).versions
    found: Message = versions[0]
    return found


@writes(f"{CATALOG}CreateProfile")
def _profile(by: Writers) -> Message:
    return by.profile(3)


@writes(f"{CATALOG}RollbackProfile")
def _rollback(by: Writers) -> Message:
    by.profile(3)
    by.profile(5)
    by.catalog.RollbackProfile(catalog_pb.RollbackProfileRequest(name="profiles/mine", revision=1))
    found: Message = by.catalog.GetProfile(catalog_pb.GetProfileRequest(name="profiles/mine")).profile
    return found


@writes(f"{CATALOG}RecordCalibration")
def _calibrate(by: Writers) -> Message:
    measured = catalog_pb.Calibration(
        kind=catalog_pb.CALIBRATION_KIND_AXIS_PUSH,
        subject="machines/shapeoko_3",
        value=640.0,
        person=LEAD,
        date="2026-03-01",
        identity=identity_pb2.Identity(name="somebody else"),
    )
    by.catalog.RecordCalibration(catalog_pb.RecordCalibrationRequest(calibration=measured))
    found: Message = by.catalog.ListCalibrations(catalog_pb.ListCalibrationsRequest()).calibrations[0]
    return found


@writes(f"{CATALOG}ImportTools")
def _import_tools(by: Writers) -> Message:
    library = json.dumps(
        {"data": [{"guid": "g-1", "type": "flat end mill", "unit": "millimeters", "description": "bit",
                   "geometry": {"DC": 3.0, "NOF": 2}}], "version": 1}
    ).encode()  # fmt: skip
    header = catalog_pb.ImportToolsRequest(header=catalog_pb.ImportHeader(file_name="vendor.json"))
    answer = by.catalog.ImportTools(iter((header, catalog_pb.ImportToolsRequest(chunk=library))))
    attempt = by.catalog.ListToolImports(catalog_pb.ListToolImportsRequest()).imports[0]
    added: Any = by.catalog.GetTool(catalog_pb.GetToolRequest(name=answer.tools[0].tool.name)).tool
    assert attempt.identity == added.identity
    found: Message = added
    return found


def _ringed() -> design_pb2.Design:
    design = builders.design_message()
    ring = design_pb2.RosetteRing(inner_radius_mm=46.1, width_mm=1.8)
    design.rosette_channel.rings.append(ring)
    return design
