"""Inputs as they came, read once for a series of equal pieces."""

from foundation.byte_budget_cache import ByteBudgetCache
from rmos.runs.v1 import runs_service_pb2 as pb
from rpckit import proto_json
from runs_svc.domain.runs.inputs import Inputs

_MOST_BYTES = 4 * 1024**2
_OBJECTS_PER_BYTE = 20
"""What the values read take of memory, by the length of the messages."""


class InputsCache:
    """The inputs that were sent last, by their bytes."""

    def __init__(self) -> None:
        self._inputs: ByteBudgetCache[tuple[bytes, bytes, str], Inputs] = ByteBudgetCache(_MOST_BYTES)

    def read(self, request: pb.CreateRunRequest) -> Inputs:
        """What is to be evaluated.

        Raises:
            InvalidFieldsError, JsonOutOfDomainError: A field breaks a rule.
        """
        sent = (request.design.SerializeToString(), request.context.SerializeToString(), request.engine_id)
        inputs = self._inputs.get(sent)
        if inputs is None:
            inputs = Inputs(
                design=proto_json.read(request.design, "design"),
                context=proto_json.read(request.context, "context"),
                engine_id=request.engine_id,
            )
            self._inputs.keep(sent, inputs, _OBJECTS_PER_BYTE * (len(sent[0]) + len(sent[1])))
        return inputs
