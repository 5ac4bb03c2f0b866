"""The status of each error of this service."""

from grpc import StatusCode

from feasibility_svc.domain.scoring import errors
from rpckit.error_status import ErrorStatus, ErrorStatusTable

ANSWERS: ErrorStatusTable = {
    errors.ModelNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "MODEL_NOT_FOUND"),
    errors.MaterialNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "MATERIAL_NOT_FOUND"),
    errors.ToolNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "TOOL_NOT_FOUND"),
    errors.MachineNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "MACHINE_NOT_FOUND"),
    errors.ProfileNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "PROFILE_NOT_FOUND"),
    errors.RevisionNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "REVISION_NOT_FOUND"),
    errors.CalibrationNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "CALIBRATION_NOT_FOUND"),
    errors.EntryWithdrawnError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "ENTRY_WITHDRAWN"),
    errors.EntryChangedError: ErrorStatus(StatusCode.ABORTED, "CONCURRENT_CHANGE"),
    errors.EntryReadOnlyError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "ENTRY_READ_ONLY"),
    errors.CatalogReadOnlyError: ErrorStatus(StatusCode.FAILED_PRECONDITION, "CATALOG_READ_ONLY"),
    errors.CatalogFullError: ErrorStatus(StatusCode.RESOURCE_EXHAUSTED, "STORAGE_FULL"),
    errors.CatalogBusyError: ErrorStatus(StatusCode.UNAVAILABLE, "STORE_BUSY"),
    errors.LibraryUnreadableError: ErrorStatus(StatusCode.INVALID_ARGUMENT, "LIBRARY_UNREADABLE"),
    errors.LibraryUnwritableError: ErrorStatus(StatusCode.INVALID_ARGUMENT, "LIBRARY_UNWRITABLE"),
    errors.EngineNotFoundError: ErrorStatus(StatusCode.NOT_FOUND, "ENGINE_NOT_FOUND"),
}
