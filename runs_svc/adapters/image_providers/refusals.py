"""What a provider says when it makes no picture: its words, and whose fault it is.

An account without credit and a parameter it does not know stay so however often they are tried; a prompt it does not
want is the caller's; everything else may pass.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from runs_svc.domain.advisory.errors import (
    PromptRefusedError,
    ProviderAccountError,
    ProviderNotConfiguredError,
    ProviderUnavailableError,
    RequestRefusedError,
)
from runs_svc.domain.errors import RunsError

NO_CREDIT = 402
_CREDENTIALS = frozenset({401, 403})
_REQUEST = frozenset({400, 404, 405, 410, 413, 415, 422, 451, 501})
_MOST_CHARACTERS = 300
_ACCOUNT = re.compile(
    r"insufficient[ _-](?:quota|credit|fund|balance)|exceeded your current quota|billing|payment required|"
    r"out of credits?|no credits?|credit balance|account[ _](?:is )?(?:deactivated|suspended|disabled)",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"moderat|content[ _-]?polic|content[ _-]?filter|safety|policy[ _]violation|nsfw", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A provider's words, and the code it gives them."""

    words: str
    code: str = ""

    def __str__(self) -> str:
        text = " ".join(f"{self.code}: {self.words}".split() if self.code else self.words.split())
        return text[:_MOST_CHARACTERS]

    @property
    def of_account(self) -> bool:
        return bool(_ACCOUNT.search(str(self)))


def read_said(content: bytes | str) -> Said:
    """The words in the body of an answer, in the forms that providers use; else the body as it is."""
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    try:
        return said_in(json.loads(text)) or Said(text)
    except ValueError:
        return Said(text)


def said_in(body: object) -> Said | None:
    """The words of an error in JSON; None where there is none."""
    if not isinstance(body, Mapping):
        return None
    error = body.get("error") or body.get("errors") or body.get("detail") or body.get("message")
    if not error:
        return None
    if not isinstance(error, Mapping):
        return Said(error if isinstance(error, str) else json.dumps(error))
    words, code = error.get("message") or json.dumps(error), error.get("code") or error.get("type") or ""
    more = [str(error["details"])] if error.get("details") else []
    more += [json.dumps(body["node_errors"])] if body.get("node_errors") else []
    return Said(" ".join([str(words), *more]), str(code))


def refusal(name: str, status: int | None, said: Said) -> RunsError:
    """The error for an answer without a picture; none of them was paid for.

    Args:
        name: The provider.
        status: Of the answer; None for an error inside one that says it is none.
        said: The provider's words.
    """
    if status == NO_CREDIT or said.of_account:
        return ProviderAccountError(name, str(said) or f"it answers {status}")
    if status in _CREDENTIALS:
        return ProviderNotConfiguredError(name, f"it answers {status}; check its credentials: {said}".rstrip(": "))
    if status is None or status in _REQUEST:
        kind = PromptRefusedError if _PROMPT.search(str(said)) else RequestRefusedError
        return kind(name, f"{status or ''} {said}".strip())
    return ProviderUnavailableError(f"{name} answers {status}: {said}", may_charge=False)


def not_json(name: str, content: bytes) -> ProviderNotConfiguredError | ProviderUnavailableError:
    """The error for an answer that is no JSON: a web page is no provider's answer, and nothing was made."""
    if content.lstrip()[:1] == b"<":
        return ProviderNotConfiguredError(name, "it answers a web page; check base_url")
    return ProviderUnavailableError(f"{name} answers something that is not JSON")
