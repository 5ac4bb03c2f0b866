"""What can go wrong in an evaluation, for the answer table."""

from rpckit.failure import Resource, ServiceError


class FeasibilityError(ServiceError):
    """Base of the errors of this service."""


class EntryNotFoundError(FeasibilityError):
    """No entry of the catalogue has this id."""

    kind = "entry"

    def __init__(self, entry_id: str) -> None:
        self.resource = Resource(self.kind, entry_id)
        super().__init__(f"no {self.kind} is called {entry_id!r}; list them to see what there is")


class ModelNotFoundError(EntryNotFoundError):
    """No instrument model has this id."""

    kind = "model"


class MaterialNotFoundError(EntryNotFoundError):
    """No material has this id."""

    kind = "material"


class ToolNotFoundError(EntryNotFoundError):
    """No tool has this id."""

    kind = "tool"


class MachineNotFoundError(EntryNotFoundError):
    """No machine has this id."""

    kind = "machine"


class EngineNotFoundError(EntryNotFoundError):
    """No engine has this id. It is never replaced by another."""

    kind = "engine"
