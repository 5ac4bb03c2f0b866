"""Image providers against recorded answers: what is delivered, what is tried again, what is never paid twice."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rpckit.settings import ConfigurationError
from runs_svc.adapters.image_providers import http
from runs_svc.adapters.image_providers.automatic1111 import Automatic1111Provider
from runs_svc.adapters.image_providers.comfyui import ComfyUiProvider
from runs_svc.adapters.image_providers.openai import OpenAiProvider
from runs_svc.adapters.image_providers.registry import Providers
from runs_svc.adapters.image_providers.settings import ProviderSettings, read_providers
from runs_svc.domain.advisory.errors import (
    PromptRefusedError,
    ProviderNotConfiguredError,
    ProviderUnavailableError,
    RequestRefusedError,
)
from runs_svc.ports import ImageProvider, ImageRequest, MadeImages
from tests.runs_svc.adapters.provider_server import ErrorStatus, Play, as_json, b64, in_turn, png, serve

ASKED = ImageRequest("a rosette", "text", {}, 64, 1)
WORKFLOW = {"1": {"text": "%prompt%"}, "2": {"text": "%negative%"}, "3": {"width": "%size%", "seed": "%seed%"}}
Make = Callable[[str, Path], ImageProvider]


def openai(base_url: str, folder: Path) -> ImageProvider:
    settings = ProviderSettings(kind="openai", base_url=f"{base_url}/v1", model="m", price_usd=0.04)
    return OpenAiProvider("openai", settings, api_key="k")


def automatic1111(base_url: str, folder: Path) -> ImageProvider:
    settings = ProviderSettings(kind="automatic1111", base_url=base_url, price_usd=0.01, parameters={"steps": 20})
    return Automatic1111Provider("workshop", settings)


def comfyui(base_url: str, folder: Path) -> ImageProvider:
    path = folder / "workflow.json"
    path.write_text(json.dumps(WORKFLOW))
    return ComfyUiProvider("comfy", ProviderSettings(kind="comfyui", base_url=base_url, workflow_file=path))


async def ask(make: Make, play: Play, folder: Path, asked: ImageRequest = ASKED) -> tuple[MadeImages, list[Any]]:
    with serve(play) as server:
        provider = make(server.base_url, folder)
        try:
            return await provider.generate(asked), server.asked
        finally:
            await provider.close()


async def count_asked(make: Make, play: Play, folder: Path, error: type[Exception]) -> int:
    """How often a provider was asked in a call that fails."""
    with serve(play) as server:
        provider = make(server.base_url, folder)
        with pytest.raises(error):
            await provider.generate(ASKED)
        await provider.close()
        return len(server.asked)


def openai_images(*images: str) -> dict[str, Any]:
    return {"created": 1, "data": [{"b64_json": image} for image in images]}


OPENAI_OK = as_json(openai_images(b64(png())))
A1111_OK = as_json({"images": [b64(png())], "info": "{}"})
BUSY = as_json({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "0.05"})


@pytest.mark.parametrize(("make", "answer"), [(openai, OPENAI_OK), (automatic1111, A1111_OK)])
async def test_a_picture_comes_as_it_was_made(make: Make, answer: ErrorStatus, tmp_path: Path) -> None:
    made, asked = await ask(make, in_turn([answer]), tmp_path)
    assert [(image.data, image.mime) for image in made.images] == [(png(), "image/png")]
    assert made.cost_usd > 0
    ((_, body),) = asked
    assert "a rosette" in body["prompt"]
    assert "response_format" not in body


@pytest.mark.parametrize(("make", "answer"), [(openai, OPENAI_OK), (automatic1111, A1111_OK)])
async def test_busy_is_tried_again_and_not_more_than_twice(make: Make, answer: ErrorStatus, tmp_path: Path) -> None:
    made, asked = await ask(make, in_turn([BUSY, BUSY, answer]), tmp_path)
    assert len(made.images) == 1
    assert len(asked) == 3
    assert await count_asked(make, in_turn([BUSY]), tmp_path, ProviderUnavailableError) == 3


REFUSALS = [
    ("blocked", "moderation_blocked", PromptRefusedError),
    ("Unknown parameter: 'x'", "unknown_parameter", RequestRefusedError),
]


@pytest.mark.parametrize("make", [openai, automatic1111])
@pytest.mark.parametrize(("words", "code", "error"), REFUSALS)
async def test_a_refusal_is_the_result_and_is_requested_once(
    make: Make, words: str, code: str, error: type[Exception], tmp_path: Path
) -> None:
    answer = as_json({"error": {"message": words, "code": code}}, status=400)
    assert await count_asked(make, in_turn([answer]), tmp_path, error) == 1


@pytest.mark.parametrize(
    ("make", "answer"), [(openai, as_json(openai_images())), (automatic1111, as_json({"images": []}))]
)
async def test_an_empty_list_is_requested_once(make: Make, answer: ErrorStatus, tmp_path: Path) -> None:
    assert await count_asked(make, in_turn([answer]), tmp_path, PromptRefusedError) == 1


BROKEN = [b64(png())[:-7], b64(b"GIF89a not a picture"), "%%%"]


@pytest.mark.parametrize("image", BROKEN)
@pytest.mark.parametrize("make", [openai, automatic1111])
async def test_what_is_no_picture_is_requested_once(make: Make, image: str, tmp_path: Path) -> None:
    answer = as_json(openai_images(image) if make is openai else {"images": [image]})
    assert await count_asked(make, in_turn([answer]), tmp_path, ProviderUnavailableError) == 1


@pytest.mark.parametrize("make", [openai, automatic1111])
async def test_bad_credentials_say_so(make: Make, tmp_path: Path) -> None:
    answer = as_json({"error": {"message": "no"}}, status=401)
    assert await count_asked(make, in_turn([answer]), tmp_path, ProviderNotConfiguredError) == 1


@pytest.mark.parametrize("make", [openai, automatic1111])
async def test_an_answer_without_end_is_not_read_to_its_end(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER_BYTES", 10_000)
    monkeypatch.setattr(http, "MOST_RETRIES", 0)
    with serve(in_turn([ErrorStatus(b"x" * 100_000)])) as server:
        provider = make(server.base_url, tmp_path)
        with pytest.raises(ProviderUnavailableError):
            await provider.generate(ASKED)
        await provider.close()


async def test_what_is_not_json_is_reported(tmp_path: Path) -> None:
    assert await count_asked(automatic1111, in_turn([ErrorStatus(b"soon")]), tmp_path, ProviderUnavailableError) == 1
    assert await count_asked(automatic1111, in_turn([as_json([1])]), tmp_path, ProviderUnavailableError) == 1


@pytest.mark.parametrize("make", [openai, automatic1111])
async def test_nobody_there_is_reported_and_charges_nothing(make: Make, tmp_path: Path) -> None:
    provider = make("http://127.0.0.1:9", tmp_path)
    with pytest.raises(ProviderUnavailableError) as failed:
        await provider.generate(ASKED)
    assert not failed.value.may_charge
    await provider.close()


def comfy(path: str, number: int) -> ErrorStatus:
    if path == "/prompt":
        return as_json({"prompt_id": "p1"})
    if path.startswith("/history"):
        images = [{"filename": "a.png", "subfolder": "", "type": "output"}]
        return as_json({"p1": {"outputs": {"9": {"images": images}}}} if number > 3 else {})
    if path == "/queue":
        return as_json({"queue_running": [[0, "p1"]], "queue_pending": []})
    return ErrorStatus(png(), headers={"Content-Type": "image/png"})


async def test_comfyui_is_waited_for(tmp_path: Path) -> None:
    made, asked = await ask(comfyui, comfy, tmp_path, ImageRequest('a "quoted" rosette', "text", {}, 96, 1))
    assert ([image.data for image in made.images], made.provider_request_id) == ([png()], "p1")
    workflow = asked[0][1]["prompt"]
    assert workflow["1"]["text"] == 'a "quoted" rosette'
    assert workflow["3"]["width"] == 96
    assert made.images[0].seed == str(workflow["3"]["seed"])
    assert asked[-1][0].startswith("/view?filename=a.png")


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"/prompt": {"error": "bad node"}}, RequestRefusedError),
        ({"/history": {"p1": {"status": {"status_str": "error"}}}}, RequestRefusedError),
        ({"/history": {"p1": {"outputs": {}}}}, PromptRefusedError),
        ({"/history": {}, "/queue": {"queue_running": [], "queue_pending": []}}, ProviderUnavailableError),
    ],
)
async def test_what_goes_wrong_in_comfyui(answers: dict[str, Any], error: type[Exception], tmp_path: Path) -> None:
    def play(path: str, number: int) -> ErrorStatus:
        for start, value in answers.items():
            if path.startswith(start):
                return as_json(value)
        return comfy(path, number)

    assert await count_asked(comfyui, play, tmp_path, error) >= 1


@pytest.mark.parametrize(
    ("text", "attempt", "wait"), [("3", 0, 3.0), ("900", 0, 20.0), (None, 1, 0.4), ("soon", 0, 0.2)]
)
def test_waiting(text: str | None, attempt: int, wait: float) -> None:
    assert http.wait_s(text, attempt) == wait


def test_providers_are_configuration(tmp_path: Path) -> None:
    path = tmp_path / "providers.toml"
    path.write_text(
        '[cloud]\nkind = "openai"\nbase_url = "https://x"\napi_key_variable = "KEY"\n'
        '[local]\nkind = "automatic1111"\nbase_url = "http://127.0.0.1:7860"\n'
    )
    without = Providers(read_providers(path), {})
    assert set(without.ready) == {"rosette", "local"}
    assert without.missing["cloud"] == "set KEY to the key"
    assert "[comfyui]" in without.missing["comfyui"]
    assert set(Providers(read_providers(path), {"KEY": "k"}).ready) == {"rosette", "local", "cloud"}
    assert "openai" in Providers({}, {}).missing


@pytest.mark.parametrize("text", ["[a]\nkind = 'x'", "[a]\nkind = 'openai'\nbase_url = 'ftp://x'", "not toml ["])
def test_a_file_that_is_wrong_stops_the_server(text: str, tmp_path: Path) -> None:
    path = tmp_path / "providers.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"providers\.toml"):
        read_providers(path)


def test_a_workflow_is_needed(tmp_path: Path) -> None:
    for file in (None, tmp_path / "absent.json"):
        with pytest.raises(ConfigurationError, match="comfy"):
            ComfyUiProvider("comfy", ProviderSettings(kind="comfyui", base_url="http://x", workflow_file=file))


async def test_a_library_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    provider = openai("http://127.0.0.1:9", tmp_path)
    with pytest.raises(ProviderNotConfiguredError, match=r"openai is not configured: .*pip install 'rmos\[openai\]'"):
        await provider.generate(ASKED)
    await provider.close()
