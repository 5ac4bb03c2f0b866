"""How the errors of this service are told."""

from grpc import StatusCode

from feasibility_svc.domain.scoring import errors
from rpckit.error_status import Answer, AnswerTable

ANSWERS: AnswerTable = {
    errors.ModelNotFoundError: Answer(StatusCode.NOT_FOUND, "MODEL_NOT_FOUND"),
    errors.MaterialNotFoundError: Answer(StatusCode.NOT_FOUND, "MATERIAL_NOT_FOUND"),
    errors.ToolNotFoundError: Answer(StatusCode.NOT_FOUND, "TOOL_NOT_FOUND"),
    errors.MachineNotFoundError: Answer(StatusCode.NOT_FOUND, "MACHINE_NOT_FOUND"),
    errors.ProfileNotFoundError: Answer(StatusCode.NOT_FOUND, "PROFILE_NOT_FOUND"),
    errors.RevisionNotFoundError: Answer(StatusCode.NOT_FOUND, "REVISION_NOT_FOUND"),
    errors.EntryReadOnlyError: Answer(StatusCode.FAILED_PRECONDITION, "ENTRY_READ_ONLY"),
    errors.CatalogReadOnlyError: Answer(StatusCode.FAILED_PRECONDITION, "CATALOG_READ_ONLY"),
    errors.CatalogFullError: Answer(StatusCode.RESOURCE_EXHAUSTED, "STORAGE_FULL"),
    errors.CatalogBusyError: Answer(StatusCode.UNAVAILABLE, "STORE_BUSY"),
    errors.LibraryUnreadableError: Answer(StatusCode.INVALID_ARGUMENT, "LIBRARY_UNREADABLE"),
    errors.EngineNotFoundError: Answer(StatusCode.NOT_FOUND, "ENGINE_NOT_FOUND"),
}
