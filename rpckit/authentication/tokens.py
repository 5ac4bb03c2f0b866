"""Tokens (JWT) of known issuers: signature, issuer, audience and times, and what their claims say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jwt

from foundation.access_errors import CredentialsInvalidError
from foundation.canonical_json import JsonMapping
from foundation.identity import Identity, IdentityKind, ProofMethod
from foundation.json_members import number
from foundation.names import LONGEST_NAME
from foundation.visible_text import unseen_in
from rpckit.authentication import own_tokens
from rpckit.authentication.access_file import TokenIssuer
from rpckit.authentication.identity_journal import IdentityJournal
from rpckit.authentication.issuer_keys import FileKeys, IssuerKeys, Keys, issuer_keys

_OWN_LEEWAY_S = 10.0
_REQUIRED = ["iss", "aud", "exp"]
_MOST_TOKEN_CHARACTERS = 8_192


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer and its keys."""

    settings: TokenIssuer
    keys: IssuerKeys


class Tokens:
    """Checks tokens: our own, and those of other issuers."""

    def __init__(self, journal: IdentityJournal, issuers: Sequence[TokenIssuer], *, folder: Path) -> None:
        """What is taken.

        Args:
            journal: People who log in here, beside the public keys of their tokens.
            issuers: Others, whose files are named from `folder`.
            folder: Where the file of access is.

        Raises:
            ConfigurationError: The address of keys is not encrypted.
        """
        self._journal = journal
        own = TokenIssuer.model_construct(
            issuer=own_tokens.ISSUER,
            audience=own_tokens.AUDIENCE,
            keys=own_tokens.TOKEN_KEYS,
            algorithms=("EdDSA",),
            leeway_s=_OWN_LEEWAY_S,
        )
        self._issuers = {item.issuer: Issuer(item, issuer_keys(item.keys, folder)) for item in issuers}
        self._issuers[own.issuer] = Issuer(own, FileKeys(journal.path.parent / own.keys))

    @property
    def generation(self) -> int:
        """Changes with the keys of any issuer."""
        for issuer in self._issuers.values():
            issuer.keys.known()
        return sum(issuer.keys.generation for issuer in self._issuers.values())

    async def check(self, text: str) -> tuple[Identity, float]:
        """Who has a token, and until when it is good, in seconds since 1970.

        Raises:
            CredentialsInvalidError: It is none, of nobody known, or not good now. Says which, not how it should be.
            CredentialsUncheckedError: The keys of its issuer cannot be fetched.
        """
        if len(text) > _MOST_TOKEN_CHARACTERS:
            raise CredentialsInvalidError(f"the token is longer than {_MOST_TOKEN_CHARACTERS} characters")
        try:
            header, unproven = jwt.get_unverified_header(text), jwt.decode(text, options={"verify_signature": False})
        except jwt.PyJWTError as error:
            raise CredentialsInvalidError("the token cannot be read") from error
        name = unproven.get("iss")
        issuer = self._issuers.get(name) if isinstance(name, str) else None
        if issuer is None:
            raise CredentialsInvalidError("the issuer of the token is not known here")
        key = await _find_key(issuer.keys, header.get("kid"))
        claims = _verified(text, key, issuer.settings)
        until = (number(claims, "exp") or 0.0) + issuer.settings.leeway_s
        if issuer.settings.issuer == own_tokens.ISSUER:
            return self._own(claims), until
        return _mapped(claims, issuer.settings), until

    def _own(self, claims: JsonMapping) -> Identity:
        identities = self._journal.now()
        if identities is None:
            raise CredentialsInvalidError("the identity journal is damaged; an administrator must mend it")
        return own_tokens.identity_of(claims, identities)


async def _find_key(keys: IssuerKeys, key_id: object) -> jwt.PyJWK:
    key = _pick(keys.known(), key_id) or _pick(await keys.fetched(), key_id)
    if key is None:
        raise CredentialsInvalidError("the key of the token is not known here")
    return key


def _pick(keys: Keys, key_id: object) -> jwt.PyJWK | None:
    if key_id is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(key_id) if isinstance(key_id, str) else None


def _verified(text: str, key: jwt.PyJWK, settings: TokenIssuer) -> JsonMapping:
    try:
        claims: JsonMapping = jwt.decode(
            text,
            key,
            algorithms=list(settings.algorithms),
            issuer=settings.issuer,
            audience=settings.audience,
            leeway=settings.leeway_s,
            options={"require": _REQUIRED},
        )
    except jwt.ExpiredSignatureError as error:
        raise CredentialsInvalidError("the token has expired") from error
    except jwt.ImmatureSignatureError as error:
        raise CredentialsInvalidError("the token is not valid yet") from error
    except jwt.InvalidAudienceError as error:
        raise CredentialsInvalidError("the token is for another audience") from error
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise CredentialsInvalidError("the token does not verify") from error
    return claims


def _mapped(claims: JsonMapping, settings: TokenIssuer) -> Identity:
    name = _claim(claims, settings.name_claim)
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise CredentialsInvalidError(f"the token names nobody in {settings.name_claim}")
    name = " ".join(name.split())
    if unseen_in(name):
        raise CredentialsInvalidError(f"the token has a name in {settings.name_claim} that cannot be seen as it is")
    matching = [item for item in settings.role if _holds(_claim(claims, item.claim), item.value)]
    roles = settings.roles.union(*(item.roles for item in matching))
    kinds = {item.kind for item in matching if item.kind is not None} or {settings.kind}
    kind = IdentityKind.TOOL if IdentityKind.TOOL in kinds else IdentityKind.PERSON
    token_id = claims.get("jti")
    credential_id = token_id if isinstance(token_id, str) else f"{settings.issuer} {claims.get('sub', '')}"
    return Identity(name, kind, roles, ProofMethod.TOKEN, credential_id[:200])


def _claim(claims: JsonMapping, path: str) -> object:
    if path in claims:  # some providers call claims by addresses, with dots
        return claims[path]
    value: object = claims
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _holds(claim: object, value: str) -> bool:
    return value in claim if isinstance(claim, list) else claim == value
