"""From what a call carries to who calls. What was verified is remembered until it ends or something changes."""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from foundation.access_errors import CredentialsInvalidError, CredentialsMissingError
from foundation.byte_budget_cache import ByteBudgetCache
from foundation.identity import Identity, ProofMethod
from rpckit.authentication.access_file import MappedCertificate
from rpckit.authentication.api_keys import check_key, is_key
from rpckit.authentication.identity_journal import IdentityJournal
from rpckit.authentication.tokens import Tokens

_MOST_REMEMBERED = 10_000
_SAN_KINDS = ("peer_uri", "peer_dns", "peer_email")
AuthContext = Mapping[str, Iterable[bytes]]
"""What the transport knows of the other side."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    identity: Identity
    until: float
    generation: int


class Authenticator:
    """Knows certificates, tokens and keys. Used from the event loop only."""

    def __init__(
        self,
        journal: IdentityJournal,
        tokens: Tokens,
        certificates: Sequence[MappedCertificate],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._journal = journal
        self._tokens = tokens
        self._certificates = {item.san.encode(): item for item in certificates}
        self._clock = clock
        self._remembered: ByteBudgetCache[bytes, _Remembered] = ByteBudgetCache(_MOST_REMEMBERED)

    def remembered(self, bearer: str) -> Identity | None:
        """Who has a token or a key that was verified before and is still good."""
        digest = _digest(bearer)
        found = self._remembered.get(digest)
        if found is None:
            return None
        if found.until <= self._clock() or found.generation != self._generation():
            self._remembered.forget(digest)
            return None
        return found.identity

    async def verify(self, bearer: str) -> Identity:
        """Who has a token or a key.

        Raises:
            CredentialsInvalidError, CredentialsUncheckedError: Nobody, or nobody knows.
        """
        identities = self._journal.fresh()
        generation = self._generation()
        if is_key(bearer):
            if identities is None:
                raise CredentialsInvalidError("the identity journal is damaged; an administrator must mend it")
            identity, until = check_key(bearer, identities, self._clock())
        else:
            identity, until = await self._tokens.check(bearer)
        self._remembered.keep(_digest(bearer), _Remembered(identity, until, generation), 1)
        return identity

    def of_certificate(self, context: AuthContext) -> Identity:
        """Who has the certificate of a connection.

        Raises:
            CredentialsMissingError: There is none.
            CredentialsInvalidError: No name in it is one that the file of access maps.
        """
        pem = next(iter(context.get("x509_pem_cert") or ()), None)
        if pem is None:
            raise CredentialsMissingError
        names = [name for kind in _SAN_KINDS for name in context.get(kind, ())]
        mapped = next((self._certificates[name] for name in names if name in self._certificates), None)
        if mapped is None:
            raise CredentialsInvalidError("no name in the certificate has roles here")
        fingerprint = hashlib.sha256(pem).hexdigest()[:32]
        return Identity(mapped.name, mapped.kind, mapped.roles, ProofMethod.CERTIFICATE, f"cert_{fingerprint}")

    def _generation(self) -> int:
        self._journal.now()
        return self._journal.generation + self._tokens.generation


def _digest(bearer: str) -> bytes:
    return hashlib.sha256(bearer.encode("utf-8", "surrogatepass")).digest()
