"""HTTP towards image providers: answers of limited size, and retries only where nothing can have been delivered."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx2

from runs_svc.adapters.image_providers.refusals import not_json, read_said, refusal
from runs_svc.domain.advisory.errors import ProviderUnavailableError

LARGEST_ANSWER_BYTES = 64 * 1024**2
MOST_RETRIES = 2
_LONGEST_WAIT_S = 20.0
_LONGEST_CALL_S = 600.0
"""The caller's own deadline ends a call earlier."""
UNDELIVERED = (httpx2.ConnectError, httpx2.ConnectTimeout)
"""Errors after which nothing can have reached the provider."""
_AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504})


class AnswerTooLargeError(httpx2.TransportError):
    """The answer is larger than any picture."""


class _LimitedStream(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        taken = 0
        async for part in self._inner:
            taken += len(part)
            if taken > LARGEST_ANSWER_BYTES:
                raise AnswerTooLargeError(f"the answer is larger than {LARGEST_ANSWER_BYTES} bytes")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


class LimitedTransport(httpx2.AsyncHTTPTransport):
    """Stops reading an answer that is larger than any picture."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _LimitedStream(response.stream)
        return response


def client(base_url: str = "", headers: Mapping[str, str] | None = None) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=base_url, headers=headers, transport=LimitedTransport(), timeout=_LONGEST_CALL_S, trust_env=False
    )


class Caller:
    """Calls of one provider."""

    def __init__(self, name: str, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        self._name = name
        self._client = client(base_url, headers)

    async def json(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """The JSON of an answer.

        Raises:
            PromptRefusedError, RequestRefusedError: The provider says that the request is wrong.
            ProviderNotConfiguredError: It wants other credentials, or answers a web page.
            ProviderAccountError: The account has no credit.
            ProviderUnavailableError: It does not answer, or not with JSON.
        """
        answer = await self._ask(method, path, body)
        try:
            return answer.json()
        except ValueError as error:
            raise not_json(self._name, answer.content) from error

    async def data(self, path: str, parameters: Mapping[str, str]) -> bytes:
        """The bytes of an answer. Raises as `json`."""
        return (await self._ask("GET", path, None, parameters)).content

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(
        self, method: str, path: str, body: Mapping[str, object] | None, parameters: Mapping[str, str] | None = None
    ) -> httpx2.Response:
        for attempt in range(MOST_RETRIES + 1):
            last = attempt == MOST_RETRIES
            try:
                answer = await self._client.request(method, path, json=body, params=parameters)
            except UNDELIVERED as error:
                if last:
                    text = f"{self._name} cannot be reached: {error}"
                    raise ProviderUnavailableError(text, may_charge=False) from error
                await asyncio.sleep(0.2 * 2**attempt)
                continue
            except httpx2.HTTPError as error:
                raise ProviderUnavailableError(f"{self._name} broke off: {type(error).__name__} {error}") from error
            if answer.status_code in _AGAIN and not last and not read_said(answer.content).of_account:
                await asyncio.sleep(wait_s(answer.headers.get("retry-after"), attempt))
                continue
            return _judged(self._name, answer)
        raise AssertionError("the last attempt returns or raises")


def _judged(name: str, answer: httpx2.Response) -> httpx2.Response:
    if answer.is_success:
        return answer
    raise refusal(name, answer.status_code, read_said(answer.content))


def wait_s(retry_after: str | None, attempt: int) -> float:
    """How long to wait before asking again: as long as asked for, within reason."""
    try:
        return min(max(float(retry_after or ""), 0.0), _LONGEST_WAIT_S)
    except ValueError:
        return float(0.2 * 2**attempt)
