"""How the errors of this service are told."""

from grpc import StatusCode

from feasibility_svc.domain import errors
from rpckit.answers import Answer, AnswerTable

ANSWERS: AnswerTable = {
    errors.ModelNotFoundError: Answer(StatusCode.NOT_FOUND, "MODEL_NOT_FOUND"),
    errors.MaterialNotFoundError: Answer(StatusCode.NOT_FOUND, "MATERIAL_NOT_FOUND"),
    errors.ToolNotFoundError: Answer(StatusCode.NOT_FOUND, "TOOL_NOT_FOUND"),
    errors.MachineNotFoundError: Answer(StatusCode.NOT_FOUND, "MACHINE_NOT_FOUND"),
    errors.EngineNotFoundError: Answer(StatusCode.NOT_FOUND, "ENGINE_NOT_FOUND"),
}
