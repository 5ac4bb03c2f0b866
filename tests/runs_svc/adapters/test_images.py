"""What is taken for a picture, and what is not."""

import asyncio
import io
import random
import threading
from pathlib import Path

import pytest
from PIL import Image

from runs_svc.adapters.rendering.images import FORMATS, read_picture
from runs_svc.adapters.rendering.workers import Workers

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
