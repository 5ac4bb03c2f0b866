"""People log in with their password and get a token; logging out ends it before its time."""

import asyncio
import time
from collections.abc import Callable

from foundation.access_errors import LoginRefusedError, TooFastError
from foundation.errors import InvalidFieldsError, TooManyCallsError
from foundation.identity import Identity
from foundation.names import LONGEST_NAME, canonical_name
from foundation.visible_text import visible_length
from rpckit.authentication.identity_journal import IdentityJournal
from rpckit.authentication.own_tokens import SESSION_S, IssuedToken, TokenSigner
from rpckit.authentication.passwords import LONGEST_PASSWORD, nobodys_hash, password_is
from rpckit.authentication.token_bucket import TokenBuckets

_AT_ONCE, _MOST_WAITING = 2, 16
_TRIES_PER_S, _TRIES = 1 / 30, 5.0
"""Of one name: five at once, then two a minute. What succeeds does not count: who signs often logs in often."""
_FAILURES_PER_S, _FAILURES = 1 / 6, 30.0
"""From one address, whatever the names: thirty at once, then ten a minute. What succeeds does not count."""


class PasswordLogin:
    """Gives tokens for passwords."""

    def __init__(
        self, journal: IdentityJournal, signer: TokenSigner, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._journal = journal
        self._signer = signer
        self._clock = clock
        self._checking = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._tries = TokenBuckets(per_s=_TRIES_PER_S, burst=_TRIES)
        self._failures = TokenBuckets(per_s=_FAILURES_PER_S, burst=_FAILURES)

    async def login(self, name: str, password: str, *, address: str) -> tuple[str, IssuedToken]:
        """The person's name as it was added, and a token.

        Args:
            name: Who wants to.
            password: What proves it.
            address: Where the call comes from; see `caller_address`.

        Raises:
            InvalidFieldsError: A field is empty or too long, or nothing of the name is visible.
            LoginRefusedError: Name or password are wrong, or the person is disabled: which, nobody is told.
            TooFastError: The name was tried too often, or too much was wrong from this address.
            TooManyCallsError: Too many log in at the moment.
        """
        for field, text, longest in (("name", name, LONGEST_NAME), ("password", password, LONGEST_PASSWORD)):
            if not 1 <= len(text) <= longest:
                raise InvalidFieldsError.one(field, f"{len(text)} characters; allowed: 1 to {longest}")
        if not visible_length(name):
            raise InvalidFieldsError.one("name", "nothing of it is visible")
        self._slow_down(name, address)
        identities = self._journal.fresh()
        person = identities.person(name) if identities is not None else None
        hashed = None if person is None or person.disabled else person.password_hash
        right = await self._check(password, hashed)
        if not right or person is None or person.disabled:
            of_the_name = self._tries.left(canonical_name(name)), 1 / _TRIES_PER_S
            of_the_address = self._failures.left(address), 1 / _FAILURES_PER_S
            raise LoginRefusedError(*min(of_the_name, of_the_address, key=lambda left: left[0]))
        self._tries.give_back(canonical_name(name))
        self._failures.give_back(address)
        return person.name, self._signer.for_person(person.name, self._clock())

    def logout(self, identity: Identity) -> None:
        """End the token of a person."""
        until = self._clock() + SESSION_S
        self._journal.append({"event": "token_revoked", "id": identity.credential_id, "until": until})

    def _slow_down(self, name: str, address: str) -> None:
        wait_s = self._failures.take(address)  # before the password is looked at: many may be on their way at once
        if wait_s:
            raise TooFastError("failed login", _FAILURES_PER_S, wait_s)
        wait_s = self._tries.take(canonical_name(name))
        if wait_s:
            raise TooFastError("login", _TRIES_PER_S, wait_s)

    async def _check(self, password: str, hashed: str | None) -> bool:
        if self._waiting >= _MOST_WAITING:
            raise TooManyCallsError("too many log in at the moment; try again shortly")
        self._waiting += 1
        try:
            async with self._checking:
                return await asyncio.to_thread(_is_right, password, hashed)
        finally:
            self._waiting -= 1


def _is_right(password: str, hashed: str | None) -> bool:
    """Whether a password is somebody's. Takes as long where nobody has the name, the first time, too."""
    nobodys = nobodys_hash()
    return password_is(password, hashed or nobodys)
