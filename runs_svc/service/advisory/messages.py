"""Assets, reviews and budgets on the wire."""

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from foundation.call import current_call
from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from foundation.json_members import child, text
from rmos.advisory.v1 import advisory_service_pb2 as pb
from rpckit import proto_json
from rpckit.authentication.acting import acting_name
from rpckit.authentication.identity_messages import identity_member
from rpckit.page_tokens import Fitting
from runs_svc.domain.advisory.asset import Asset, AssetState, Review
from runs_svc.domain.advisory.prompt import prompt_sha256, read_prompt
from runs_svc.domain.advisory.review_words import LONGEST_CAPTION
from runs_svc.domain.advisory.training_words import caption_of, concept_of
from runs_svc.domain.entities.revision import to_json
from runs_svc.domain.ids import read_digest, read_idempotency_key
from runs_svc.domain.runs.redaction import keep_open_fields, not_kept
from runs_svc.domain.shop.drawing_limits import check_drawable, check_material, check_materials
from runs_svc.service.runs.texts import read_line, read_text
from runs_svc.usecases.advisory.assets import AssetStatistics
from runs_svc.usecases.advisory.budget import Used
from runs_svc.usecases.advisory.generate import GenerateRequest
from runs_svc.usecases.advisory.intake import LARGEST_ASSET_BYTES
from runs_svc.usecases.entities.entity import Revision

_NAME = re.compile(r"assets/(adv_[0-9a-f]{12})")
_ID = re.compile(r"adv_[0-9a-f]{12}")
_MIME = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")
_CONCEPT = re.compile(r"(?:[^\W_]|[ -])*")
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_PROMPT = 100, 2_000, 4_000
_REFUSED_BYTES = 2 * 1024**2
_MOST_WARNINGS, _MOST_IMAGES = 50, 4
_LONGEST_TIME_MS = 1e12
_SMALLEST_PX, _LARGEST_PX, _DEFAULT_PX = 64, 2_048, 1_024
_TYPES: Mapping[int, str] = {
    number: name.removeprefix("ASSET_TYPE_").lower() for name, number in pb.AssetType.items() if number
}
_SOURCES: Mapping[int, str] = {
    number: name.removeprefix("ASSET_SOURCE_").lower() for name, number in pb.AssetSource.items() if number
}
_REASONS: Mapping[int, str] = {
    number: name.removeprefix("REJECTION_REASON_").lower() for name, number in pb.RejectionReason.items() if number
}
_DECISIONS = {pb.ASSET_STATE_APPROVED: AssetState.APPROVED, pb.ASSET_STATE_REJECTED: AssetState.REJECTED}


def read_asset_name(name: str) -> str:
    """The asset id in `assets/{asset_id}`.

    Raises:
        InvalidFieldsError: The name has another form.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise InvalidFieldsError.one("name", f"{name!r} is not of the form assets/adv_ and 12 hex digits")
    return found[1]


def read_wanted(request: pb.GenerateImageRequest) -> GenerateRequest:
    """What a caller asks to have drawn.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    size_px, count = request.size_px or _DEFAULT_PX, request.count or 1
    if not _SMALLEST_PX <= size_px <= _LARGEST_PX:
        raise InvalidFieldsError.one("size_px", f"{size_px} is not within {_SMALLEST_PX} to {_LARGEST_PX}")
    if not 1 <= count <= _MOST_IMAGES:
        raise InvalidFieldsError.one("count", f"{count} is not within 1 to {_MOST_IMAGES}")
    design = proto_json.read(request.design, "design") if request.HasField("design") else {}
    check_drawable(design)
    check_materials(design)
    check_material(request.top_material_id, "top_material_id")
    return GenerateRequest(
        prompt=read_text("prompt", request.prompt, _LONGEST_TEXT),
        provider=read_text("provider", request.provider, _LONGEST_NAME),
        design=design,
        size_px=size_px,
        count=count,
        requester=acting_name("requester", request.requester),
        idempotency_key=read_idempotency_key(request.idempotency_key),
        top_material_id=request.top_material_id,
    )


def read_header(header: pb.AssetHeader, *, now: str, request_id: str) -> Asset:
    """The asset an upload declares, still without its bytes, and without an id where none is given.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    if header.asset_type not in _TYPES or header.source not in _SOURCES:
        missing = "asset_type" if header.asset_type not in _TYPES else "source"
        raise InvalidFieldsError.one(f"header.{missing}", "is required")
    if header.asset_id and not _ID.fullmatch(header.asset_id):
        raise InvalidFieldsError.one("header.asset_id", f"{header.asset_id!r} is not adv_ and 12 hex digits")
    if not header.content_sha256 and not header.HasField("suggestion_data"):
        raise InvalidFieldsError.one("header.content_sha256", "is required, or suggestion_data")
    if len(header.warnings) > _MOST_WARNINGS:
        raise InvalidFieldsError.one("header.warnings", f"more than {_MOST_WARNINGS}")
    for name, most in (("confidence", 1.0), ("cost_usd", 1e6), ("generation_time_ms", _LONGEST_TIME_MS)):
        value: float = getattr(header, name)
        if not 0 <= value <= most:
            raise InvalidFieldsError.one(f"header.{name}", f"{value} is not within 0 to {most:g}")
    prompt = read_text("header.prompt", header.prompt, _LONGEST_PROMPT)
    data = keep_open_fields(proto_json.read_struct(header.suggestion_data, "header.suggestion_data"))
    return Asset(
        asset_id=header.asset_id,
        asset_type=_TYPES[header.asset_type],
        source=_SOURCES[header.source],
        provider=read_line("header.provider", header.provider, _LONGEST_NAME, shortest=1),
        model=read_line("header.model", header.model, _LONGEST_NAME),
        created_at_utc=now,
        request_id=request_id,
        provider_request_id=read_text("header.provider_request_id", header.provider_request_id, 200),
        requester=_uploader(header.requester),
        prompt=prompt,
        prompt_sha256=prompt_sha256(prompt),
        reading=read_prompt(prompt),
        suggestion_data=data if header.HasField("suggestion_data") else None,
        confidence=header.confidence if header.HasField("confidence") else None,
        warnings=tuple(read_text("header.warnings", warning, _LONGEST_TEXT) for warning in header.warnings),
        generation_time_ms=header.generation_time_ms,
        cost_usd=header.cost_usd,
        meta=keep_open_fields(proto_json.read_struct(header.meta, "header.meta")),
    )


def warnings_of(asset: Asset) -> list[str]:
    """What was not kept of the open fields of an upload."""
    return [
        *not_kept("header.suggestion_data", asset.suggestion_data or {}),
        *not_kept("header.meta", asset.meta),
    ]


def _uploader(stated: str) -> str:
    """Who asked for an uploaded asset; nobody has to, where nobody is asked who calls."""
    if not stated and current_call.get().identity is None:
        return ""
    return acting_name("header.requester", stated)


def read_content(header: pb.AssetHeader) -> tuple[str, int, str] | None:
    """Digest, size and media type of the bytes; None when there are none.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    if not header.content_sha256:
        return None
    if not 1 <= header.content_size_bytes <= LARGEST_ASSET_BYTES:
        text = f"{header.content_size_bytes} is not within 1 to {LARGEST_ASSET_BYTES}"
        raise InvalidFieldsError.one("header.content_size_bytes", text)
    if not _MIME.fullmatch(header.mime):
        raise InvalidFieldsError.one("header.mime", f"{header.mime!r} is not a media type, for example image/png")
    if _TYPES.get(header.asset_type) == "image" and not header.mime.startswith("image/"):
        raise InvalidFieldsError.one("header.mime", f"{header.mime!r} is not that of a picture, as image/png is")
    return read_digest(header.content_sha256, "header.content_sha256").sha256, header.content_size_bytes, header.mime


def read_review(request: pb.ReviewAdvisoryAssetRequest) -> Review:
    """A decision.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    if request.decision not in _DECISIONS:
        raise InvalidFieldsError.one("decision", "is required: approved or rejected")
    decision = _DECISIONS[request.decision]
    reason = _REASONS.get(request.rejection_reason, "")
    if request.rejection_reason and not reason:
        raise InvalidFieldsError.one(
            "rejection_reason",
            f"{request.rejection_reason} is not a RejectionReason; allowed: {', '.join(_REASONS.values())}",
        )
    if (decision is AssetState.REJECTED) != bool(reason):
        text = "is required to reject" if not reason else "has no place in an approval"
        raise InvalidFieldsError.one("rejection_reason", text)
    if not 0 <= request.rating <= 5:
        raise InvalidFieldsError.one("rating", f"{request.rating} is not within 1 to 5 (or absent)")
    concept = read_line("concept", request.concept, _LONGEST_NAME)
    if not _CONCEPT.fullmatch(concept):
        raise InvalidFieldsError.one("concept", f"{concept!r} is not of letters, digits, blanks and hyphens")
    return Review(
        reviewer=acting_name("reviewer", request.reviewer),
        decision=decision,
        note=read_text("note", request.note, _LONGEST_TEXT),
        rating=request.rating,
        rejection_reason=reason,
        licence=read_line("licence", request.licence, _LONGEST_NAME),
        caption=read_line("caption", request.caption, LONGEST_CAPTION),
        shown_sha256=request.shown_sha256,
        reversal=request.reversal,
        concept=concept,
        correction=request.correction,
    )


def write_asset(version: Revision[Asset]) -> pb.AdvisoryAsset:
    asset = version.entity
    value: JsonObject = {
        **_plain_members(asset),
        "name": f"assets/{asset.asset_id}",
        "asset_type": asset.asset_type.upper(),
        "source": asset.source.upper(),
        "create_time": asset.created_at_utc,
        "warnings": list(asset.warnings),
        "state": asset.state.upper(),
        "reviewed": asset.state is not AssetState.PENDING,
        "approved_for_workflow": asset.state is AssetState.APPROVED,
        "runs": [f"runs/{run_id}" for run_id in asset.runs],
        "exports": [f"exports/{export_id}" for export_id in asset.exports],
        "meta": asset.meta,
        "version": version.number,
        **identity_member(version.identity),
    }
    if asset.prompt:
        value["reading"] = to_json(asset.reading)
    if asset.generation is not None:
        value["generation"] = to_json(asset.generation)
    if asset.confidence is not None:
        value["confidence"] = asset.confidence
    if asset.suggestion_data is not None:
        value["suggestion_data"] = asset.suggestion_data
    if (content := asset.content) is not None:
        value |= {"content_sha256": content.sha256, "content_size_bytes": content.size_bytes, "mime": content.mime}
        if (picture := content.picture) is not None:
            value |= {
                "image_width_px": picture.width_px,
                "image_height_px": picture.height_px,
                "image_format": picture.format,
                "perceptual_hash": picture.perceptual_hash,
                "picture_changes": list(picture.changes),
            }
    if (review := asset.review) is not None:
        value |= {
            "reviewed_by": review.reviewer,
            "review_time": asset.reviewed_at_utc,
            "review_note": review.note,
            "rating": review.rating,
            "review_request_id": asset.review_request_id,
            "licence": review.licence,
            "concept": review.concept,
            "caption": review.caption,
        }
        if review.rejection_reason:
            value["rejection_reason"] = review.rejection_reason.upper()
    return proto_json.write(pb.AdvisoryAsset, value)


def _plain_members(asset: Asset) -> JsonObject:
    names = (
        "asset_id",
        "provider",
        "model",
        "request_id",
        "provider_request_id",
        "requester",
        "prompt",
        "prompt_sha256",
        "generation_time_ms",
        "cost_usd",
        "is_favorite",
    )
    return {name: getattr(asset, name) for name in names}


def write_review(version: Revision[Asset]) -> pb.Review | None:
    """The decision an event holds; None when it is another kind of event."""
    event = version.event
    if event["action"] != "review":
        return None
    review = dict(child(event, "review"))
    value: JsonObject = {
        **review,
        "decision": text(review, "decision").upper(),
        "refused": event["refused"],
        "review_time": version.created_at_utc,
        "request_id": version.request_id,
        **identity_member(version.identity),
    }
    if reason := text(review, "rejection_reason"):
        value["rejection_reason"] = reason.upper()
    else:
        del value["rejection_reason"]
    return proto_json.write(pb.Review, value)


def write_asset_with_reviews(events: Sequence[Revision[Asset]]) -> pb.GetAdvisoryAssetResponse:
    """An asset as it stands, with every decision, and the newest of the refused attempts."""
    reviews = [review for event in events if (review := write_review(event)) is not None]
    refused = [place for place, review in enumerate(reviews) if review.refused]
    room = Fitting(reviews.__getitem__, budget=_REFUSED_BYTES)
    fitting = len(list(takewhile(room.take, reversed(refused))))
    omitted = set(refused[: len(refused) - fitting])
    asset = events[-1].entity
    leaves = asset.asset_type == "image"
    return pb.GetAdvisoryAssetResponse(
        asset=write_asset(events[-1]),
        reviews=[review for place, review in enumerate(reviews) if place not in omitted],
        omitted_review_count=len(omitted),
        training_caption=caption_of(asset)[:LONGEST_CAPTION] if leaves else "",
        training_concept=concept_of(asset) if leaves else "",
    )


def write_statistics(found: AssetStatistics) -> pb.GetAdvisoryStatsResponse:
    return pb.GetAdvisoryStatsResponse(
        asset_count=sum(found.by_state.values()),
        state_counts=found.by_state,
        provider_counts=found.by_provider,
        rejection_reason_counts=found.by_reason,
        rating_counts=found.by_rating,
        average_rating=found.average_rating,
        total_cost_usd=found.total_cost_usd,
        favorite_count=found.favorites,
    )


def write_used(used: Used) -> pb.BudgetPeriod:
    return pb.BudgetPeriod(
        period=used.period.name, limit_usd=used.period.limit_usd, used_usd=used.used_usd, alert=used.alert
    )
