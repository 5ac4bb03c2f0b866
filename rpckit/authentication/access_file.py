"""The file that says what names and roles certificates and tokens of others have.

[[certificate]]                     exact subject alternative name: a URI, a host name or a mail address
san = "spiffe://workshop/cam"
name = "cam"
roles = ["operator"]
kind = "tool"                       or "person"

[[issuer]]                          of tokens: an identity provider
issuer = "https://id.workshop.example"
audience = "rmos"
keys = "provider_keys.json"         a file beside this one, or an address (https)
algorithms = ["ES256"]
leeway_s = 30
name_claim = "preferred_username"

[[issuer.role]]
claim = "groups"                    dots lead into objects
value = "luthiers"
roles = ["reviewer"]
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from foundation.identity import IdentityKind, Role
from foundation.names import LONGEST_NAME
from foundation.visible_text import unseen_in
from rpckit.settings import ConfigurationError

OWN_ISSUER = "rmos"
"""Of tokens that the servers sign themselves: nobody else's are taken under it."""


def _visible(name: str) -> str:
    unseen = unseen_in(name)
    if unseen:
        raise ValueError(unseen)
    return name


def _foreign(issuer: str) -> str:
    if issuer == OWN_ISSUER:
        raise ValueError("is the name of the servers themselves")
    return issuer


Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_NAME, strip_whitespace=True),
    AfterValidator(_visible),
]
Algorithm = Literal["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "EdDSA"]
"""Signatures with a public key. None that a caller could make with what is published."""
MOST_LEEWAY_S = 60.0


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MappedCertificate(_Strict):
    """Who has a certificate with a subject alternative name."""

    san: Annotated[str, StringConstraints(min_length=1)]
    name: Name
    roles: frozenset[Role]
    kind: IdentityKind = IdentityKind.TOOL


class MappedRole(_Strict):
    """Roles of whoever's claim has a value, or holds it in a list."""

    claim: str
    value: str
    roles: frozenset[Role]
    kind: IdentityKind | None = None


class TokenIssuer(_Strict):
    """Somebody whose tokens are taken."""

    issuer: Annotated[str, StringConstraints(min_length=1), AfterValidator(_foreign)]
    audience: Annotated[str, StringConstraints(min_length=1)]
    keys: Annotated[str, StringConstraints(min_length=1)]
    algorithms: Annotated[tuple[Algorithm, ...], Field(min_length=1)]
    leeway_s: float = Field(30.0, ge=0, le=MOST_LEEWAY_S)
    name_claim: str = "sub"
    kind: IdentityKind = IdentityKind.PERSON
    roles: frozenset[Role] = frozenset()
    """Of everybody with a token."""
    role: tuple[MappedRole, ...] = ()


class AccessFile(_Strict):
    """Certificates and issuers."""

    certificate: tuple[MappedCertificate, ...] = ()
    issuer: tuple[TokenIssuer, ...] = ()


def read_access_file(path: Path | None) -> AccessFile:
    """The file's content; nothing, where there is none.

    Raises:
        ConfigurationError: It cannot be read; names the entry and what is allowed.
    """
    if path is None:
        return AccessFile()
    try:
        content = AccessFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {path}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"{path}: {where}: {first['msg']} (given: {first['input']!r})") from error
    for field, values in (
        ("certificate.san", [item.san for item in content.certificate]),
        ("issuer.issuer", [item.issuer for item in content.issuer]),
    ):
        twice = {value for value in values if values.count(value) > 1}
        if twice:
            raise ConfigurationError(f"{path}: {field}: {min(twice)!r} is there twice")
    return content
