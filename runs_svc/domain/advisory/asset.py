"""Advisory assets, and the decisions of people about them: a decision is an event, the asset what follows from all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from foundation.names import canonical_label
from runs_svc.domain.advisory.errors import NotApprovedError, ReviewAlreadyDecidedError
from runs_svc.domain.advisory.prompt import Reading, normal_form
from runs_svc.domain.entities.revision import State, to_json
from runs_svc.domain.errors import FourEyesError
from runs_svc.domain.runs.four_eyes import refuse_own


class AssetState(StrEnum):
    """What people have decided."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


BUILT_IN = "rosette"
"""Provider of what is drawn here."""
REJECTION_REASONS = (
    "poor_quality",
    "wrong_style",
    "anatomically_incorrect",
    "wrong_guitar_type",
    "wrong_finish",
    "wrong_hardware",
    "artifacts",
    "lighting_issues",
    "composition",
    "not_photorealistic",
    "duplicate",
    "other",
)


MEDIA_TYPES: Mapping[str, Sequence[str]] = {
    "PNG": ("image/png",),
    "JPEG": ("image/jpeg", "image/jpg"),
    "WEBP": ("image/webp",),
    "BMP": ("image/bmp", "image/x-ms-bmp"),
}
"""What pictures may be called, by their format; the first is the usual one."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What an image is, as it decodes."""

    width_px: int
    height_px: int
    format: str
    perceptual_hash: str
    pixel_sha256: str = ""
    """Digest of the pixels as people see them; empty in older records."""
    detail: str = ""
    """24 x 24 pixels in colour, in hex; empty in older records."""
    changes: Sequence[str] = ()
    """What making it upright sRGB without metadata changes."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of an asset."""

    sha256: str
    size_bytes: int
    mime: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Generation:
    """How a provider was asked, and how it says it made the picture."""

    prompt: str
    negative_prompt: str
    seed: str = ""
    """A whole number that may be larger than records hold exactly."""
    checkpoint: str = ""
    revised_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A decision, or a refused attempt at one."""

    reviewer: str
    decision: AssetState
    note: str = ""
    rating: int = 0
    rejection_reason: str = ""
    licence: str = ""
    caption: str = ""
    shown_sha256: str = ""
    reversal: bool = False
    concept: str = ""
    correction: bool = False
    """Whether it says anew with which words an approved asset leaves, and decides nothing else."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Something a program made, as it stands."""

    asset_id: str
    asset_type: str
    source: str
    provider: str
    created_at_utc: str
    request_id: str
    model: str = ""
    provider_request_id: str = ""
    requester: str = ""
    prompt: str = ""
    prompt_sha256: str = ""
    reading: Reading = field(default_factory=Reading)
    content: Content | None = None
    suggestion_data: JsonObject | None = None
    confidence: float | None = None
    warnings: Sequence[str] = ()
    generation_time_ms: float = 0.0
    cost_usd: float = 0.0
    meta: JsonObject = field(default_factory=dict)
    state: AssetState = AssetState.PENDING
    review: Review | None = None
    reviewed_at_utc: str = ""
    review_request_id: str = ""
    is_favorite: bool = False
    runs: Sequence[str] = ()
    exports: Sequence[str] = ()
    generation: Generation | None = None
    """None where nobody was asked from here, and in older records."""

    @property
    def licence(self) -> str:
        return self.review.licence if self.review else ""

    @property
    def caption(self) -> str:
        return self.review.caption if self.review else ""

    @property
    def design(self) -> JsonObject:
        """The rosette that was drawn here; empty for whatever else."""
        design = self.meta.get("design") if self.provider == BUILT_IN else None
        return design if isinstance(design, dict) else {}

    @property
    def view(self) -> str:
        """Which part of its design is drawn here; "" for the whole of it, and for whatever else."""
        return str(self.meta.get("view") or "") if self.design else ""

    @property
    def top_material_id(self) -> str:
        """Of the top around a drawing made here; "" where none was named, and for whatever else."""
        return str(self.meta.get("top_material_id") or "") if self.design else ""


def check_review(asset: Asset, review: Review, *, four_eyes: bool, proven: bool) -> None:
    """Refuse a review of something else than the asset shows, that comes too late, or from the person who asked.

    Raises:
        InvalidFieldsError: The digest shown is another, or a picture is approved without a licence.
        FourEyesError: Nobody approves their own request, nor one of nobody knows whom.
        ReviewAlreadyDecidedError: There is a decision that this one does not take back, or none to take back.
    """
    shown = asset.content.sha256 if asset.content else ""
    if review.shown_sha256 != shown:
        raise InvalidFieldsError.one("shown_sha256", f"{review.shown_sha256!r} is not what the asset shows: {shown!r}")
    if asset.asset_type == "image" and review.decision is AssetState.APPROVED:
        if not review.licence:
            raise InvalidFieldsError.one("licence", "is required to approve a picture")
        if asset.content is not None and asset.content.picture is None:
            raise InvalidFieldsError.one("decision", "its bytes are no picture, so it cannot be approved as one")
    if four_eyes and review.decision is AssetState.APPROVED:
        name = f"assets/{asset.asset_id}"
        if not asset.requester:
            raise FourEyesError("asset", name, f"nobody is named who asked for {name}, and it may be {review.reviewer}")
        refuse_own(review.reviewer, [asset.requester], kind="asset", name=name, proven=proven)
    if review.correction:
        if asset.state is not AssetState.APPROVED or review.decision is not AssetState.APPROVED or review.reversal:
            raise InvalidFieldsError.one("correction", f"is for approved assets that stay so; this is {asset.state}")
        return
    decided = asset.state is not AssetState.PENDING
    if decided != review.reversal or asset.state is review.decision:
        raise ReviewAlreadyDecidedError(asset.asset_id, str(asset.state))


def reviewed(asset: Asset, review: Review, *, now: str, request_id: str) -> Asset:
    """The asset after a decision."""
    return replace(asset, state=review.decision, review=review, reviewed_at_utc=now, review_request_id=request_id)


def check_usable(asset: Asset) -> None:
    """Refuse an asset nobody has approved.

    Raises:
        NotApprovedError: It is pending or rejected.
    """
    if asset.state is not AssetState.APPROVED:
        raise NotApprovedError(asset.asset_id, str(asset.state))


def write_asset(asset: Asset) -> JsonObject:
    return to_json(asset)


def read_asset(value: State) -> Asset:
    content, review, generation = value["content"], value["review"], value.get("generation")
    picture = content["picture"] if content else None
    known = {
        "state": AssetState(value["state"]),
        "reading": Reading(**value["reading"]),
        "content": content and Content(**{**content, "picture": picture and _picture(picture)}),
        "review": review and read_review(review),
        "warnings": tuple(value["warnings"]),
        "runs": tuple(value["runs"]),
        "exports": tuple(value["exports"]),
        "generation": generation and Generation(**generation),
    }
    return Asset(**{**value, **known})


def read_review(value: State) -> Review:
    return Review(**{**value, "decision": AssetState(value["decision"])})


def _picture(value: State) -> Picture:
    return Picture(**{**value, "changes": tuple(value.get("changes", ()))})


def asset_index_fields(asset: Asset) -> Mapping[str, str | float | None]:
    """The index fields of an asset."""
    content, review = asset.content, asset.review
    return {
        "state": asset.state.value,
        "asset_type": asset.asset_type,
        "provider": asset.provider,
        "model": asset.model,
        "requester": canonical_label(asset.requester),
        "category": asset.reading.category,
        "body_shape": asset.reading.body_shape,
        "finish": asset.reading.finish,
        "is_favorite": "true" if asset.is_favorite else "false",
        "rejection_reason": review.rejection_reason if review else "",
        "prompt": normal_form(asset.prompt),
        "prompt_sha256": asset.prompt_sha256,
        "content_sha256": content.sha256 if content else "",
        "perceptual_hash": content.picture.perceptual_hash if content and content.picture else "",
        "rating": float(review.rating) if review and review.rating else None,
        "cost_usd": asset.cost_usd,
        "confidence": asset.confidence,
    }


def image_distance(first: str, second: str) -> int | None:
    """Bits in which two perceptual hashes differ; None when one is missing.

    >>> image_distance("00000000000000ff", "000000000000000f")
    4
    """
    return (int(first, 16) ^ int(second, 16)).bit_count() if first and second else None
