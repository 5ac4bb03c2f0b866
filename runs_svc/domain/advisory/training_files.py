"""What stands beside the pictures of a training set: captions, records and settings, as trainers read them."""

from collections.abc import Mapping

from foundation import canonical_json
from foundation.canonical_json import JsonObject
from runs_svc.domain.advisory.training import Selection, Settings, TrainingImage


def folder_of(image: TrainingImage, settings: Settings) -> str:
    """The folder of a concept as Kohya's loader reads it: repeats, underscore, words."""
    return f"train/{settings.repeats}_{image.concept}"


def texts_of(selection: Selection, exported: Mapping[str, str]) -> Mapping[str, bytes]:
    """Every file of the set but the pictures, by its path.

    Args:
        selection: What leaves.
        exported: Digest of each picture as it was written, by its path.
    """
    settings = selection.settings
    files: dict[str, list[bytes]] = {}
    for image in selection.images:
        folder = folder_of(image, settings)
        stem = image.filename.rsplit(".", 1)[0]
        files[f"{folder}/{stem}.txt"] = [image.caption.encode() + b"\n"]
        files.setdefault(f"{folder}/metadata.jsonl", []).append(_metadata_line(image))
    texts = {path: b"".join(parts) for path, parts in files.items()}
    texts["dataset_config.toml"] = _config(selection).encode()
    texts["manifest.json"] = canonical_json.dumps(_manifest(selection, exported))
    texts["README.txt"] = _readme(selection).encode()
    return dict(sorted(texts.items()))


def _metadata_line(image: TrainingImage) -> bytes:
    value: JsonObject = {
        "file_name": image.filename,
        "text": image.caption,
        "image_path": image.filename,
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
            "",
            "    [datasets.subsets.custom_attributes]",
            f"    licence = {_toml(licences)}",
            f"    export = {_toml(selection.export_id)}",
        ]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _manifest(selection: Selection, exported: Mapping[str, str]) -> JsonObject:
    return {
        "schema": "rmos.training-set/2",
        "export_id": selection.export_id,
        "digest": selection.digest,
        "repeats": selection.settings.repeats,
        "resolution_px": selection.settings.resolution_px,
        "images": [
            {
                "path": f"{folder_of(image, selection.settings)}/{image.filename}",
                "sha256": exported[f"{folder_of(image, selection.settings)}/{image.filename}"],
                "original_sha256": image.sha256,
                "pixel_sha256": image.pixel_sha256,
                "changes": list(image.changes),
                "asset_id": image.asset.asset_id,
                "prompt": image.asset.prompt,
                "caption": image.caption,
                "concept": image.concept,
                "provider": image.asset.provider,
                "model": image.asset.model,
                **_generation(image),
                "reviewer": image.asset.review.reviewer if image.asset.review else "",
                "reviewed_at_utc": image.asset.reviewed_at_utc,
                "licence": image.asset.licence,
                "run_ids": list(image.asset.runs),
            }
            for image in selection.images
        ],
    }


def _generation(image: TrainingImage) -> JsonObject:
    made = image.asset.generation
    return {
        "sent_prompt": made.prompt if made else "",
        "negative_prompt": made.negative_prompt if made else "",
        "seed": made.seed if made else "",
        "checkpoint": made.checkpoint if made else "",
    }


def _readme(selection: Selection) -> str:
    settings, count = selection.settings, len(selection.images)
    concept = folder_of(selection.images[0], settings)
    return f"""RMOS training set {selection.export_id}: {count} pictures, digest {selection.digest}

Start inside this folder: paths in dataset_config.toml are relative to the folder a program is started in.

Kohya sd-scripts, with everything this folder says:
    accelerate launch train_network.py --dataset_config dataset_config.toml ...

Kohya sd-scripts, with its options only (without --caption_extension the captions are ignored):
    accelerate launch train_network.py --train_data_dir train --caption_extension .txt \\
        --resolution {settings.resolution_px} --enable_bucket ...

Kohya sd-scripts, one concept with its metadata.jsonl, in which image_path is relative to the folder it stands in:
    accelerate launch train_network.py --train_data_dir "{concept}" \\
        --in_json "{concept}/metadata.jsonl" \\
        --resolution {settings.resolution_px} --enable_bucket ...

Hugging Face:
    datasets.load_dataset("imagefolder", data_dir="train")

Pictures are upright sRGB PNG without metadata. manifest.json says of each who approved it, when, under which licence,
where it came from, what was changed, and the digests of the original and of what stands here.
"""
