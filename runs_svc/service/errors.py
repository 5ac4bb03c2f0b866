"""The status of each error of this service."""

from google.rpc import status_pb2
from grpc import StatusCode

from foundation.call import current_call
from rpckit import error_status
from rpckit.error_status import ErrorStatus, ErrorStatusTable
from runs_svc.domain import errors
from runs_svc.domain.advisory import errors as advisory_errors
from runs_svc.domain.runs import decision_errors, program_errors
from runs_svc.domain.shop import errors as shop_errors
from runs_svc.domain.workflow import errors as workflow_errors

ANSWERS: ErrorStatusTable = {
    errors.RunNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "RUN_NOT_FOUND"),
    errors.RunExistsError: ErrorStatus(StatusCode.ALREADY_EXISTS, "ARTIFACT_EXISTS"),
    errors.RunCorruptError: ErrorStatus(StatusCode.DATA_LOSS, "ARTIFACT_CORRUPT"),
    errors.InexactRecordError: ErrorStatus(StatusCode.DATA_LOSS, "ARTIFACT_CORRUPT"),
    errors.StoreDamagedError: ErrorStatus(StatusCode.DATA_LOSS, "ARTIFACT_CORRUPT"),
    errors.IdempotencyKeyReusedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_KEY_REUSED"),
    errors.AttachmentNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "ATTACHMENT_NOT_FOUND"),
    errors.AttachmentCorruptError: ErrorStatus(StatusCode.DATA_LOSS, "ATTACHMENT_CORRUPT"),
    errors.DigestMismatchError: ErrorStatus(StatusCode.INVALID_ARGUMENT, "DIGEST_MISMATCH"),
    errors.AttachmentTooLargeError: ErrorStatus(StatusCode.INVALID_ARGUMENT, "ATTACHMENT_TOO_LARGE"),
    errors.OffsetOutOfRangeError: ErrorStatus(StatusCode.OUT_OF_RANGE, "OFFSET_OUT_OF_RANGE"),
    errors.UploadInProgressError: ErrorStatus(StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    errors.GateClosedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "SAFETY_BLOCKED"),
    program_errors.ProgramDeviatesError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "PROGRAM_DEVIATES"),
    program_errors.ProgramNotVerifiableError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "PROGRAM_NOT_VERIFIABLE"),
    program_errors.FindingsNotAcceptedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "REVIEW_REQUIRED"),
    program_errors.NothingToAcceptError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "NOT_BLOCKED"),
    program_errors.OtherFindingsError: ErrorStatus(StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    errors.RunWithdrawnError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "RUN_WITHDRAWN"),
    errors.InputsNotRecordedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "INPUTS_NOT_RECORDED"),
    errors.RecordTooLargeError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "RECORD_TOO_LARGE"),
    errors.ObjectStoreFullError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "STORAGE_FULL"),
    errors.StorageFullError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "STORAGE_FULL"),
    errors.ComparisonTooLargeError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "COMPARISON_TOO_LARGE"),
    errors.TooManyPacksError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_PACKS"),
    errors.TooManyWatchersError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS"),
    errors.StoreBusyError: ErrorStatus(StatusCode.UNAVAILABLE, "STORE_BUSY"),
    errors.DeadlinePassedError: ErrorStatus(StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED"),
    errors.ConcurrentChangeError: ErrorStatus(StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    errors.VersionTakenError: ErrorStatus(StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    workflow_errors.SessionNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "SESSION_NOT_FOUND"),
    errors.TransitionBlockedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "TRANSITION_BLOCKED"),
    workflow_errors.PersonRequiredError: ErrorStatus(StatusCode.PERMISSION_DENIED, "ROLE_REQUIRED"),
    workflow_errors.ApprovalRefusedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "SAFETY_BLOCKED"),
    workflow_errors.ReasonRequiredError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "REVIEW_REQUIRED"),
    shop_errors.PatternNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "PATTERN_NOT_FOUND"),
    shop_errors.StripFamilyNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "STRIP_FAMILY_NOT_FOUND"),
    shop_errors.EntryExistsError: ErrorStatus(StatusCode.ALREADY_EXISTS, "ARTIFACT_EXISTS"),
    shop_errors.JobNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "JOB_NOT_FOUND"),
    shop_errors.NothingToDrawError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "NOTHING_TO_DRAW"),
    shop_errors.ImportUnreadableError: ErrorStatus(StatusCode.INVALID_ARGUMENT, "LIBRARY_UNREADABLE"),
    advisory_errors.AssetNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "ASSET_NOT_FOUND"),
    advisory_errors.ReviewAlreadyDecidedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "REVIEW_ALREADY_DECIDED"),
    errors.FourEyesError: ErrorStatus(StatusCode.PERMISSION_DENIED, "FOUR_EYES"),
    advisory_errors.NotApprovedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "NOT_APPROVED"),
    advisory_errors.ProviderNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "PROVIDER_NOT_FOUND"),
    advisory_errors.ProviderNotConfiguredError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "PROVIDER_NOT_CONFIGURED"),
    advisory_errors.ProviderUnavailableError: ErrorStatus(StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE"),
    advisory_errors.PromptRefusedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "PROMPT_REFUSED"),
    advisory_errors.RequestRefusedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "PROVIDER_REFUSED_REQUEST"),
    advisory_errors.ProviderAccountError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "PROVIDER_ACCOUNT"),
    advisory_errors.BudgetExhaustedError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "BUDGET_EXHAUSTED"),
    advisory_errors.TrainingNotReadyError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "TRAINING_NOT_READY"),
    advisory_errors.ExportNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "EXPORT_NOT_FOUND"),
    decision_errors.NotBlockedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "NOT_BLOCKED"),
    decision_errors.AlreadyOverriddenError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "ALREADY_OVERRIDDEN"),
    decision_errors.RiskMismatchError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "RISK_MISMATCH"),
    decision_errors.RefusedByV1Error: ErrorStatus(StatusCode.FAILED_PRECONDITION, "RED_OVERRIDE_DISABLED"),
    decision_errors.RedOverrideDisabledError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "RED_OVERRIDE_DISABLED"),
    decision_errors.AcknowledgementRequiredError: ErrorStatus(
        StatusCode.FAILED_PRECONDITION, "ACKNOWLEDGEMENT_REQUIRED"
    ),
    errors.ExecutionOutOfOrderError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "EXECUTION_OUT_OF_ORDER"),
    decision_errors.AlreadyRequestedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "ALREADY_REQUESTED"),
    decision_errors.RequestNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "REQUEST_NOT_FOUND"),
    decision_errors.RequestAlreadyAnsweredError: ErrorStatus(
        StatusCode.FAILED_PRECONDITION, "REQUEST_ALREADY_ANSWERED"
    ),
    decision_errors.OtherSheetError: ErrorStatus(StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    decision_errors.ChecksMissingError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "CHECKS_MISSING"),
    errors.DrawingUnavailableError: ErrorStatus(StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE"),
    errors.ProgramNotDrawableError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "NOTHING_TO_DRAW"),
    errors.ReplayBlockedError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "SAFETY_BLOCKED"),
    errors.ReplayUnavailableError: ErrorStatus(StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE"),
    errors.ExplanationUnavailableError: ErrorStatus(StatusCode.UNAVAILABLE, "PROVIDER_UNAVAILABLE"),
    errors.InvalidFilterError: ErrorStatus(StatusCode.INVALID_ARGUMENT, "INVALID_FILTER"),
    errors.EngineNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "ENGINE_NOT_FOUND"),
    errors.ModelNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "MODEL_NOT_FOUND"),
    errors.MaterialNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "MATERIAL_NOT_FOUND"),
    errors.EntryWithdrawnError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "ENTRY_WITHDRAWN"),
    errors.EarlierCatalogueNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "REVISION_NOT_FOUND"),
    errors.ToolNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "TOOL_NOT_FOUND"),
    errors.MachineNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "MACHINE_NOT_FOUND"),
}
_ALL: ErrorStatusTable = {**error_status.SHARED_ANSWERS, **ANSWERS}
FORESEEN = tuple(_ALL)
"""What one call of a batch may fail with, without failing the batch."""


def write_status(error: Exception) -> status_pb2.Status:
    """The status of one item: what a call of its own would have been aborted with."""
    answer = error_status.find(_ALL, error) or error_status.INTERNAL
    return error_status.write_status(answer, error, request_id=current_call.get().request_id)
