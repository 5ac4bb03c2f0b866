"""People and keys, changed from the command line while servers run: they follow the journal."""

import datetime
import getpass
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from foundation.errors import InvalidFieldsError
from foundation.identity import Role, in_order
from foundation.names import LONGEST_NAME, canonical_name
from foundation.timestamps import write_time
from foundation.visible_text import unseen_in
from rpckit.authentication.api_keys import NewKey, make_key
from rpckit.authentication.identity_events import ApiKey, Identities, Person
from rpckit.authentication.identity_journal import IdentityJournal
from rpckit.authentication.passwords import hash_password
from rpckit.settings import ConfigurationError
from runs_svc.config import RunsSettings


@dataclass(frozen=True, slots=True)
class IdentityAdministration:
    """What an administrator does to people and keys."""

    journal: IdentityJournal

    def people(self) -> Sequence[Person]:
        return sorted(self._now().people.values(), key=lambda person: canonical_name(person.name))

    def api_keys(self) -> Sequence[ApiKey]:
        return sorted(self._now().keys.values(), key=lambda key: (key.name, key.key_id))

    def add_person(self, name: str, roles: Sequence[Role], password: str) -> None:
        """Add somebody, or give somebody another password and other roles.

        Raises:
            InvalidFieldsError: Name, roles or password are not allowed; or the name looks like another person's.
        """
        name = _read_name(name)
        before = self._now().person(name)
        if before is not None and before.name != name:
            raise InvalidFieldsError.one("name", f"{name!r} looks like {before.name!r}, who is here already")
        self._write("person_added", name=name, roles=_read_roles(roles), password_hash=hash_password(password))

    def disable_person(self, name: str) -> None:
        """Let somebody call no more, at once.

        Raises:
            InvalidFieldsError: Nobody has the name.
        """
        person = self._now().person(name)
        if person is None:
            raise InvalidFieldsError.one("name", f"nobody is called {name!r}")
        self._write("person_disabled", name=person.name)

    def create_key(self, name: str, roles: Sequence[Role], valid_days: int) -> NewKey:
        """A key of a tool; its text is told this once.

        Args:
            name: Of the tool.
            roles: What it may do.
            valid_days: How long it is good; 0: for ever.

        Raises:
            InvalidFieldsError: Name, roles or days are not allowed, or a person has the name.
        """
        name, key = _read_name(name), make_key()
        person = self._now().person(name)
        if person is not None:
            raise InvalidFieldsError.one("name", f"{name!r} looks like {person.name!r}, a person; name the tool")
        if not 0 <= valid_days <= 3_660:
            raise InvalidFieldsError.one("days", f"{valid_days} is not within 0 to 3660")
        ends = (_now() + datetime.timedelta(days=valid_days)).timestamp() if valid_days else 0.0
        self._write(
            "key_created",
            id=key.key_id,
            name=name,
            roles=_read_roles(roles),
            secret_sha256=key.secret_sha256,
            expires_at=ends,
        )
        return key

    def revoke_key(self, key_id: str) -> None:
        """Take a key back, at once.

        Raises:
            InvalidFieldsError: There is no such key.
        """
        if key_id not in self._now().keys:
            raise InvalidFieldsError.one("id", f"no key is called {key_id!r}; `keys list` shows their ids")
        self._write("key_revoked", id=key_id)

    def _now(self) -> Identities:
        identities = self.journal.now()
        if identities is None:
            raise ConfigurationError(f"{self.journal.path} is damaged; restore it, or mend the line that is not JSON")
        return identities

    def _write(self, event: str, **members: object) -> None:
        stamp = {"event_id": secrets.token_hex(6), "at": write_time(_now()), "by": getpass.getuser()}
        self.journal.append({"event": event, **members, **stamp})


def administration(settings: RunsSettings) -> IdentityAdministration:
    """Of the folder that the settings name."""
    return IdentityAdministration(IdentityJournal(settings.identity_dir))


def _read_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or unseen_in(name):
        raise InvalidFieldsError.one("name", f"1 to {LONGEST_NAME} printable characters are required")
    return name


def _read_roles(roles: Sequence[Role]) -> list[str]:
    if not roles:
        raise InvalidFieldsError.one("role", f"one at least is required: {', '.join(Role)}")
    return [role.value for role in in_order(roles)]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
