"""A request of every method that is taken as it is, beside runs and entities in the store that it may name."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from rmos.advisory.v1 import advisory_service_pb2 as advisory
from rmos.feasibility.v1 import catalog_service_pb2 as catalog
from rmos.runs.v1 import attachments_service_pb2 as attachments
from rmos.shop.v1 import jobs_service_pb2 as jobs
from rmos.shop.v1 import patterns_service_pb2 as patterns
from rmos.type.v1 import context_pb2, risk_pb2
from rmos.workflow.v1 import workflow_service_pb2 as workflow
from tests.passing_programs import RING
from tests.promises.valid_designs import context, design
from tests.services import METHODS

BYTES = RING.encode()
SHA256 = hashlib.sha256(BYTES).hexdigest()
CSV = b"name,diameter,flutes,type\nspiral,3.175,2,end mill\nball,6,2,ball\n"


class ValidRequests:
    """Requests by method; the names in them are of runs and entities that were made when this was."""

    def __init__(self, feasibility_address: str, runs_address: str) -> None:
        self._addresses = (feasibility_address, runs_address)
        self._made: dict[str, Any] = {}
        for name in _MADE_FIRST:
            method = next(item for item in METHODS if item.name == name)
            self._made[name] = self._call(method)

    def of(self, method: MethodDescriptor, number: int = 0) -> list[Message]:
        """The messages of one call; other numbers have other designs and contexts."""
        fields = dict(_ORDINARY.get(method.name, {}))
        kind = message_factory.GetMessageClass(method.input_type)
        known = method.input_type.fields_by_name
        if "design" in known:
            fields["design"] = design(number)
        if "context" in known:
            fields["context"] = context(number)
        if "actor" in known:
            fields["actor"] = workflow.Actor(role=workflow.ACTOR_ROLE_USER, name="M. Sato")
        for name in ("name", "parent"):
            if name in known:
                fields[name] = self._name(method)
        special = _SPECIAL.get(method.name)
        if special is not None:
            return list(special(self._made, number))
        return [kind(**fields)]

    def _name(self, method: MethodDescriptor) -> str:
        known = _NAMES.get(method.name)
        if known is not None:
            return known
        for service, (made, path) in _NAMED_BY.items():
            if method.full_name.startswith(service) and made in self._made:
                return str(_at(self._made[made], path))
        return ""

    def _call(self, method: MethodDescriptor) -> Message:
        asks = method.containing_service.full_name.startswith("rmos.feasibility")
        path = f"/{method.containing_service.full_name}/{method.name}"
        answer_kind = message_factory.GetMessageClass(method.output_type)
        with grpc.insecure_channel(self._addresses[0 if asks else 1]) as channel:
            call: Any = channel.stream_unary(path, response_deserializer=answer_kind.FromString)
            answer: Message = call(iter([item.SerializeToString() for item in self.of(method)]), timeout=30)
            return answer


def _at(message: Any, path: str) -> Any:
    for step in path.split("."):
        message = getattr(message, step)
    return message


_MADE_FIRST = (
    "CreateRun",
    "UploadAttachment",
    "CreateSession",
    "CreatePattern",
    "CreateStripFamily",
    "CreateJob",
    "UploadAdvisoryAsset",
    "ExportPatterns",
    "CreateProfile",
)
_NAMED_BY = {
    "rmos.runs.v1.AttachmentsService.": ("CreateRun", "run.name"),
    "rmos.runs.v1.RunsService.": ("CreateRun", "run.name"),
    "rmos.workflow.v1.": ("CreateSession", "session.name"),
    "rmos.shop.v1.PatternsService.": ("CreatePattern", "pattern.name"),
    "rmos.shop.v1.JobsService.": ("CreateJob", "job.name"),
    "rmos.advisory.v1.": ("UploadAdvisoryAsset", "asset.name"),
}
_NAMES = {
    "GetModel": "models/classical_650",
    "GetMaterial": "materials/spruce_sitka",
    "GetTool": "tools/end_mill_3175",
    "GetMachine": "machines/shapeoko_3",
    "WithdrawEntry": "tools/never_added",
    "ListEntryVersions": "tools/end_mill_3175",
    "GetProfile": "profiles/default",
    "ListProfileRevisions": "profiles/workshop",
    "RollbackProfile": "profiles/workshop",
    "GetStripFamily": "stripFamilies/asked-for",
    "GetTrainingExport": "exports/exp_0123456789ab",
}
_PROFILE: dict[str, Any] = {
    "profile_id": "workshop",
    "min_rings": 1,
    "max_rings": 5,
    "min_ring_width_mm": 0.8,
    "max_ring_width_mm": 3.0,
    "min_total_width_mm": 3.0,
    "max_total_width_mm": 12.0,
    "palette": ["ebony_african"],
    "bias": 0.5,
}
_STRIP = patterns.Strip(material_id="ebony_african", width_mm=2.0, thickness_mm=0.6)
_ORDINARY: dict[str, dict[str, Any]] = {
    "EvaluateModel": {"model_id": "classical_650"},
    "CreateMaterial": {"material": context_pb2.Material(material_id="own_spruce", density_kg_per_m3=420.0)},
    "ReviseMaterial": {"material": context_pb2.Material(material_id="own_spruce", density_kg_per_m3=430.0)},
    "ReviseTool": {"tool": context_pb2.Tool(tool_id="own_mill", diameter_mm=3.1, flute_count=2)},
    "ReviseMachine": {"machine": context_pb2.Machine(machine_id="own_router", stiffness_n_per_mm=900.0)},
    "WithdrawEntry": {"reason": "dropped", "person": "A. Smith"},
    "ExportTools": {"format": 6, "names": ["tools/end_mill_3175"]},
    "CreateTool": {"tool": context_pb2.Tool(tool_id="own_mill", diameter_mm=3.0, flute_count=2)},
    "CreateMachine": {"machine": context_pb2.Machine(machine_id="own_mill", stiffness_n_per_mm=300.0)},
    "CreateProfile": {"profile": catalog.ConstraintProfile(**_PROFILE)},
    "RollbackProfile": {"revision": 1},
    "RecordCalibration": {
        "calibration": catalog.Calibration(
            kind=catalog.CALIBRATION_KIND_RUNOUT,
            subject="tools/end_mill_3175",
            value=0.01,
            person="M. Sato",
            date="2026-03-01",
        )
    },
    "CreateRun": {"mode": "rosette", "gcode_text": BYTES.decode()},
    "SetLegalHold": {"held": True, "person": "M. Sato", "reason": "a question"},
    "AnnotateRun": {"person": "M. Sato", "note": "dry wood"},
    "AttachAdvisory": {"advisory_id": "adv_1", "kind": 1, "text": "slower"},
    "SetRunExplanation": {"status": 1, "summary": "fine"},
    "OverrideRun": {"person": "M. Sato", "reason": "seen on scrap", "risk_level": risk_pb2.RISK_LEVEL_YELLOW},
    "RequestOverride": {"person": "M. Sato", "reason": "seen on scrap", "risk_level": risk_pb2.RISK_LEVEL_YELLOW},
    "RecordCheck": {"sheet_sha256": SHA256, "item_id": "zero", "done": True, "person": "M. Sato"},
    "SignSheet": {"sheet_sha256": SHA256, "person": "M. Sato"},
    "RenderRunProgram": {"size_px": 128},
    "RecordExecution": {"step": 1, "operator": "M. Sato"},
    "RenderRunPreview": {"mime": "image/svg+xml", "size_px": 128},
    "GetRunPreview": {"mime": "image/svg+xml", "size_px": 128},
    "WatchRuns": {"from_start": True},
    "CreateSession": {"title": "top"},
    "StoreToolpaths": {"gcode_text": BYTES.decode()},
    "ApproveSession": {"reason": "seen on scrap"},
    "RejectSession": {"reason": "the order changed"},
    "RequireRevision": {"reason": "the feed is too slow"},
    "CreatePattern": {"pattern_id": "asked-for", "title": "asked for", "pattern_type": "rope"},
    "CreateStripFamily": {"strip_family_id": "asked-for", "title": "asked for", "strips": [_STRIP]},
    "RenderPattern": {"size_px": 64},
    "CreateJob": {"job_type": jobs.JOB_TYPE_ROSETTE_CNC_EXPORT, "title": "cut"},
    "UpdateJobStatus": {"status": jobs.JOB_STATUS_RUNNING, "progress_percent": 10.0},
    "CompleteJob": {"succeeded": True},
    "GenerateImage": {"requester": "M. Sato", "size_px": 128},
    "ReviewAdvisoryAsset": {
        "reviewer": "K. Abe",
        "decision": advisory.ASSET_STATE_APPROVED,
        "licence": "CC0",
        "rating": 4,
    },
    "SetFavorite": {"is_favorite": True},
    "FindMissingAttachments": {"sha256": [SHA256]},
    "ExportTrainingSet": {"licences": ["CC0"], "repeats": 1, "resolution_px": 512, "min_images": 1, "dry_run": True},
    "GetTrainingReadiness": {"min_images": 1},
}
_Make = Callable[[Mapping[str, Any], int], Iterator[Message]]


def _one(kind: str, **fields: Any) -> Iterator[Message]:
    method = next(item for item in METHODS if item.name == kind)
    yield message_factory.GetMessageClass(method.input_type)(**fields)


def _inputs(number: int) -> dict[str, Any]:
    return {"design": design(number), "context": context(number)}


def _batch(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    return _one("BatchEvaluateFeasibility", items=[{"request": _inputs(number + place)} for place in range(2)])


def _job(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    return _one("EvaluateJob", steps=[{"name": f"step {place}", **_inputs(number + place)} for place in range(2)])


def _stream(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    column = {"field": "context.cut.feed_rate_mm_per_min", "values": [900.0, 1_200.0]}
    for place in range(2):
        yield from _one(
            "StreamEvaluateFeasibility", key=f"k{place}", columns=[column] if number % 2 else [], **_inputs(number)
        )


def _sweep(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    axes = [
        {"field": "context.cut.feed_rate_mm_per_min", "range": {"min": 500.0, "max": 2_000.0, "count": 3}},
        {"field": "context.tool.stickout_mm", "numbers": {"values": [15.0, 20.0]}},
        {"field": "context.tool.wear", "texts": {"values": ["SHARP", "WORN"]}},
    ]
    return _one("SweepFeasibility", axes=axes, **_inputs(number))


def _search(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    return _one(
        "SearchRosettes",
        profile_id="workshop" if number % 2 else "default",
        soundhole_radius_mm=42.5,
        channel_depth_mm=1.3,
        upper_bout_width_mm=280.0,
        max_candidates=2,
        max_attempts=4,
        time_limit_s=1.0,
        seed=number,
        context=context(number),
    )


def _library(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    yield from _one("ImportTools", header={"file_name": "t.csv", "preview": number % 2 == 0})
    yield from _one("ImportTools", chunk=CSV)


def _runs(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    return _one("BatchCreateRuns", requests=[{"mode": "rosette", **_inputs(number + place)} for place in range(2)])


def _names(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    return _one("BatchGetRuns", names=[made["CreateRun"].run.name])


def _diff(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    name = made["CreateRun"].run.name
    return _one("DiffRuns", left=name, right=name, include_gcode=True)


def _upload(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    header: dict[str, Any] = {
        "sha256": SHA256,
        "size_bytes": len(BYTES),
        "kind": "gcode",
        "mime": "text/plain",
        "filename": "a.nc",
    }
    if "CreateRun" in made:
        header["parent"] = made["CreateRun"].run.name
    yield attachments.UploadAttachmentRequest(header=attachments.UploadHeader(**header))
    yield attachments.UploadAttachmentRequest(chunk=BYTES)


def _attachment(kind: str) -> _Make:
    return lambda made, number: _one(kind, name=f"{made['CreateRun'].run.name}/attachments/{SHA256}")


def _decline(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    name = f"{made['CreateRun'].run.name}/requests/1"
    return _one("DeclineOverrideRequest", name=name, person="M. Sato", reason="clamp it first")


def _diff_attachments(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    name = made["CreateRun"].run.name
    return _one("DiffAttachments", left=name, right=name)


def _asset(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    header = advisory.AssetHeader(
        asset_type=advisory.ASSET_TYPE_SUGGESTION,
        source=advisory.ASSET_SOURCE_AI_GRAPHICS,
        provider="workshop",
        requester="M. Sato",
        mime="text/plain",
        confidence=0.5,
        generation_time_ms=12.0,
        cost_usd=0.0,
        content_sha256=hashlib.sha256(b"slower").hexdigest(),
        content_size_bytes=6,
    )
    yield advisory.UploadAdvisoryAssetRequest(header=header)
    yield advisory.UploadAdvisoryAssetRequest(chunk=b"slower")


def _reviews(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    review = {"name": made["UploadAdvisoryAsset"].asset.name, **_ORDINARY["ReviewAdvisoryAsset"]}
    return _one("BatchReviewAdvisoryAssets", requests=[review])


def _patterns(made: Mapping[str, Any], number: int) -> Iterator[Message]:
    return _one("ImportPatterns", document=made["ExportPatterns"].document, validate_only=number % 2 == 0)


_SPECIAL: dict[str, _Make] = {
    "EvaluateJob": _job,
    "BatchEvaluateFeasibility": _batch,
    "StreamEvaluateFeasibility": _stream,
    "SweepFeasibility": _sweep,
    "SearchRosettes": _search,
    "ImportTools": _library,
    "BatchCreateRuns": _runs,
    "BatchGetRuns": _names,
    "DiffRuns": _diff,
    "UploadAttachment": _upload,
    "GetAttachment": _attachment("GetAttachment"),
    "DownloadAttachment": _attachment("DownloadAttachment"),
    "DiffAttachments": _diff_attachments,
    "DeclineOverrideRequest": _decline,
    "UploadAdvisoryAsset": _asset,
    "BatchReviewAdvisoryAssets": _reviews,
    "ImportPatterns": _patterns,
}
