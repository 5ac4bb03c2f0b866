"""Image providers as configuration: a TOML file, a table each.

[openai]
kind = "openai"
base_url = "https://api.openai.com/v1"
model = "gpt-image-…"
api_key_variable = "OPENAI_API_KEY"     # the environment variable that holds the key
price_usd = 0.04                        # what one picture may cost at most
parameters = { quality = "high" }

[workshop]
kind = "automatic1111"
base_url = "http://127.0.0.1:7860"

[comfy]
kind = "comfyui"
base_url = "http://127.0.0.1:8188"
workflow_file = "rosette.json"          # exported in API form, with %prompt%, %negative%, %size% and %seed%
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rpckit.settings import ConfigurationError

Kind = Literal["openai", "automatic1111", "comfyui"]


class ProviderSettings(BaseModel):
    """One provider."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    base_url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
    model: str = ""
    api_key_variable: str = ""
    price_usd: Annotated[float, Field(ge=0, le=100)] = 0.0
    parameters: dict[str, object] = Field(default_factory=dict)
    workflow_file: Path | None = None


def read_providers(path: Path | None) -> Mapping[str, ProviderSettings]:
    """The providers of a file, by name; none without a file.

    Raises:
        ConfigurationError: The file cannot be read, or names something unknown.
    """
    if path is None:
        return {}
    try:
        tables = tomllib.loads(path.read_text())
        return {name: ProviderSettings.model_validate(table) for name, table in tables.items()}
    except (OSError, ValueError, ValidationError) as error:
        raise ConfigurationError(f"image providers in {path}: {error}") from error
