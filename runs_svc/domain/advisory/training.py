"""Which pictures make a training set. The same pictures, words and decisions make the same set.

Only approved pictures with an allowed licence leave, that can be decoded, are large enough and not there twice.
Drawings made here are compared by their design, others by their pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from foundation import canonical_json
from foundation.canonical_json import JsonObject
from runs_svc.domain.advisory.asset import Asset
from runs_svc.domain.advisory.training_words import caption_of, concept_of, remark_on
from runs_svc.domain.advisory.twins import looks_alike

_REASONS = {
    "looks like": "look like another",
    "the same": "are the same as another",
    "no picture": "are no picture a trainer can read",
    "less than": "are too small",
    "licence": "have a licence that is not allowed",
    "neither caption": "have neither caption nor prompt",
}
"""A part of each reason, by which they are counted, and what is said of several."""
_DECODED = frozenset({"PNG", "JPEG", "WEBP", "BMP"})


@dataclass(frozen=True, slots=True)
class Settings:
    """How a set is to be trained with."""

    repeats: int = 10
    resolution_px: int = 512
    licences: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TrainingImage:
    """A picture of the set. File names hold no underscore: a trainer would take another picture's caption."""

    asset: Asset
    sha256: str
    """Of the bytes that were approved."""
    pixel_sha256: str
    """Of the pixels that leave; of the bytes in older records."""
    concept: str
    caption: str
    width_px: int
    height_px: int
    filename: str
    detail: str
    changes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Selection:
    """What leaves, and what does not, with the reason."""

    images: Sequence[TrainingImage]
    left_out: Mapping[str, str]
    settings: Settings
    warnings: Mapping[str, str] = field(default_factory=dict)
    """What a person should know of pictures that leave."""

    @property
    def concepts(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for image in self.images:
            counts[image.concept] = counts.get(image.concept, 0) + 1
        return dict(sorted(counts.items()))

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many are left out for each kind of reason."""
        counts = {kind: sum(kind in reason for reason in self.left_out.values()) for kind in _REASONS}
        return {kind: count for kind, count in counts.items() if count}

    @property
    def reasons_in_words(self) -> Sequence[str]:
        return [f"{count} {_REASONS[kind]}" for kind, count in self.reasons.items()]

    @property
    def digest(self) -> str:
        """The same pictures, words, decisions and settings have the same digest."""
        value: JsonObject = {
            "schema": "rmos.training-set/2",
            "repeats": self.settings.repeats,
            "resolution_px": self.settings.resolution_px,
            "images": [
                [
                    image.pixel_sha256,
                    image.asset.asset_id,
                    image.concept,
                    image.caption,
                    image.asset.licence,
                    image.asset.review.reviewer if image.asset.review else "",
                    image.asset.reviewed_at_utc,
                ]
                for image in self.images
            ],
        }
        return canonical_json.sha256_hex(canonical_json.dumps(value))

    @property
    def export_id(self) -> str:
        return f"exp_{self.digest[:12]}"


def select(assets: Sequence[Asset], settings: Settings) -> Selection:
    """The pictures that leave, in the order of their ids."""
    images: list[TrainingImage] = []
    left_out: dict[str, str] = {}
    warnings: dict[str, str] = {}
    for asset in sorted(assets, key=lambda item: item.asset_id):
        image, reason = _image_of(asset, settings)
        if image is not None:
            reason = _twin_of(image, images)
        if image is None or reason:
            left_out[asset.asset_id] = reason
            continue
        images.append(image)
        remark = remark_on(asset, image.caption)
        if remark:
            warnings[asset.asset_id] = remark
    return Selection(images, left_out, settings, warnings)


def _image_of(asset: Asset, settings: Settings) -> tuple[TrainingImage | None, str]:
    content = asset.content
    picture = content.picture if content else None
    caption, least = caption_of(asset), settings.resolution_px
    if content is None or picture is None or picture.format not in _DECODED:
        return None, "no picture a trainer can read"
    if min(picture.width_px, picture.height_px) < least:
        return None, f"{picture.width_px} x {picture.height_px} px is less than {least} on the short side"
    if settings.licences and asset.licence not in settings.licences:
        return None, f"the licence {asset.licence or 'none'} is not among those allowed"
    if not caption:
        return None, "neither caption nor prompt"
    image = TrainingImage(
        asset=asset,
        sha256=content.sha256,
        pixel_sha256=picture.pixel_sha256 or content.sha256,
        concept=concept_of(asset),
        caption=caption,
        width_px=picture.width_px,
        height_px=picture.height_px,
        filename=f"{asset.asset_id.replace('_', '-')}.png",
        detail=picture.detail,
        changes=picture.changes,
    )
    return image, ""


def _twin_of(image: TrainingImage, others: Sequence[TrainingImage]) -> str:
    drawn = _drawing(image)
    for other in others:
        name = other.asset.asset_id
        if image.sha256 == other.sha256:
            return f"the same bytes as {name}"
        if image.pixel_sha256 == other.pixel_sha256:
            return f"the same pixels as {name}"
        other_drawn = _drawing(other)
        if drawn and drawn == other_drawn:
            return f"the same design as {name}"
        if not (drawn and other_drawn) and looks_alike(image.detail, other.detail):
            return f"looks like {name}"
    return ""


def _drawing(image: TrainingImage) -> JsonObject:
    """What a drawing made here shows, whatever it is called, and from where; empty for other pictures."""
    design = {name: value for name, value in image.asset.design.items() if name != "name"}
    asset = image.asset
    return {"design": design, "view": asset.view, "top": asset.top_material_id} if design else {}
