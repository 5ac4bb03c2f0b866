"""Image providers and language models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from foundation.canonical_json import JsonObject


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A request for pictures."""

    prompt: str
    negative_prompt: str
    design: JsonObject
    size_px: int
    count: int
    top_material_id: str = ""
    """Of the top that is drawn around a design. Empty: spruce."""


@dataclass(frozen=True, slots=True)
class MadeImage:
    """A picture that can be decoded, and how the provider says it made it."""

    data: bytes
    mime: str
    seed: str = ""
    checkpoint: str = ""
    revised_prompt: str = ""
    view: str = ""
    """Of a design, where it is not the whole of it."""


@dataclass(frozen=True, slots=True)
class MadeImages:
    """What a provider made: at least one picture, and what everything it sent cost together."""

    images: Sequence[MadeImage]
    cost_usd: float = 0.0
    provider_request_id: str = ""
    warnings: Sequence[str] = ()


class ImageProvider(Protocol):
    """A program that makes pictures."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def price_usd(self) -> float:
        """What one picture may cost at most."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...

    async def generate(self, request: ImageRequest) -> MadeImages:
        """The pictures.

        Raises:
            NothingToDrawError: There is no design this provider can draw.
            PromptRefusedError, RequestRefusedError: The provider refuses the prompt, or something else, for good.
            ProviderAccountError: The account lacks credit or quota.
            ProviderNotConfiguredError: It refuses the credentials.
            ProviderUnavailableError: It does not answer, or nothing that can be used.
        """
        ...


class LanguageModel(Protocol):
    """A program that says a text in other words."""

    @property
    def model(self) -> str: ...

    async def rephrase(self, text: str) -> str:
        """Another wording, unchecked.

        Raises:
            PromptRefusedError, ProviderNotConfiguredError, ProviderUnavailableError: There is none.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
