"""Which pictures make a training set."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from runs_svc.domain.advisory.asset import Asset, AssetState, Content, Generation, Picture, Review
from runs_svc.domain.advisory.prompt import Reading
from runs_svc.domain.advisory.training import Selection, Settings, select
from runs_svc.domain.advisory.training_files import folder_of, texts_of
from runs_svc.domain.advisory.training_words import tokens_of
from tests import builders

APPROVAL = Review("A. Lead", AssetState.APPROVED, licence="CC0", caption="a rosette")


def detail(shade: int, *, ring: int | None = None) -> str:
    """24 x 24 cells of one shade, and one row of another."""
    cells = bytearray([shade] * (24 * 24 * 3))
    if ring is not None:
        cells[12 * 72 : 12 * 72 + 30] = bytes([ring] * 30)
    return cells.hex()


def asset(number: int, **fields: object) -> Asset:
    picture = Picture(512, 640, "PNG", "0" * 16, f"{number:064x}", detail(10 * number))
    made: dict[str, object] = {
        "prompt": "a prompt",
        "reading": Reading(category="rosette", inlays=["mother_of_pearl"]),
        "content": Content(f"{number:064x}", 10, "image/png", picture),
        "state": AssetState.APPROVED,
        "review": APPROVAL,
    }
    return builders.asset(number, **(made | fields))


def content(number: int, **fields: object) -> Content:
    picture = replace(Picture(512, 512, "PNG", "", f"{number:064x}", detail(10 * number)), **fields)  # type: ignore[arg-type]
    return Content(f"{number:064x}", 10, "image/png", picture)


def drawn(number: int, *patterns: str, **fields: object) -> Asset:
    rings = [{"pattern": f"RING_PATTERN_{pattern}", "width_mm": 2.0 + place} for place, pattern in enumerate(patterns)]
    design = {"name": f"design {number}", "rosette_channel": {"rings": rings}}
    bare: dict[str, object] = {
        "provider": "rosette",
        "meta": {"design": design},
        "reading": Reading(category="rosette"),
    }
    return asset(number, **(bare | fields))


def written(selection: Selection) -> Mapping[str, bytes]:
    paths = [f"{folder_of(image, selection.settings)}/{image.filename}" for image in selection.images]
    return texts_of(selection, {path: f"{place:064x}" for place, path in enumerate(paths, start=7)})


def test_what_leaves_and_what_does_not() -> None:
    first = asset(1)
    assert first.content is not None
    pixels = first.content.picture
    given = [
        first,
        asset(2, content=None),
        asset(3, content=content(3, height_px=511)),
        asset(4, content=content(4, format="GIF")),
        asset(5, content=first.content),
        asset(6, review=replace(APPROVAL, licence="shop")),
        asset(7, review=replace(APPROVAL, caption=""), prompt=""),
        asset(8, content=content(8, detail=detail(12))),
        asset(9, review=replace(APPROVAL, caption=""), reading=Reading()),
        asset(10, content=replace(content(10), picture=pixels), review=replace(APPROVAL, caption="other words")),
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
        "a": f"the same pixels as {first.asset_id}",
    }
    assert dict(selection.reasons) == {
        "looks like": 1, "the same": 2, "no picture": 2, "less than": 1, "licence": 1, "neither caption": 1,
    }  # fmt: skip
    assert dict(selection.concepts) == {"guitar": 1, "rosette mother of pearl": 1}
    assert selection.images[1].caption == "a prompt"


def test_one_ring_more_is_another_picture_and_pictures_without_copies_are_not_compared() -> None:
    plain, ringed = asset(1, content=content(1)), asset(2, content=content(2, detail=detail(10, ring=25)))
    older = [asset(number, content=content(number, detail="", pixel_sha256="")) for number in (3, 4)]
    assert len(select([plain, ringed, *older], Settings()).images) == 4


def test_drawings_made_here_are_compared_by_their_design_alone() -> None:
    same = content(1).picture
    assert same is not None
    first, renamed, other = drawn(1, "ROPE"), drawn(2, "ROPE"), drawn(3, "MOSAIC")
    alike = replace(other, content=replace(content(3), picture=replace(same, pixel_sha256="f" * 64)))
    selection = select([first, renamed, alike], Settings())
    assert dict(selection.left_out) == {renamed.asset_id: f"the same design as {first.asset_id}"}


def test_concept_and_caption_come_from_the_reviewer_then_the_design_then_the_prompt() -> None:
    words = "mosaic rosette with abalone, cedar top"
    unsaid = replace(APPROVAL, caption="")
    by_design = drawn(1, "SOLID", "HERRINGBONE", review=unsaid, prompt=words)
    by_reviewer = drawn(2, "ROPE", review=replace(APPROVAL, concept="old  classical", caption="rope ring"))
    plain = drawn(3, "SOLID", review=unsaid, prompt="a plain ring")
    selection = select([by_design, by_reviewer, plain], Settings())
    assert [(image.concept, image.caption) for image in selection.images] == [
        ("rosette herringbone", "guitar rosette with herringbone rings"),
        ("old classical", "rope ring"),
        ("rosette solid", "a plain ring"),
    ]
    assert selection.warnings == {
        by_design.asset_id: "its words say mosaic, abalone, western red cedar, its design shows herringbone",
    }


def test_a_design_without_rings_says_nothing() -> None:
    odd = drawn(1, meta={"design": {"rosette_channel": {"rings": ["x", {"pattern": "ROPE", "width_mm": "wide"}]}}})
    none = drawn(2, meta={"design": {"pocket": {}}}, review=replace(APPROVAL, caption=""))
    selection = select([odd, none], Settings())
    assert [(image.concept, image.caption) for image in selection.images] == [
        ("rosette rope", "a rosette"),
        ("rosette", "a prompt"),
    ]


def rosette(number: int, *rings: tuple[str, str, float], view: str = "", top: str = "", prompt: str = "") -> Asset:
    channel = {
        "rings": [{"pattern": pattern, "material_id": wood, "width_mm": width} for pattern, wood, width in rings]
    }
    meta = {"design": {"rosette_channel": channel}, "view": view, "top_material_id": top}
    return drawn(number, meta=meta, review=replace(APPROVAL, caption=""), prompt=prompt)


def test_a_drawing_is_described_by_what_its_rings_are_made_of() -> None:
    rings = ("SOLID", "abalone", 4.0), ("HERRINGBONE", "koa", 3.0), ("PURFLING", "", 2.0), ("SOLID", "", 1.0)
    selection = select(
        [rosette(1, *rings), rosette(2, ("SOLID", "rosewood_brazilian", 6.0), view="CLOSE_UP")], Settings()
    )
    assert [(image.concept, image.caption) for image in selection.images] == [
        ("rosette abalone", "guitar rosette with abalone, koa herringbone, purfling rings"),
        ("rosette brazilian rosewood", "close-up of a guitar rosette with brazilian rosewood rings"),
    ]


def test_a_top_of_its_own_is_another_picture_and_stands_in_the_caption() -> None:
    ring = ("ROPE", "", 4.0)
    given = [rosette(1, ring, prompt="cedar top"), rosette(2, ring, top="cedar_western_red", prompt="cedar top")]
    selection = select(given, Settings())
    assert [image.caption for image in selection.images] == [
        "guitar rosette with rope rings",
        "guitar rosette with rope rings on a western red cedar top",
    ]
    assert list(selection.warnings) == [given[0].asset_id]


def test_views_of_one_design_are_different_pictures_and_the_same_view_twice_is_not() -> None:
    ring = ("ROPE", "", 4.0)
    views = [rosette(number, ring, view=view) for number, view in enumerate(["", "QUARTER", "CLOSE_UP", "QUARTER"], 1)]
    selection = select(views, Settings())
    assert len(selection.images) == 3
    assert selection.left_out == {views[3].asset_id: f"the same design as {views[1].asset_id}"}


@pytest.mark.parametrize(
    ("prompt", "remark"),
    [
        ("rope rosette of koa in ebony and maple", ""),
        ("rope rosette with mother of pearl", "its words say mother of pearl, its design shows koa rope"),
        ("koa rope and walnut", "its words say black walnut, its design shows koa rope"),
    ],
)
def test_woods_and_shells_that_are_not_drawn_are_told(prompt: str, remark: str) -> None:
    given = rosette(1, ("ROPE", "koa", 4.0), prompt=prompt)
    assert select([given], Settings()).warnings.get(given.asset_id, "") == remark
    plain = rosette(2, ("SOLID", "", 4.0), prompt="mosaic")
    assert select([plain], Settings()).warnings[plain.asset_id].endswith("its design shows plain rings")


def test_a_caption_longer_than_trainers_read_is_told() -> None:
    longest, longer = "ring " * 75, "ring " * 76
    given = [asset(1, review=replace(APPROVAL, caption=longest)), asset(2, review=replace(APPROVAL, caption=longer))]
    told = select(given, Settings()).warnings
    assert told == {given[1].asset_id: "its caption has about 76 tokens; trainers read 75 of them"}


def test_the_least_side_is_the_resolution_asked_for() -> None:
    given = [asset(1, content=content(1, width_px=256, height_px=256)), asset(2)]
    assert len(select(given, Settings(resolution_px=256)).images) == 2
    reasons = select(given, Settings(resolution_px=2_048)).left_out
    assert reasons[given[1].asset_id] == "512 x 640 px is less than 2048 on the short side"
    assert select(given, Settings(resolution_px=2_048)).reasons_in_words == ["2 are too small"]


def test_the_order_of_the_pool_does_not_matter_and_settings_and_decisions_do() -> None:
    pool = [asset(number) for number in range(1, 5)]
    one, other = select(pool, Settings()), select(pool[::-1], Settings())
    assert one.digest == other.digest
    assert written(one) == written(other)
    assert select(pool, Settings(repeats=3)).digest != one.digest
    assert select(pool[:3], Settings()).digest != one.digest
    for changed in (
        replace(pool[0], review=replace(APPROVAL, reviewer="B. Lead")),
        replace(pool[0], reviewed_at_utc="2026-03-02T10:00:00Z"),
        replace(pool[0], review=replace(APPROVAL, concept="other")),
        replace(pool[0], review=replace(APPROVAL, licence="CC-BY-4.0")),
    ):
        assert select([changed, *pool[1:]], Settings()).digest != one.digest


def test_the_files_beside_the_pictures() -> None:
    quoted = asset(2, review=replace(APPROVAL, licence='say "a", "b"'))
    asked = Generation("a wheel, studio", "text", seed="7")
    turned = asset(1, content=content(1, changes=("turned upright",), height_px=640), generation=asked)
    files = written(select([turned, quoted], Settings(repeats=5, resolution_px=512)))
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
    assert (dataset["min_bucket_reso"], dataset["resolution"], dataset["max_bucket_reso"]) == (256, 512, 1024)
    assert dataset["subsets"][0]["custom_attributes"]["licence"] == 'CC0, say "a", "b"'
    lines = [json.loads(line) for line in files[f"{folder}/metadata.jsonl"].splitlines()]
    assert [line["image_size"] for line in lines] == [[512, 640]] * 2
    assert [line["image_path"] for line in lines] == ["adv-000000000001.png", "adv-000000000002.png"]
    image = json.loads(files["manifest.json"])["images"][0]
    assert (image["reviewer"], image["concept"]) == ("A. Lead", "rosette mother of pearl")
    assert (image["sha256"], image["original_sha256"], image["pixel_sha256"]) == (f"{7:064x}", f"{1:064x}", f"{1:064x}")
    assert image["changes"] == ["turned upright"]
    assert (image["seed"], image["sent_prompt"]) == ("7", "a wheel, studio")
    readme = files["README.txt"].decode()
    assert "--caption_extension .txt" in readme
    assert f'--train_data_dir "{folder}" \\\n        --in_json "{folder}/metadata.jsonl"' in readme


@pytest.mark.parametrize(
    ("caption", "tokens"),
    [
        ("rosette " * 80, 80),
        ("mosaicrosette", 2),
        ("Büro", 1),
        ("薔薇の輪" * 40, 320),
        ("канал розетки", 12),
        ("🎸" * 60, 120),
        ("-".join("a" * 60), 119),
        ("12 mm, 45_6", 8),
        ("!?!?", 2),
    ],
)
def test_letters_and_signs_that_no_encoder_learnt_as_words_are_tokens_of_their_own(caption: str, tokens: int) -> None:
    assert tokens_of(caption) == tokens
