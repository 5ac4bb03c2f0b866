"""Load an exported training set with the loaders of others, and say what they found.

    python examples/load_training_set.py EXPORT_FOLDER --sd-scripts CHECKOUT

Run it with a Python that has what Kohya's sd-scripts asks for (CHECKOUT/requirements.txt) and Hugging Face's datasets;
nothing of RMOS is imported. It trains nothing and needs no model. Each way of README.txt in the export is tried: the
configuration, the options alone, every concept by its metadata.jsonl, and imagefolder. It ends with 1 where pictures or
captions are not what the manifest says, and where a loader warns of anything but what it says of every set without
regularization pictures.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

EXPECTED_WARNING = "no regularization images"
Captions = Mapping[str, str]
"""Caption of each picture, by its path below the export."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Load an exported training set with the loaders of others.")
    parser.add_argument("export", type=Path, help="folder of the export")
    parser.add_argument("--sd-scripts", type=Path, required=True, help="checkout of kohya-ss/sd-scripts")
    given = parser.parse_args()
    sys.path.insert(0, str(given.sd_scripts.resolve()))
    warned = Warned(logging.WARNING)
    logging.getLogger().addHandler(warned)
    os.chdir(given.export)
    manifest = json.loads(Path("manifest.json").read_text())
    wanted = {image["path"]: image["caption"] for image in manifest["images"]}
    found = [*kohya(manifest["repeats"], manifest["resolution_px"]), imagefolder()]
    for way, captions in found:
        print(f"{way}: {len(captions)} pictures, {'as exported' if captions == wanted else 'NOT AS EXPORTED'}")
    for text in dict.fromkeys(warned.texts):
        print(f"a loader warns: {text}")
    unexpected = [text for text in warned.texts if not text.startswith(EXPECTED_WARNING)]
    return 0 if all(captions == wanted for _, captions in found) and not unexpected else 1


class Warned(logging.Handler):
    """Keeps what is warned of."""

    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def kohya(repeats: int, resolution_px: int) -> Iterator[tuple[str, Captions]]:
    """What the loader of sd-scripts finds, each way it can be told of a set."""
    config, train, caching = (import_module(f"library.{name}") for name in ("config_util", "train_util", "strategy_sd"))
    base = import_module("library.strategy_base")
    strategy = caching.SdSdxlLatentsCachingStrategy(
        sd=True, cache_to_disk=True, batch_size=1, skip_disk_cache_validity_check=False
    )
    base.LatentsCachingStrategy.set_strategy(strategy)
    size = {"resolution": (resolution_px, resolution_px), "enable_bucket": True}

    def load(datasets: Mapping[str, Any], **options: Any) -> Any:
        parser = argparse.ArgumentParser()
        train.add_dataset_arguments(parser, support_dreambooth=True, support_caption=True, support_caption_dropout=True)
        train.add_training_arguments(parser, support_dreambooth=True)
        config.add_config_arguments(parser)
        told = parser.parse_args([], argparse.Namespace())
        vars(told).update(options)
        sanitizer = config.ConfigSanitizer(
            support_dreambooth=True, support_finetuning=True, support_controlnet=False, support_dropout=True
        )
        blueprint = config.BlueprintGenerator(sanitizer).generate(datasets, told)
        return config.generate_dataset_group_by_blueprint(blueprint.dataset_group)[0]

    group = load(config.load_user_config(Path("dataset_config.toml")))
    assert group.num_train_images == repeats * len(captions_in(group)), (
        "not every picture is repeated as often as asked"
    )
    yield "kohya, dataset_config.toml", captions_in(group)
    subsets = config.generate_dreambooth_subsets_config_by_subdirs("train", None)
    group = load({"datasets": [{"subsets": subsets}]}, caption_extension=".txt", **size)
    yield "kohya, --train_data_dir", captions_in(group)
    every: dict[str, str] = {}
    for concept in sorted(Path("train").iterdir()):
        subset = {"image_dir": str(concept), "metadata_file": str(concept / "metadata.jsonl")}
        every |= captions_in(load({"datasets": [{"subsets": [subset]}]}, **size))
    yield "kohya, --in_json", every


def captions_in(group: Any) -> Captions:
    """Caption of each picture in a group of datasets."""
    pictures: Sequence[Any] = [picture for dataset in group.datasets for picture in dataset.image_data.values()]
    return {Path(picture.absolute_path).as_posix(): picture.caption for picture in pictures}


def imagefolder() -> tuple[str, Captions]:
    """What Hugging Face's imagefolder finds; pictures are named as its metadata name them."""
    with tempfile.TemporaryDirectory() as cache:
        loaded = import_module("datasets").load_dataset("imagefolder", data_dir="train", cache_dir=cache)["train"]
        rows = loaded.cast_column("image", import_module("datasets").Image(decode=False))
        here = Path.cwd()
        return "imagefolder", {
            Path(row["image"]["path"]).relative_to(here).as_posix(): row["text"] for row in rows.to_list()
        }


if __name__ == "__main__":
    sys.exit(main())
