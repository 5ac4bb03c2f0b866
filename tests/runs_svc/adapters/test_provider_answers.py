"""What becomes of answers that providers really give: odd dress, half a delivery, an account without credit."""

import json
from pathlib import Path
from typing import Any

import pytest

from runs_svc.adapters.image_providers.comfyui import ComfyUiProvider
from runs_svc.adapters.image_providers.settings import ProviderSettings
from runs_svc.domain.advisory.errors import (
    PromptRefusedError,
    ProviderAccountError,
    ProviderNotConfiguredError,
    ProviderUnavailableError,
    RequestRefusedError,
)
from runs_svc.domain.errors import RunsError
from runs_svc.ports import ImageProvider, ImageRequest, MadeImages
from tests.runs_svc.adapters.provider_server import ErrorStatus, Play, as_json, b64, in_turn, png, serve
from tests.runs_svc.adapters.test_image_providers import ASKED, Make, automatic1111, comfy, comfyui, openai

TWO = ImageRequest("a rosette", "text", {}, 64, 2)
OK = b64(png())
IN_LINES = "\n".join(OK[start : start + 76] for start in range(0, len(OK), 76))
DRESSES = [IN_LINES, OK.rstrip("="), OK.translate(str.maketrans("+/", "-_")), f"data:image/png;base64,{OK}"]


async def ask(make: Make, play: Play, folder: Path, asked: ImageRequest = ASKED) -> MadeImages:
    with serve(play) as server:
        provider = make(server.base_url, folder)
        try:
            return await provider.generate(asked)
        finally:
            await provider.close()


async def fail(make: Make, answer: ErrorStatus, folder: Path) -> tuple[RunsError, int]:
    """The error of a call, and how often the provider was asked."""
    with serve(in_turn([answer])) as server:
        provider: ImageProvider = make(server.base_url, folder)
        with pytest.raises(RunsError) as failed:
            await provider.generate(ASKED)
        await provider.close()
        return failed.value, len(server.asked)


def sent(make: Make, *images: str) -> ErrorStatus:
    return as_json({"data": [{"b64_json": image} for image in images]} if make is openai else {"images": images})


@pytest.mark.parametrize("make", [openai, automatic1111])
@pytest.mark.parametrize("image", DRESSES)
async def test_base64_is_read_in_every_dress(make: Make, image: str, tmp_path: Path) -> None:
    made = await ask(make, in_turn([sent(make, image)]), tmp_path)
    assert [picture.data for picture in made.images] == [png()]


@pytest.mark.parametrize("make", [openai, automatic1111])
async def test_of_two_pictures_the_good_one_is_kept_and_both_are_paid(make: Make, tmp_path: Path) -> None:
    made = await ask(make, in_turn([sent(make, "YWJj", OK)]), tmp_path, TWO)
    assert [picture.data for picture in made.images] == [png()]
    assert made.cost_usd == pytest.approx(0.08 if make is openai else 0.02)
    (warning,) = made.warnings
    assert "3 bytes that are no picture" in warning


async def ask_behind_a_link(status: int, folder: Path) -> tuple[MadeImages, list[str]]:
    with serve(lambda path, number: play(path)) as server:

        def play(path: str) -> ErrorStatus:
            if path.startswith("/made"):
                return ErrorStatus(png(), status=status)
            return as_json({"data": [{"url": f"{server.base_url}/made/1.png", "revised_prompt": "a wheel"}]})

        provider = openai(server.base_url, folder)
        try:
            return await provider.generate(ASKED), [path for path, _ in server.asked]
        finally:
            await provider.close()


async def test_a_picture_behind_a_link_is_fetched_from_the_provider_itself(tmp_path: Path) -> None:
    made, asked = await ask_behind_a_link(200, tmp_path)
    assert (made.images[0].data, made.images[0].revised_prompt) == (png(), "a wheel")
    assert asked == ["/v1/images/generations", "/made/1.png"]
    with pytest.raises(ProviderUnavailableError, match="a link that answers 404"):
        await ask_behind_a_link(404, tmp_path)


@pytest.mark.parametrize("link", ["http://127.0.0.1:1/a.png", "file:///etc/hostname", "ftp://x/a.png", "http://[::1"])
async def test_a_link_to_elsewhere_without_tls_is_not_followed(link: str, tmp_path: Path) -> None:
    error, asked = await fail(openai, as_json({"data": [{"url": link}]}), tmp_path)
    assert "a link" in str(error)
    assert asked == 1


ACCOUNT = [
    (429, {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}),
    (402, {"error": {"message": "insufficient credits"}}),
    (400, {"error": {"message": "Billing hard limit has been reached", "code": "billing_hard_limit_reached"}}),
    (403, {"error": {"message": "Your account is deactivated", "code": "account_deactivated"}}),
    (503, {"detail": "insufficient_balance"}),
    (402, {}),
]


@pytest.mark.parametrize("make", [openai, automatic1111, comfyui])
@pytest.mark.parametrize(("status", "body"), ACCOUNT)
async def test_an_account_without_credit_is_told_once_and_costs_nothing(
    make: Make, status: int, body: dict[str, Any], tmp_path: Path
) -> None:
    error, asked = await fail(make, as_json(body, status=status, headers={"Retry-After": "0"}), tmp_path)
    assert isinstance(error, ProviderAccountError)
    assert (asked, error.may_charge) == (1, False)


@pytest.mark.parametrize("make", [openai, automatic1111, comfyui])
async def test_an_error_inside_an_answer_is_told_in_the_words_of_the_provider(make: Make, tmp_path: Path) -> None:
    error, _ = await fail(make, as_json({"error": {"message": "no available channel for this model"}}), tmp_path)
    assert isinstance(error, RequestRefusedError)
    assert str(error).endswith("refused the request: no available channel for this model")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "unknown size"}}, "refused the request: 422 unknown size"),
        ({"detail": [{"loc": ["steps"], "msg": "not a number"}]}, "not a number"),
        ({"error": "bad node", "node_errors": {}}, "422 bad node"),
        ({"message": "no such model"}, "422 no such model"),
        ({}, "422 {}"),
        ([1], "422 [1]"),
    ],
)
async def test_a_wrong_parameter_is_no_fault_of_the_prompt(body: Any, words: str, tmp_path: Path) -> None:
    error, _ = await fail(automatic1111, as_json(body, status=422), tmp_path)
    assert isinstance(error, RequestRefusedError)
    assert words in str(error)


@pytest.mark.parametrize("message", ["Your request was rejected by our safety system", "content_policy_violation"])
async def test_a_prompt_that_is_not_wanted_is_called_so(message: str, tmp_path: Path) -> None:
    error, _ = await fail(openai, as_json({"error": {"message": message}}, status=400), tmp_path)
    assert isinstance(error, PromptRefusedError)


@pytest.mark.parametrize("make", [openai, automatic1111, comfyui])
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
async def test_a_web_page_is_a_wrong_address_and_costs_nothing(make: Make, kind: str, tmp_path: Path) -> None:
    page = ErrorStatus(b"  <html>login</html>", headers={"Content-Type": kind})
    error, _ = await fail(make, page, tmp_path)
    assert isinstance(error, ProviderNotConfiguredError)
    assert "base_url" in str(error)
    assert not error.may_charge


@pytest.mark.parametrize(
    ("info", "seeds", "checkpoint"),
    [
        (
            '{"all_seeds": [7, 18446744073709551615], "sd_model_name": "rosettes"}',
            ["7", "18446744073709551615"],
            "rosettes",
        ),
        ('{"seed": 7}', ["7", ""], ""),
        ("", ["", ""], ""),
        ("no JSON", ["", ""], ""),
        ("[1]", ["", ""], ""),
    ],
)
async def test_seed_and_checkpoint_are_kept(info: str, seeds: list[str], checkpoint: str, tmp_path: Path) -> None:
    answer = as_json({"images": [OK, OK], "info": info})
    made = await ask(automatic1111, in_turn([answer]), tmp_path, TWO)
    assert [image.seed for image in made.images] == seeds
    assert {image.checkpoint for image in made.images} == {checkpoint}


async def test_comfyui_names_the_checkpoint_of_its_workflow_and_no_seed_it_was_not_given(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    path.write_text(json.dumps({"4": {"inputs": {"ckpt_name": "rosettes.safetensors"}}}))

    def own(base_url: str, folder: Path) -> ImageProvider:
        return ComfyUiProvider("comfy", ProviderSettings(kind="comfyui", base_url=base_url, workflow_file=path))

    (image,) = (await ask(own, comfy, tmp_path)).images
    assert (image.seed, image.checkpoint) == ("", "rosettes.safetensors")


async def test_comfyui_says_why_a_workflow_failed(tmp_path: Path) -> None:
    why = ["execution_error", {"exception_message": "out of memory"}]
    failed = {"p1": {"status": {"status_str": "error", "messages": [["execution_start", {}], why]}}}
    with pytest.raises(RequestRefusedError, match="the workflow failed: out of memory"):
        await ask(
            comfyui, lambda path, number: as_json(failed) if "/history" in path else comfy(path, number), tmp_path
        )
