"""What is taken for a picture, and what is not."""

import asyncio
import io
import random
import struct
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from runs_svc.adapters.rendering.beside import Limits
from runs_svc.adapters.rendering.images import FORMATS, PictureReader, is_small, read_picture, upright_png
from runs_svc.adapters.rendering.workers import Workers
from runs_svc.domain.advisory.twins import looks_alike

GHOSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\n{ } loop\n%%EOF\n"


def written(format_name: str, **options: object) -> bytes:
    data = io.BytesIO()
    image = Image.radial_gradient("L").convert("RGB").resize((64, 48))
    image.save(data, format_name, **options)
    return data.getvalue()


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_formats_of_a_trainer_are_read(format_name: str) -> None:
    picture = read_picture(written(format_name))
    assert picture is not None
    assert (picture.width_px, picture.height_px, picture.format) == (64, 48, format_name)


def test_no_program_is_started_for_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "gs"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert read_picture(GHOSTSCRIPT) is None
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("format_name", ["DDS", "EPS", "SPIDER", "GIF", "TIFF", "PPM", "ICO", "PDF"])
def test_other_formats_are_no_pictures(format_name: str) -> None:
    data = io.BytesIO()
    image = Image.radial_gradient("L")
    image = image.convert("F") if format_name == "SPIDER" else image.convert("RGB")
    image.save(data, format_name)
    assert read_picture(data.getvalue()) is None


@pytest.mark.parametrize("format_name", FORMATS)
def test_damaged_bytes_are_a_picture_or_none_and_nothing_else(format_name: str) -> None:
    chance, whole = random.Random(17), written(format_name)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        read_picture(bytes(data[: chance.randrange(1, len(data) + 1)]))


async def test_no_more_than_so_many_pieces_are_worked_on_at_once() -> None:
    workers, begun, may_end = Workers(2), threading.Semaphore(0), threading.Event()
    at_once: list[int] = []
    working = 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal working
        with lock:
            working += 1
            at_once.append(working)
        begun.release()
        may_end.wait(10)
        with lock:
            working -= 1

    pieces = [asyncio.create_task(workers.run(work)) for _ in range(8)]
    await asyncio.to_thread(begun.acquire)
    await asyncio.to_thread(begun.acquire)
    may_end.set()
    await asyncio.gather(*pieces)
    assert max(at_once) == 2
    assert len(at_once) == 8


def bytes_of(image: Image.Image, format_name: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, format_name, **options)
    return data.getvalue()


def shown(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(upright_png(data)))


def half_red(size: tuple[int, int] = (80, 60)) -> Image.Image:
    """White, the left fifth red."""
    image = Image.new("RGB", size, "white")
    image.paste((255, 0, 0), (0, 0, size[0] // 5, size[1]))
    return image


def test_a_picture_of_a_phone_is_turned_upright_and_tells_no_place() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Phone"
    exif.get_ifd(0x8825)[1] = "N"
    data = bytes_of(half_red(), exif=exif)
    picture = read_picture(data)
    assert picture is not None
    assert (picture.width_px, picture.height_px) == (60, 80)
    assert picture.changes == ("turned upright", "metadata left out")
    upright = shown(data)
    assert (upright.size, upright.mode, dict(upright.getexif()), upright.info) == ((60, 80), "RGB", {}, {})
    assert (upright.getpixel((30, 5)), upright.getpixel((30, 60))) == ((255, 0, 0), (255, 255, 255))
    turned = read_picture(bytes_of(half_red().transpose(Image.Transpose.ROTATE_270)))
    assert turned is not None
    assert (turned.pixel_sha256, turned.detail) == (picture.pixel_sha256, picture.detail)


def test_the_first_picture_of_a_portrait_is_taken() -> None:
    portrait = bytes_of(half_red(), "MPO", save_all=True, append_images=[half_red((20, 20))])
    picture = read_picture(portrait)
    assert picture is not None
    assert (picture.format, picture.width_px, shown(portrait).size) == ("JPEG", 80, (80, 60))


def test_what_lets_through_lies_on_white_and_sixteen_bits_become_eight() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    clear.putpixel((3, 3), (0, 0, 255, 255))
    on_white = shown(bytes_of(clear))
    assert (on_white.getpixel((0, 0)), on_white.getpixel((3, 3))) == ((255, 255, 255), (0, 0, 255))
    deep = Image.new("I;16", (20, 20), 0x8000)
    picture = read_picture(bytes_of(deep))
    assert picture is not None
    assert picture.changes == ("16 bits a pixel made 8",)
    assert shown(bytes_of(deep)).getpixel((0, 0)) == (128, 128, 128)


def test_colours_of_another_space_become_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = read_picture(bytes_of(half_red(), icc_profile=same))
    odd = read_picture(bytes_of(half_red(), icc_profile=profile))
    assert kept is not None
    assert odd is not None
    assert (kept.changes, odd.pixel_sha256) == ((), kept.pixel_sha256)
    assert "icc_profile" not in shown(bytes_of(half_red(), icc_profile=same)).info
    ink = half_red().convert("CMYK")
    assert shown(bytes_of(ink, "JPEG", quality=100)).mode == "RGB"


def test_text_of_a_generator_stays_out_of_what_leaves() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("parameters", "a rosette, Seed: 7")
    data = bytes_of(half_red(), pnginfo=text)
    assert b"Seed" in data
    assert b"Seed" not in upright_png(data)
    assert read_picture(data).changes == ("metadata left out",)  # type: ignore[union-attr]


def test_what_is_no_picture_cannot_leave() -> None:
    with pytest.raises(ValueError, match="it is no picture"):
        upright_png(b"hello")


def test_a_copy_sees_one_ring_of_three_millimetres_and_not_another_way_of_storing() -> None:
    def rosette(ring: int | None) -> Image.Image:
        """A rosette of 120 mm in a picture of 130 mm, with a ring 3 mm wide or without."""
        image = Image.new("RGB", (800, 800), "white")
        draw = ImageDraw.Draw(image)
        rings = [(60, (120, 80, 40)), (50, (250, 240, 220))]
        if ring is not None:
            rings[1:1] = [(ring, (150, 100, 60)), (ring - 3, (120, 80, 40))]
        for outer, colour in rings:
            radius = outer * 800 / 130
            draw.ellipse([400 - radius, 400 - radius, 400 + radius, 400 + radius], fill=colour)
        return image

    def copy(data: bytes) -> str:
        picture = read_picture(data)
        assert picture is not None
        return picture.detail

    plain = rosette(None)
    first = copy(bytes_of(plain))
    assert looks_alike(first, copy(bytes_of(plain, "JPEG", quality=85)))
    assert looks_alike(first, copy(bytes_of(plain.resize((1_000, 1_000), Image.Resampling.LANCZOS))))
    assert not looks_alike(first, copy(bytes_of(rosette(57))))


def test_a_picture_that_lets_nothing_through_is_not_changed() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (64, 64), (120, 80, 40, 255)).save(written, "PNG")
    picture = read_picture(written.getvalue())
    assert picture is not None
    assert list(picture.changes) == []


async def test_a_jpeg_of_very_many_scans_is_no_picture() -> None:
    data = io.BytesIO()
    Image.new("L", (1024, 1024), 77).save(data, "JPEG", progressive=True)
    whole = data.getvalue()
    scan = whole[whole.rindex(b"\xff\xda") : -2]
    reader = PictureReader(Limits(processor_s=1, wall_s=60.0, memory_bytes=1024**3))
    assert await PictureReader().read(whole) == read_picture(whole)
    many = whole[:-2] + scan * 40_000 + whole[-2:]
    assert len(many) < 2**20
    assert await reader.read(many) is None
    with pytest.raises(ValueError, match="1 s of a processor"):
        await reader.normalise(many)


def test_what_is_decoded_in_a_moment_is_a_png_of_few_bytes_and_pixels() -> None:
    small = written("PNG")
    assert is_small(small)
    assert not is_small(small + bytes(2 * 1024**2))
    assert not is_small(small[:16] + struct.pack(">II", 2049, 2048) + small[24:])
    assert not is_small(small[:20])
    assert not is_small(small[:8] + struct.pack(">I4sII4x", 8, b"vpAg", 8, 8) + small[8:]), "its size comes later"
    assert not is_small(small[:33] + small[8:16] + struct.pack(">II", 8_000, 8_000) + small[24:]), "and is told again"
    assert not any(is_small(written(name)) for name in FORMATS if name != "PNG")
