"""What happened to people, keys and tokens of a workshop, and what is left of it: the lines of the identity journal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from foundation.identity import Role
from foundation.names import canonical_name


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who logs in."""

    name: str
    roles: frozenset[Role]
    password_hash: str
    """Argon2id, with its parameters."""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a tool."""

    key_id: str
    name: str
    roles: frozenset[Role]
    secret_sha256: str
    expires_at: float
    """Seconds since 1970; 0: never."""
    revoked: bool = False


@dataclass(slots=True)
class Identities:
    """People by canonical name, keys and revoked tokens by id."""

    people: dict[str, Person] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    revoked_tokens: dict[str, float] = field(default_factory=dict)
    """With the time at which they would have ended anyway."""

    def person(self, name: str) -> Person | None:
        return self.people.get(canonical_name(name))

    def apply(self, event: Mapping[str, Any]) -> None:
        """Take one line of the journal in.

        Raises:
            KeyError, TypeError, ValueError: It is none.
        """
        match event["event"]:
            case "person_added":
                roles = frozenset(Role(role) for role in event["roles"])
                self.people[canonical_name(event["name"])] = Person(event["name"], roles, event["password_hash"])
            case "person_disabled":
                name = canonical_name(event["name"])
                self.people[name] = replace(self.people[name], disabled=True)
            case "key_created":
                roles = frozenset(Role(role) for role in event["roles"])
                key = ApiKey(event["id"], event["name"], roles, event["secret_sha256"], float(event["expires_at"]))
                self.keys[key.key_id] = key
            case "key_revoked":
                self.keys[event["id"]] = replace(self.keys[event["id"]], revoked=True)
            case "token_revoked":
                self.revoked_tokens[event["id"]] = float(event["until"])
            case other:
                raise ValueError(f"unknown event {other!r}")
