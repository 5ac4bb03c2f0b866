"""ComfyUI: POST /prompt queues a workflow; /history says when it ended, /queue what waits, /view has the pictures."""

import asyncio
import json
import secrets
from functools import partial
from pathlib import Path

from foundation.canonical_json import JsonMapping
from foundation.json_members import as_object, child, children, text
from rpckit.settings import ConfigurationError
from runs_svc.adapters.image_providers.http import Caller
from runs_svc.adapters.image_providers.pictures import keep_good
from runs_svc.adapters.image_providers.refusals import refusal, said_in
from runs_svc.adapters.image_providers.settings import ProviderSettings
from runs_svc.domain.advisory.errors import PromptRefusedError, ProviderUnavailableError, RequestRefusedError
from runs_svc.ports import ImageRequest, MadeImage, MadeImages

_POLL_S = 0.25
_LARGEST_SEED = 2**31


class ComfyUiProvider:
    def __init__(self, name: str, settings: ProviderSettings) -> None:
        """Read the workflow.

        Raises:
            ConfigurationError: There is none, or it is no JSON.
        """
        self.name = name
        self.model = settings.model or "comfyui"
        self.price_usd = settings.price_usd
        self._workflow = _read_workflow(name, settings.workflow_file)
        self._caller = Caller(name, settings.base_url)

    async def generate(self, request: ImageRequest) -> MadeImages:
        seed = str(secrets.randbelow(_LARGEST_SEED))
        workflow = self._filled(request, seed)
        queued = await self._caller.json("POST", "/prompt", {"prompt": workflow})
        prompt_id = queued.get("prompt_id") if isinstance(queued, dict) else None
        if not isinstance(prompt_id, str):
            if (said := said_in(queued)) is not None:
                raise refusal(self.name, None, said)
            raise RequestRefusedError(self.name, f"it did not queue the workflow: {str(queued)[:200]}")
        outputs = await self._outputs(prompt_id)
        images = [image for output in outputs.values() for image in children(as_object(output), "images")]
        if not images:
            raise PromptRefusedError(self.name, "the workflow made no picture")
        sent = images[: request.count]
        fetching = [partial(self._caller.data, "/view", _place(image)) for image in sent]
        good, warnings = await keep_good(self.name, fetching)
        checkpoint = _checkpoint(workflow)
        used = seed if '"%seed%"' in self._workflow else ""
        return MadeImages(
            [MadeImage(image.data, image.mime, seed=used, checkpoint=checkpoint) for image in good],
            cost_usd=self.price_usd * len(sent),
            provider_request_id=prompt_id,
            warnings=warnings,
        )

    async def close(self) -> None:
        await self._caller.close()

    def _filled(self, request: ImageRequest, seed: str) -> JsonMapping:
        """The workflow with the caller's words, quoted as JSON wants them."""
        values = {
            "%prompt%": json.dumps(request.prompt)[1:-1],
            "%negative%": json.dumps(request.negative_prompt)[1:-1],
            '"%size%"': str(request.size_px),
            '"%seed%"': seed,
        }
        filled = self._workflow
        for placeholder, value in values.items():
            filled = filled.replace(placeholder, value)
        workflow: JsonMapping = json.loads(filled)
        return workflow

    async def _outputs(self, prompt_id: str) -> JsonMapping:
        """What the workflow made, once it has run."""
        while True:
            history = await self._caller.json("GET", f"/history/{prompt_id}")
            if isinstance(history, dict) and prompt_id in history:
                entry = child(history, prompt_id)
                if text(child(entry, "status"), "status_str") == "error":
                    raise RequestRefusedError(self.name, f"the workflow failed{_why(entry)}")
                return child(entry, "outputs")
            queue = await self._caller.json("GET", "/queue")
            if prompt_id not in json.dumps(queue):
                again = await self._caller.json("GET", f"/history/{prompt_id}")  # it may have ended in between
                if prompt_id not in again:
                    raise ProviderUnavailableError(f"{self.name} lost the request {prompt_id}")
                continue
            await asyncio.sleep(_POLL_S)


def _read_workflow(name: str, path: Path | None) -> str:
    if path is None:
        raise ConfigurationError(f"image provider {name}: workflow_file is required")
    try:
        return json.dumps(json.loads(path.read_text()))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"image provider {name}: {path}: {error}") from error


def _place(image: JsonMapping) -> dict[str, str]:
    return {key: str(image.get(key, "")) for key in ("filename", "subfolder", "type")}


def _checkpoint(workflow: JsonMapping) -> str:
    """The first checkpoint that a node loads."""
    nodes = [child(as_object(node), "inputs") for node in workflow.values()]
    return next((str(node["ckpt_name"]) for node in nodes if node.get("ckpt_name")), "")


def _why(entry: JsonMapping) -> str:
    """What it says of a workflow that failed; "" for nothing."""
    messages = child(entry, "status").get("messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, list) and len(message) == 2 and message[0] == "execution_error":
            return f": {text(as_object(message[1]), 'exception_message')[:300].strip()}"
    return ""
