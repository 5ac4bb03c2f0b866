"""What can go wrong in an evaluation, for the answer table."""

from collections.abc import Sequence

from foundation.errors import Resource, ServiceError


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


class ProfileNotFoundError(EntryNotFoundError):
    """No constraint profile has this id."""

    kind = "profile"


class RevisionNotFoundError(EntryNotFoundError):
    """The profile has no such revision."""

    kind = "revision"


class CalibrationNotFoundError(EntryNotFoundError):
    """No calibration has this id."""

    kind = "calibration"


class EntryWithdrawnError(FeasibilityError):
    """The entry was withdrawn: nothing is evaluated with it, or added to it."""

    def __init__(self, kind: str, entry_id: str, withdrawal: str, near: Sequence[str] = ()) -> None:
        self.resource = Resource(kind, entry_id)
        instead = f"; near it: {', '.join(near)}" if near else ""
        super().__init__(f"the {kind} {entry_id!r} was {withdrawal}{instead}")
        self.metadata = {"withdrawal": withdrawal, "near": ", ".join(near)}


class EntryChangedError(FeasibilityError):
    """The entry has another version than the caller has seen."""

    def __init__(self, kind: str, entry_id: str, *, version: int, expected: int) -> None:
        self.resource = Resource(kind, entry_id)
        super().__init__(f"the {kind} {entry_id!r} has version {version}, not {expected}; read it again and decide")
        self.metadata = {"version": str(version), "expected_version": str(expected)}


class EntryReadOnlyError(FeasibilityError):
    """The entry ships with the server and is never changed."""

    def __init__(self, kind: str, entry_id: str) -> None:
        self.resource = Resource(kind, entry_id)
        super().__init__(f"the {kind} {entry_id!r} ships with the server and is never changed; choose another id")


class CatalogReadOnlyError(FeasibilityError):
    """The journal of the workshop's own entries cannot be written."""

    def __init__(self, reason: str, *, advice: str = "set RMOS_CATALOG_DIR to a folder") -> None:
        super().__init__(f"the workshop's catalogue cannot be written ({reason}); {advice}")
        self.metadata = {"reason": reason}


class CatalogFullError(FeasibilityError):
    """There is no room on the disk for the workshop's own entries."""

    def __init__(self) -> None:
        super().__init__("the disk of the workshop's catalogue is full: nothing was added; make room and send it again")


class CatalogBusyError(FeasibilityError):
    """Another server holds the lock of the catalogue, or its database cannot be reached."""

    retry_after_s = 1.0

    def __init__(self, why: str = "another program holds the lock of the catalogue; nothing was added") -> None:
        super().__init__(why)


class LibraryUnreadableError(FeasibilityError):
    """The tool library cannot be read as the format it is said to be."""


class LibraryUnwritableError(FeasibilityError):
    """The format of tool libraries does not hold what is to be exported."""


class EngineNotFoundError(EntryNotFoundError):
    """No engine has this id. It is never replaced by another."""

    kind = "engine"
