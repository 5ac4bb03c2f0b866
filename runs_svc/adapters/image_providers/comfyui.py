"""ComfyUI: POST /prompt queues a workflow; /history says when it ended, /queue what waits, /view has the pictures."""

import asyncio
import json
import secrets
from pathlib import Path
from typing import Any

from foundation.canonical_json import JsonMapping
from foundation.json_members import as_object, child, children, text
from rpckit.settings import ConfigurationError
from rpckit.threads import in_thread
from runs_svc.adapters.image_providers.http import Caller, check_image
from runs_svc.adapters.image_providers.settings import ProviderSettings
from runs_svc.domain.advisory.errors import PromptRefusedError, ProviderUnavailableError
from runs_svc.ports import ImageRequest, MadeImages

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
        queued = await self._caller.json("POST", "/prompt", {"prompt": self._filled(request)})
        prompt_id = queued.get("prompt_id") if isinstance(queued, dict) else None
        if not isinstance(prompt_id, str):
            raise PromptRefusedError(self.name, f"it did not queue the workflow: {str(queued)[:200]}")
        outputs = await self._outputs(prompt_id)
        images = [image for output in outputs.values() for image in children(as_object(output), "images")]
        if not images:
            raise PromptRefusedError(self.name, "the workflow made no picture")
        data = [await self._caller.data("/view", _place(image)) for image in images[: request.count]]
        mimes = [await in_thread(check_image, self.name, item) for item in data]
        return MadeImages(data, mimes[0], cost_usd=self.price_usd * len(data), provider_request_id=prompt_id)

    async def close(self) -> None:
        await self._caller.close()

    def _filled(self, request: ImageRequest) -> Any:
        """The workflow with the caller's words, quoted as JSON wants them."""
        values = {
            "%prompt%": json.dumps(request.prompt)[1:-1],
            "%negative%": json.dumps(request.negative_prompt)[1:-1],
            '"%size%"': str(request.size_px),
            '"%seed%"': str(secrets.randbelow(_LARGEST_SEED)),
        }
        filled = self._workflow
        for placeholder, value in values.items():
            filled = filled.replace(placeholder, value)
        return json.loads(filled)

    async def _outputs(self, prompt_id: str) -> JsonMapping:
        """What the workflow made, once it has run."""
        while True:
            history = await self._caller.json("GET", f"/history/{prompt_id}")
            if isinstance(history, dict) and prompt_id in history:
                entry = child(history, prompt_id)
                if text(child(entry, "status"), "status_str") == "error":
                    raise PromptRefusedError(self.name, "the workflow failed")
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
