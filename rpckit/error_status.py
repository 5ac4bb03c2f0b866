"""From a failure to a google.rpc.Status: code, reason and typed details, from one table per service."""

from collections.abc import Mapping
from dataclasses import dataclass

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode

from foundation import access_errors, errors

DOMAIN = "rmos"
MOST_VIOLATIONS = 25  # details stay under 6 KiB: the transport breaks past 16 KiB
_LONGEST_TEXT = 160


@dataclass(frozen=True, slots=True)
class ErrorStatus:
    """The status of a failure: code, and reason from rmos.type.v1.ErrorReason."""

    code: grpc.StatusCode
    reason: str


ErrorStatusTable = Mapping[type[Exception], ErrorStatus]

SHARED_ANSWERS: ErrorStatusTable = {
    errors.InvalidFieldsError: ErrorStatus(StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS"),
    errors.JsonOutOfDomainError: ErrorStatus(StatusCode.INVALID_ARGUMENT, "JSON_OUT_OF_DOMAIN"),
    errors.InvalidPageTokenError: ErrorStatus(StatusCode.INVALID_ARGUMENT, "INVALID_PAGE_TOKEN"),
    errors.MessageTooLargeError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE"),
    errors.AnswerTooLargeError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "ANSWER_TOO_LARGE"),
    errors.TooManyCallsError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS"),
    errors.UploadStalledError: ErrorStatus(StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
    errors.ReaderTooSlowError: ErrorStatus(StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
    errors.NoRoomError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "STORAGE_FULL"),
    errors.NoDescriptorsError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS"),
    errors.ServerDrainingError: ErrorStatus(StatusCode.UNAVAILABLE, "SERVER_DRAINING"),
    errors.MethodNotFoundError: ErrorStatus(StatusCode.UNIMPLEMENTED, "METHOD_NOT_FOUND"),
    access_errors.CredentialsMissingError: ErrorStatus(StatusCode.UNAUTHENTICATED, "CREDENTIALS_MISSING"),
    access_errors.CredentialsInvalidError: ErrorStatus(StatusCode.UNAUTHENTICATED, "CREDENTIALS_INVALID"),
    access_errors.LoginRefusedError: ErrorStatus(StatusCode.UNAUTHENTICATED, "CREDENTIALS_INVALID"),
    access_errors.CredentialsUncheckedError: ErrorStatus(StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE"),
    access_errors.RoleRequiredError: ErrorStatus(StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED"),
    access_errors.PersonNeededError: ErrorStatus(StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED"),
    access_errors.UnlistedMethodError: ErrorStatus(StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED"),
    access_errors.OtherPersonError: ErrorStatus(StatusCode.PERMISSION_DENIED, "PERSON_MISMATCH"),
    access_errors.TooFastError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS"),
    access_errors.CallTooLongError: ErrorStatus(StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
    access_errors.LoginNotConfiguredError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "LOGIN_NOT_CONFIGURED"),
    access_errors.NotLoggedInHereError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "LOGIN_NOT_CONFIGURED"),
}
INTERNAL = ErrorStatus(StatusCode.INTERNAL, "INTERNAL")


def find(table: ErrorStatusTable, error: Exception) -> ErrorStatus | None:
    """The answer for an error, or None for one nobody foresaw."""
    return table.get(type(error))


def write_status(answer: ErrorStatus, error: Exception, *, request_id: str) -> status_pb2.Status:
    """The status a caller receives. Nothing of an unforeseen exception's text leaves the server."""
    details = [*_details(answer, error), error_details_pb2.RequestInfo(request_id=request_id)]
    return status_pb2.Status(
        code=answer.code.value[0],
        message=_shorten(str(error), 1_000) if isinstance(error, errors.ServiceError) else "internal error",
        details=[_pack(detail) for detail in details],
    )


def _details(answer: ErrorStatus, error: Exception) -> list[Message]:
    if not isinstance(error, errors.ServiceError):
        return [error_details_pb2.ErrorInfo(reason=answer.reason, domain=DOMAIN)]
    metadata = {key: _shorten(value, _LONGEST_TEXT) for key, value in error.metadata.items()}
    if error.violations:
        metadata["violation_count"] = str(len(error.violations))
    details: list[Message] = [error_details_pb2.ErrorInfo(reason=answer.reason, domain=DOMAIN, metadata=metadata)]
    if error.violations:
        details.append(_bad_request(error.violations))
    if error.resource is not None:
        resource = error.resource
        details.append(error_details_pb2.ResourceInfo(resource_type=resource.type, resource_name=resource.name[:200]))
    if error.preconditions:
        details.append(_precondition_failure(error.preconditions))
    if error.retry_after_s is not None:
        delay = Duration()
        delay.FromNanoseconds(int(error.retry_after_s * 1e9))
        details.append(error_details_pb2.RetryInfo(retry_delay=delay))
    return details


def _bad_request(violations: tuple[errors.Violation, ...]) -> error_details_pb2.BadRequest:
    return error_details_pb2.BadRequest(
        field_violations=[
            error_details_pb2.BadRequest.FieldViolation(
                field=_shorten(violation.field, _LONGEST_TEXT),
                description=_shorten(violation.description, _LONGEST_TEXT),
            )
            for violation in violations[:MOST_VIOLATIONS]
        ]
    )


def _precondition_failure(preconditions: tuple[errors.Precondition, ...]) -> error_details_pb2.PreconditionFailure:
    return error_details_pb2.PreconditionFailure(
        violations=[
            error_details_pb2.PreconditionFailure.Violation(
                type=item.type,
                subject=_shorten(item.subject, _LONGEST_TEXT),
                description=_shorten(item.description, _LONGEST_TEXT),
            )
            for item in preconditions[:MOST_VIOLATIONS]
        ]
    )


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _pack(message: Message) -> Any:
    packed = Any()
    packed.Pack(message)
    return packed
