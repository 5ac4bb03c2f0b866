"""How the errors of this service are told."""

from google.rpc import status_pb2
from grpc import StatusCode

from foundation.call import current_call
from rpckit import error_status
from rpckit.error_status import Answer, AnswerTable
from runs_svc.domain import errors
from runs_svc.domain.advisory import errors as advisory_errors
from runs_svc.domain.shop import errors as shop_errors
from runs_svc.domain.workflow import errors as workflow_errors

ANSWERS: AnswerTable = {
    errors.RunNotFoundError: Answer(StatusCode.NOT_FOUND, "RUN_NOT_FOUND"),
    errors.RunExistsError: Answer(StatusCode.ALREADY_EXISTS, "ARTIFACT_EXISTS"),
    errors.RunCorruptError: Answer(StatusCode.DATA_LOSS, "ARTIFACT_CORRUPT"),
    errors.InexactRecordError: Answer(StatusCode.DATA_LOSS, "ARTIFACT_CORRUPT"),
    errors.StoreDamagedError: Answer(StatusCode.DATA_LOSS, "ARTIFACT_CORRUPT"),
    errors.IdempotencyKeyReusedError: Answer(StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_KEY_REUSED"),
    errors.AttachmentNotFoundError: Answer(StatusCode.NOT_FOUND, "ATTACHMENT_NOT_FOUND"),
    errors.AttachmentCorruptError: Answer(StatusCode.DATA_LOSS, "ATTACHMENT_CORRUPT"),
    errors.DigestMismatchError: Answer(StatusCode.INVALID_ARGUMENT, "DIGEST_MISMATCH"),
    errors.AttachmentTooLargeError: Answer(StatusCode.INVALID_ARGUMENT, "ATTACHMENT_TOO_LARGE"),
    errors.OffsetOutOfRangeError: Answer(StatusCode.OUT_OF_RANGE, "OFFSET_OUT_OF_RANGE"),
    errors.UploadInProgressError: Answer(StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    errors.GateClosedError: Answer(StatusCode.FAILED_PRECONDITION, "SAFETY_BLOCKED"),
    errors.RunWithdrawnError: Answer(StatusCode.FAILED_PRECONDITION, "RUN_WITHDRAWN"),
    errors.InputsNotRecordedError: Answer(StatusCode.FAILED_PRECONDITION, "INPUTS_NOT_RECORDED"),
    errors.RecordTooLargeError: Answer(StatusCode.FAILED_PRECONDITION, "RECORD_TOO_LARGE"),
    errors.StorageFullError: Answer(StatusCode.RESOURCE_EXHAUSTED, "STORAGE_FULL"),
    errors.ComparisonTooLargeError: Answer(StatusCode.RESOURCE_EXHAUSTED, "COMPARISON_TOO_LARGE"),
    errors.TooManyPacksError: Answer(StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_PACKS"),
    errors.TooManyWatchersError: Answer(StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS"),
    errors.StoreBusyError: Answer(StatusCode.UNAVAILABLE, "STORE_BUSY"),
    errors.DeadlinePassedError: Answer(StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
    errors.ConcurrentChangeError: Answer(StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    errors.VersionTakenError: Answer(StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    workflow_errors.SessionNotFoundError: Answer(StatusCode.NOT_FOUND, "SESSION_NOT_FOUND"),
    errors.TransitionBlockedError: Answer(StatusCode.FAILED_PRECONDITION, "TRANSITION_BLOCKED"),
    workflow_errors.PersonRequiredError: Answer(StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED"),
    workflow_errors.ApprovalRefusedError: Answer(StatusCode.FAILED_PRECONDITION, "SAFETY_BLOCKED"),
    workflow_errors.ReasonRequiredError: Answer(StatusCode.FAILED_PRECONDITION, "REVIEW_REQUIRED"),
    shop_errors.PatternNotFoundError: Answer(StatusCode.NOT_FOUND, "PATTERN_NOT_FOUND"),
    shop_errors.StripFamilyNotFoundError: Answer(StatusCode.NOT_FOUND, "STRIP_FAMILY_NOT_FOUND"),
    shop_errors.EntryExistsError: Answer(StatusCode.ALREADY_EXISTS, "ARTIFACT_EXISTS"),
    shop_errors.JobNotFoundError: Answer(StatusCode.NOT_FOUND, "JOB_NOT_FOUND"),
    shop_errors.NothingToDrawError: Answer(StatusCode.FAILED_PRECONDITION, "NOTHING_TO_DRAW"),
    shop_errors.ImportUnreadableError: Answer(StatusCode.INVALID_ARGUMENT, "LIBRARY_UNREADABLE"),
    advisory_errors.AssetNotFoundError: Answer(StatusCode.NOT_FOUND, "ASSET_NOT_FOUND"),
    advisory_errors.ReviewAlreadyDecidedError: Answer(StatusCode.FAILED_PRECONDITION, "REVIEW_ALREADY_DECIDED"),
    advisory_errors.FourEyesError: Answer(StatusCode.PERMISSION_DENIED, "FOUR_EYES"),
    advisory_errors.NotApprovedError: Answer(StatusCode.FAILED_PRECONDITION, "NOT_APPROVED"),
    advisory_errors.ProviderNotFoundError: Answer(StatusCode.NOT_FOUND, "PROVIDER_NOT_FOUND"),
    advisory_errors.ProviderNotConfiguredError: Answer(StatusCode.FAILED_PRECONDITION, "PROVIDER_NOT_CONFIGURED"),
    advisory_errors.ProviderUnavailableError: Answer(StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE"),
    advisory_errors.PromptRefusedError: Answer(StatusCode.FAILED_PRECONDITION, "PROMPT_REFUSED"),
    advisory_errors.BudgetExhaustedError: Answer(StatusCode.RESOURCE_EXHAUSTED, "BUDGET_EXHAUSTED"),
    advisory_errors.TrainingNotReadyError: Answer(StatusCode.FAILED_PRECONDITION, "TRAINING_NOT_READY"),
    advisory_errors.ExportNotFoundError: Answer(StatusCode.NOT_FOUND, "EXPORT_NOT_FOUND"),
    errors.NotBlockedError: Answer(StatusCode.FAILED_PRECONDITION, "NOT_BLOCKED"),
    errors.AlreadyOverriddenError: Answer(StatusCode.FAILED_PRECONDITION, "ALREADY_OVERRIDDEN"),
    errors.RiskMismatchError: Answer(StatusCode.FAILED_PRECONDITION, "RISK_MISMATCH"),
    errors.RefusedByV1Error: Answer(StatusCode.FAILED_PRECONDITION, "RED_OVERRIDE_DISABLED"),
    errors.RedOverrideDisabledError: Answer(StatusCode.FAILED_PRECONDITION, "RED_OVERRIDE_DISABLED"),
    errors.AcknowledgementRequiredError: Answer(StatusCode.FAILED_PRECONDITION, "ACKNOWLEDGEMENT_REQUIRED"),
    errors.ExecutionOutOfOrderError: Answer(StatusCode.FAILED_PRECONDITION, "EXECUTION_OUT_OF_ORDER"),
    errors.ReplayBlockedError: Answer(StatusCode.FAILED_PRECONDITION, "SAFETY_BLOCKED"),
    errors.ExplanationUnavailableError: Answer(StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE"),
    errors.InvalidFilterError: Answer(StatusCode.INVALID_ARGUMENT, "INVALID_FILTER"),
    errors.EngineNotFoundError: Answer(StatusCode.NOT_FOUND, "ENGINE_NOT_FOUND"),
    errors.ModelNotFoundError: Answer(StatusCode.NOT_FOUND, "MODEL_NOT_FOUND"),
    errors.MaterialNotFoundError: Answer(StatusCode.NOT_FOUND, "MATERIAL_NOT_FOUND"),
    errors.ToolNotFoundError: Answer(StatusCode.NOT_FOUND, "TOOL_NOT_FOUND"),
    errors.MachineNotFoundError: Answer(StatusCode.NOT_FOUND, "MACHINE_NOT_FOUND"),
}
_ALL: AnswerTable = {**error_status.SHARED_ANSWERS, **ANSWERS}
FORESEEN = tuple(_ALL)
"""What one call of a batch may fail with, without failing the batch."""


def write_status(error: Exception) -> status_pb2.Status:
    """The status of one item: what a call of its own would have been aborted with."""
    answer = error_status.find(_ALL, error) or error_status.INTERNAL
    return error_status.write_status(answer, error, request_id=current_call.get().request_id)
