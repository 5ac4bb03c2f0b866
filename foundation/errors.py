"""What a domain may say went wrong, and the details a caller needs to act on it.

A service derives its errors from `ServiceError`; its answer table says which status code and reason each one has.
"""

import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that breaks a rule: where, what was given, what is allowed."""

    field: str
    description: str


@dataclass(frozen=True, slots=True)
class Resource:
    """The resource an error is about."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Precondition:
    """A condition that must hold before the call can succeed."""

    type: str
    subject: str
    description: str


class ServiceError(Exception):
    """A deliberate, foreseeable error. The message is meant for the caller."""

    violations: tuple[Violation, ...] = ()
    resource: Resource | None = None
    preconditions: tuple[Precondition, ...] = ()
    retry_after_s: float | None = None
    metadata: Mapping[str, str] = {}


class InvalidFieldsError(ServiceError):
    """Fields of the request break rules."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        first = self.violations[0]
        more = f" (and {len(self.violations) - 1} more)" if len(self.violations) > 1 else ""
        super().__init__(f"{first.field}: {first.description}{more}")

    @classmethod
    def one(cls, field: str, description: str) -> "InvalidFieldsError":
        return cls([Violation(field, description)])

    def within(self, outer: str) -> "InvalidFieldsError":
        """The same violations seen from the message around: `outer` is the field, or an index in brackets."""
        return type(self)(Violation(_joined(outer, item.field), item.description) for item in self.violations)


def _joined(outer: str, inner: str) -> str:
    if not inner or not outer:
        return outer or inner
    return f"{outer}{inner}" if inner.startswith("[") else f"{outer}.{inner}"


class JsonOutOfDomainError(InvalidFieldsError):
    """An open JSON field is too deep, too large, or holds what JSON cannot carry exactly."""


class InvalidPageTokenError(InvalidFieldsError):
    """The page token is damaged or belongs to another query."""

    def __init__(self, field: str = "page_token") -> None:
        super().__init__([Violation(field, "is damaged or belongs to another query; start without a token")])


class TooManyCallsError(ServiceError):
    """The server has as many calls in flight as it accepts."""

    retry_after_s = 0.5


class UploadStalledError(ServiceError):
    """Nothing came from the caller for too long."""

    def __init__(self, idle_s: float) -> None:
        super().__init__(
            f"nothing came for {idle_s:g} s; what came before may be kept: ask what is missing, and resume"
        )


class ReaderTooSlowError(ServiceError):
    """A caller does not take the answers it asked for."""

    def __init__(self, waited_s: float) -> None:
        self.metadata = {"limit_s": f"{waited_s:g}"}
        super().__init__(f"an answer was not taken for {waited_s:g} s; ask again, from where the last one ended")


class NoRoomError(ServiceError):
    """The disk is full."""

    def __init__(self) -> None:
        super().__init__("the disk is full; make room and send it again")


class NoDescriptorsError(ServiceError):
    """The server has as many files and connections open as the system allows it."""

    retry_after_s = 1.0

    def __init__(self) -> None:
        super().__init__("the server has as many files and connections open as it may; try again shortly")


class MessageTooLargeError(ServiceError):
    """The message of a request is larger than the server reads."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        self.metadata = {"size_bytes": str(size_bytes), "limit_bytes": str(limit_bytes)}
        super().__init__(f"the request has {size_bytes} bytes; allowed: at most {limit_bytes}")


class AnswerTooLargeError(ServiceError):
    """The answer is larger than the transport carries. Whatever the call was to do is done."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        self.metadata = {"size_bytes": str(size_bytes), "limit_bytes": str(limit_bytes)}
        super().__init__(
            f"the answer has {size_bytes} bytes, and {limit_bytes} can be sent; what was asked for is done"
        )


class ServerDrainingError(ServiceError):
    """The server stops; another call will be served after it started again."""

    retry_after_s = 1.0

    def __init__(self) -> None:
        super().__init__("the server is stopping; come back with the last token")


class MethodNotFoundError(ServiceError):
    """The server has no such method."""


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_DESCRIPTORS = frozenset({errno.EMFILE, errno.ENFILE})


def shortage(error: Exception) -> Exception:
    """What a failed system call means where the system ran out of something; any other error as it is."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _NO_ROOM:
        return NoRoomError()
    return NoDescriptorsError() if number in _NO_DESCRIPTORS else error
