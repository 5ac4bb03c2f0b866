"""Which pictures make a training set."""

import json
import tomllib
from dataclasses import replace

from runs_svc.domain.advisory.asset import Asset, AssetState, Content, Picture, Review
from runs_svc.domain.advisory.prompt import Reading
from runs_svc.domain.advisory.training import Settings, select, texts_of
from tests import builders

APPROVAL = Review("A. Lead", AssetState.APPROVED, licence="CC0", caption="a rosette")


def asset(number: int, **fields: object) -> Asset:
    picture = Picture(512, 640, "PNG", f"{number * 0x0F0F0F0F0F0F:016x}"[-16:])
    made: dict[str, object] = {
        "prompt": "a prompt",
        "reading": Reading(category="rosette", inlays=["mother_of_pearl"]),
        "content": Content(f"{number:064x}", 10, "image/png", picture),
        "state": AssetState.APPROVED,
        "review": APPROVAL,
    }
    return builders.asset(number, **(made | fields))


def content(number: int, **fields: object) -> Content:
    picture = replace(Picture(512, 512, "PNG", f"{number:016x}"), **fields)  # type: ignore[arg-type]
    return Content(f"{number:064x}", 10, "image/png", picture)


def test_what_leaves_and_what_does_not() -> None:
    first = asset(1)
    given = [
        first,
        asset(2, content=None),
        asset(3, content=content(3, height_px=511)),
        asset(4, content=content(4, format="GIF")),
        asset(5, content=first.content),
        asset(6, review=replace(APPROVAL, licence="shop")),
        asset(7, review=replace(APPROVAL, caption=""), prompt=""),
        asset(8, content=replace(content(8), picture=first.content.picture if first.content else None)),
        asset(9, review=replace(APPROVAL, caption=""), reading=Reading()),
    ]
    selection = select(given[::-1], Settings(licences=frozenset({"CC0"})))
    assert [image.asset.asset_id[-1] for image in selection.images] == ["1", "9"]
    assert {name[-1]: reason for name, reason in selection.left_out.items()} == {
        "2": "no picture a trainer can read",
        "3": "512 x 511 px is less than 512 on the short side",
        "4": "no picture a trainer can read",
        "5": f"the same bytes as {first.asset_id}",
        "6": "the licence shop is not among those allowed",
        "7": "neither caption nor prompt",
        "8": f"looks like {first.asset_id}",
    }
    assert dict(selection.concepts) == {"guitar": 1, "rosette mother of pearl": 1}
    assert selection.images[1].caption == "a prompt"


def test_the_order_of_the_pool_does_not_matter_and_settings_do() -> None:
    pool = [asset(number) for number in range(1, 5)]
    one, other = select(pool, Settings()), select(pool[::-1], Settings())
    assert one.digest == other.digest
    assert texts_of(one) == texts_of(other)
    assert select(pool, Settings(repeats=3)).digest != one.digest
    assert select(pool[:3], Settings()).digest != one.digest


def test_the_files_beside_the_pictures() -> None:
    quoted = asset(2, review=replace(APPROVAL, licence='my "own"'))
    files = texts_of(select([asset(1), quoted], Settings(repeats=5, resolution_px=768)))
    folder = "train/5_rosette mother of pearl"
    assert sorted(files) == [
        "README.txt",
        "dataset_config.toml",
        "manifest.json",
        f"{folder}/adv-000000000001.txt",
        f"{folder}/adv-000000000002.txt",
        f"{folder}/metadata.jsonl",
    ]
    config = tomllib.loads(files["dataset_config.toml"].decode())
    dataset = config["datasets"][0]
    assert (dataset["min_bucket_reso"], dataset["resolution"], dataset["max_bucket_reso"]) == (384, 768, 1536)
    assert dataset["subsets"][0]["custom_attributes"]["licence"] == 'CC0, my "own"'
    lines = [json.loads(line) for line in files[f"{folder}/metadata.jsonl"].splitlines()]
    assert [line["image_size"] for line in lines] == [[512, 640]] * 2
    assert json.loads(files["manifest.json"])["images"][0]["reviewer"] == "A. Lead"


def test_pictures_without_a_perceptual_hash_in_common_are_no_twins() -> None:
    one, other = asset(1), asset(2, content=content(2, perceptual_hash=""))
    assert len(select([one, other], Settings()).images) == 2
