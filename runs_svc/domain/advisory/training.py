"""Which pictures make a training set, and what stands beside each. The same pictures make the same set.

Only approved pictures with an allowed licence leave, that can be decoded, are large enough and not there twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foundation import canonical_json
from foundation.canonical_json import JsonObject
from runs_svc.domain.advisory.asset import Asset, image_distance

SMALLEST_SIDE_PX = 512
_ALIKE_BITS = 2
_EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "BMP": "bmp"}


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
    concept: str
    caption: str
    width_px: int
    height_px: int
    filename: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What leaves, and what does not, with the reason."""

    images: Sequence[TrainingImage]
    left_out: Mapping[str, str]
    settings: Settings

    @property
    def concepts(self) -> Mapping[str, int]:
        counts: dict[str, int] = {}
        for image in self.images:
            counts[image.concept] = counts.get(image.concept, 0) + 1
        return dict(sorted(counts.items()))

    @property
    def digest(self) -> str:
        """The same pictures, words and settings have the same digest."""
        value: JsonObject = {
            "schema": "rmos.training-set/1",
            "repeats": self.settings.repeats,
            "resolution_px": self.settings.resolution_px,
            "images": [
                [image.sha256, image.asset.asset_id, image.concept, image.caption, image.asset.licence]
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
    for asset in sorted(assets, key=lambda item: item.asset_id):
        image, reason = _image_of(asset, settings)
        if image is not None:
            reason = _twin_of(image, images)
        if image is None or reason:
            left_out[asset.asset_id] = reason
        else:
            images.append(image)
    return Selection(images, left_out, settings)


def _image_of(asset: Asset, settings: Settings) -> tuple[TrainingImage | None, str]:
    content = asset.content
    picture = content.picture if content else None
    caption = " ".join((asset.caption or asset.prompt).split())
    if content is None or picture is None or picture.format not in _EXTENSIONS:
        return None, "no picture a trainer can read"
    if min(picture.width_px, picture.height_px) < SMALLEST_SIDE_PX:
        return None, f"{picture.width_px} x {picture.height_px} px is less than {SMALLEST_SIDE_PX} on the short side"
    if settings.licences and asset.licence not in settings.licences:
        return None, f"the licence {asset.licence or 'none'} is not among those allowed"
    if not caption:
        return None, "neither caption nor prompt"
    concept = " ".join(word for word in (asset.reading.category or "guitar", *asset.reading.inlays[:1]) if word)
    filename = f"{asset.asset_id.replace('_', '-')}.{_EXTENSIONS[picture.format]}"
    image = TrainingImage(
        asset, content.sha256, concept.replace("_", " "), caption, picture.width_px, picture.height_px, filename
    )
    return image, ""


def _twin_of(image: TrainingImage, others: Sequence[TrainingImage]) -> str:
    for other in others:
        if image.sha256 == other.sha256:
            return f"the same bytes as {other.asset.asset_id}"
        bits = image_distance(_hash_of(image), _hash_of(other))
        if bits is not None and bits <= _ALIKE_BITS and image.caption == other.caption:
            return f"looks like {other.asset.asset_id}"
    return ""


def _hash_of(image: TrainingImage) -> str:
    content = image.asset.content
    return content.picture.perceptual_hash if content and content.picture else ""


def folder_of(image: TrainingImage, settings: Settings) -> str:
    """The folder of a concept as Kohya's loader reads it: repeats, underscore, words."""
    return f"train/{settings.repeats}_{image.concept}"


def texts_of(selection: Selection) -> Mapping[str, bytes]:
    """Every file of the set but the pictures, by its path."""
    settings = selection.settings
    files: dict[str, list[bytes]] = {}
    for image in selection.images:
        folder = folder_of(image, settings)
        stem = image.filename.rsplit(".", 1)[0]
        files[f"{folder}/{stem}.txt"] = [image.caption.encode() + b"\n"]
        files.setdefault(f"{folder}/metadata.jsonl", []).append(_metadata_line(image, folder))
    texts = {path: b"".join(parts) for path, parts in files.items()}
    texts["dataset_config.toml"] = _config(selection).encode()
    texts["manifest.json"] = canonical_json.dumps(_manifest(selection))
    texts["README.txt"] = _readme(selection).encode()
    return dict(sorted(texts.items()))


def digests_of(selection: Selection) -> tuple[dict[str, str], dict[str, str]]:
    """Digests of the files of a set by their paths: pictures and captions, and all others."""
    settings = selection.settings
    pictures = {f"{folder_of(image, settings)}/{image.filename}": image.sha256 for image in selection.images}
    captions = {path.rsplit(".", 1)[0] + ".txt" for path in pictures}
    texts = {path: canonical_json.sha256_hex(content) for path, content in texts_of(selection).items()}
    others = {path: sha256 for path, sha256 in texts.items() if path not in captions}
    return pictures | {path: texts[path] for path in captions}, others


def _metadata_line(image: TrainingImage, folder: str) -> bytes:
    value: JsonObject = {
        "file_name": image.filename,
        "text": image.caption,
        "image_path": f"{folder}/{image.filename}",
        "caption": image.caption,
        "image_size": [image.width_px, image.height_px],
    }
    return canonical_json.dumps(value) + b"\n"


def _config(selection: Selection) -> str:
    settings = selection.settings
    lines = [
        "[general]",
        'caption_extension = ".txt"',
        "",
        "[[datasets]]",
        f"resolution = {settings.resolution_px}",
        "enable_bucket = true",
        f"min_bucket_reso = {settings.resolution_px // 2 // 64 * 64}",
        f"max_bucket_reso = {settings.resolution_px * 2}",
        "bucket_reso_steps = 64",
    ]
    for concept in selection.concepts:
        members = [image for image in selection.images if image.concept == concept]
        licences = ", ".join(sorted({image.asset.licence for image in members}))
        lines += [
            "",
            "  [[datasets.subsets]]",
            f"  image_dir = {_toml(folder_of(members[0], settings))}",
            f"  num_repeats = {settings.repeats}",
            f"  class_tokens = {_toml(concept)}",
            f"  custom_attributes = {{ licence = {_toml(licences)}, export = {_toml(selection.export_id)} }}",
        ]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _manifest(selection: Selection) -> JsonObject:
    return {
        "schema": "rmos.training-set/1",
        "export_id": selection.export_id,
        "digest": selection.digest,
        "repeats": selection.settings.repeats,
        "resolution_px": selection.settings.resolution_px,
        "images": [
            {
                "path": f"{folder_of(image, selection.settings)}/{image.filename}",
                "sha256": image.sha256,
                "asset_id": image.asset.asset_id,
                "prompt": image.asset.prompt,
                "caption": image.caption,
                "provider": image.asset.provider,
                "model": image.asset.model,
                "reviewer": image.asset.review.reviewer if image.asset.review else "",
                "reviewed_at_utc": image.asset.reviewed_at_utc,
                "licence": image.asset.licence,
                "run_ids": list(image.asset.runs),
            }
            for image in selection.images
        ],
    }


def _readme(selection: Selection) -> str:
    count, resolution = len(selection.images), selection.settings.resolution_px
    return f"""RMOS training set {selection.export_id}: {count} pictures, digest {selection.digest}

Start inside this folder; paths in dataset_config.toml are relative to it.

Kohya sd-scripts:
    accelerate launch train_network.py --dataset_config dataset_config.toml --resolution {resolution} ...

Hugging Face:
    datasets.load_dataset("imagefolder", data_dir="train")

manifest.json says of each picture who approved it, when, under which licence, and where it came from.
"""
