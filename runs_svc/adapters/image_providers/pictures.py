"""Pictures as providers send them: in base64 of any dress, or behind a link. What is good is kept."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx2

from runs_svc.adapters.image_providers.http import client
from runs_svc.adapters.rendering.images import PictureReader
from runs_svc.domain.advisory.asset import MEDIA_TYPES
from runs_svc.domain.advisory.errors import ProviderUnavailableError

_FORMATS = ("PNG", "JPEG", "WEBP")
_URL_SAFE = str.maketrans("-_", "+/")


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture that can be decoded."""

    number: int
    """Its place among all that were sent."""
    data: bytes
    mime: str


async def keep_good(
    name: str, coming: Sequence[Callable[[], Awaitable[bytes]]]
) -> tuple[Sequence[Sent], Sequence[str]]:
    """The pictures that can be decoded, and what was wrong with the others.

    Raises:
        ProviderUnavailableError: There is none.
    """
    good: list[Sent] = []
    faults: list[ProviderUnavailableError] = []
    for number, fetch in enumerate(coming):
        try:
            data = await fetch()
            good.append(Sent(number, data, await check_image(name, data)))
        except ProviderUnavailableError as error:
            faults.append(error)
    if not good:
        raise faults[0]
    return good, [f"of {len(coming)} pictures one was left out: {fault}" for fault in faults]


async def decoded(name: str, text: str) -> bytes:
    """The bytes of base64: with or without padding, in lines, of either alphabet, behind `data:`.

    Raises:
        ProviderUnavailableError: It is damaged.
    """
    plain = "".join(text.rpartition(",")[2].split()).translate(_URL_SAFE).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProviderUnavailableError(f"{name} sent base64 that is cut short or damaged") from error


async def fetched(name: str, link: str, base_url: str) -> bytes:
    """The bytes behind a link, without the key of the provider: it may lead elsewhere.

    Raises:
        ProviderUnavailableError: It leads to another machine without TLS, or to nothing.
    """
    if link.startswith("data:"):
        return await decoded(name, link)
    try:
        place, own = httpx2.URL(link), httpx2.URL(base_url)
        if place.scheme != "https" and (place.scheme, place.netloc) != (own.scheme, own.netloc):
            raise ProviderUnavailableError(f"{name} sent a link that is not https: {link[:200]}")
        async with client() as caller:
            answer = await caller.get(place)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ProviderUnavailableError(f"{name} sent a link, and nobody answers there: {link[:200]}") from error
    if not answer.is_success:
        raise ProviderUnavailableError(f"{name} sent a link that answers {answer.status_code}: {link[:200]}")
    return answer.content


async def check_image(name: str, data: bytes) -> str:
    """The media type of a picture.

    Raises:
        ProviderUnavailableError: The bytes are no picture that can be used.
    """
    picture = await PictureReader().read(data)
    if picture is None or picture.format not in _FORMATS:
        raise ProviderUnavailableError(f"{name} sent {len(data)} bytes that are no picture")
    return MEDIA_TYPES[picture.format][0]
