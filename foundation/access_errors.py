"""Why a caller is not let in, or not to this."""

from foundation.errors import ServiceError
from foundation.identity import IdentityKind, Role


class CredentialsMissingError(ServiceError):
    """The call says nothing of who calls."""

    def __init__(self) -> None:
        super().__init__(
            "this call needs credentials: a certificate, or a token or key as metadata `authorization: Bearer …`"
        )


class CredentialsInvalidError(ServiceError):
    """What the call says of who calls cannot be believed."""


class LoginRefusedError(CredentialsInvalidError):
    """Name or password are wrong, or the person is disabled: which, nobody is told."""

    def __init__(self, tries_left: int, wait_s: float) -> None:
        """Says how often it may be tried at once, by name or address, and how long it waits then. [s]"""
        self.metadata = {"tries_left": str(tries_left), "wait_s": f"{wait_s:g}"}
        super().__init__("name or password is wrong")


class CredentialsUncheckedError(ServiceError):
    """The keys of the issuer cannot be had, so nobody knows."""

    retry_after_s = 5.0


class AccessDeniedError(ServiceError):
    """Base of refusals of callers who are known."""


class RoleRequiredError(AccessDeniedError):
    """The caller's roles do not allow the call."""

    def __init__(self, method: str, role: Role) -> None:
        self.metadata = {"method": method, "role": role.value}
        super().__init__(f"{method} needs the role {role}")


class PersonNeededError(AccessDeniedError):
    """A person must do this, and a tool calls."""

    def __init__(self, method: str) -> None:
        self.metadata = {"method": method, "kind": IdentityKind.PERSON.value}
        super().__init__(f"{method} is done by people in their own name, not with the credentials of a tool")


class UnlistedMethodError(AccessDeniedError):
    """The table of access says nothing of the method."""

    def __init__(self, method: str) -> None:
        self.metadata = {"method": method}
        super().__init__(f"nobody may call {method}")


class OtherPersonError(AccessDeniedError):
    """The request names somebody else than the credentials."""

    def __init__(self, field: str, stated: str, proven: str) -> None:
        self.metadata = {"field": field, "stated": stated, "proven": proven}
        super().__init__(f"{field}: {stated!r} is named, and {proven!r} calls; leave it empty or name yourself")


class LoginNotConfiguredError(ServiceError):
    """Nobody is asked who calls."""

    def __init__(self) -> None:
        super().__init__("this server asks nobody who calls; RMOS_AUTHENTICATION=required makes it ask")


class NotLoggedInHereError(ServiceError):
    """The credentials of the call were not given here."""

    def __init__(self) -> None:
        super().__init__("these credentials were not given for a password here; end them where they come from")


class TooFastError(ServiceError):
    """One caller calls too often."""

    def __init__(self, kind: str, per_s: float, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        self.metadata = {"kind": kind, "calls_per_s": f"{per_s:g}"}
        super().__init__(f"more than {per_s:g} {kind} calls a second; try again in {retry_after_s:.2g} s")


class CallTooLongError(ServiceError):
    """The call took longer than any may."""

    def __init__(self, limit_s: float) -> None:
        self.metadata = {"limit_s": f"{limit_s:g}"}
        super().__init__(f"not done within {limit_s:g} s, the longest that a call may take")
