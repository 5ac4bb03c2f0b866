"""What can go wrong with records, for the answer table."""

from collections.abc import Sequence

from foundation.errors import InvalidFieldsError, Precondition, Resource, ServiceError

MOST_DRIFT_TOLD = 3
"""Differences between a run and its replay that a sentence names."""


class RunsError(ServiceError):
    """Base of the errors of this service."""


class RunNotFoundError(RunsError):
    """No run has this id."""

    def __init__(self, run_id: str) -> None:
        self.resource = Resource("run", f"runs/{run_id}")
        super().__init__(f"no run is called {run_id}")


class RunExistsError(RunsError):
    """The run id is taken."""

    def __init__(self, run_id: str) -> None:
        self.resource = Resource("run", f"runs/{run_id}")
        super().__init__(f"a run called {run_id} exists")


class RunCorruptError(RunsError):
    """The stored bytes of a run are not the recorded ones."""

    def __init__(self, run_id: str) -> None:
        name = f"runs/{run_id}" if run_id.startswith("run_") else run_id
        self.resource = Resource("run" if name != run_id else "record", name)
        super().__init__(f"the record of {run_id} is altered or unreadable; verify it and restore it from the archive")


class InexactRecordError(RunCorruptError):
    """A record of an older store holds a number that has no canonical form: nothing can be derived from it."""

    def __init__(self, subject_id: str) -> None:
        super().__init__(subject_id)
        text = f"the record of {subject_id} holds a number beyond 2^53-1, which cannot be written again as it was"
        self.args = (f"{text}; it can be read, and nothing more",)


class StoreDamagedError(RunsError):
    """A part of the store cannot be read, and what it holds is not known."""

    def __init__(self) -> None:
        super().__init__("a page of the database cannot be read; stop the server and check the store with fsck")


class IdempotencyKeyReusedError(RunsError):
    """The key was used with another payload."""

    def __init__(self, *, key: str, recorded_sha256: str, given_sha256: str) -> None:
        self.metadata = {
            "idempotency_key": key,
            "recorded_payload_sha256": recorded_sha256,
            "given_payload_sha256": given_sha256,
        }
        super().__init__("the idempotency key was used with another payload; use a new key for a new attempt")


class AttachmentNotFoundError(RunsError):
    """A digest names bytes that are not stored, or that this run does not name."""

    def __init__(self, sha256: str, *, where: str) -> None:
        self.resource = Resource("attachment", sha256)
        super().__init__(f"{where}: no attachment with sha256 {sha256}; upload it first")


class AttachmentCorruptError(RunsError):
    """Stored bytes do not have their digest."""

    def __init__(self, sha256: str) -> None:
        self.resource = Resource("attachment", sha256)
        super().__init__(f"the stored bytes of attachment {sha256} are altered or missing")


class DigestMismatchError(RunsError):
    """The bytes received are not the bytes declared."""


class AttachmentTooLargeError(RunsError):
    """The declared size is over the limit."""

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(f"{size_bytes} bytes are over the limit of {limit_bytes}")


class OffsetOutOfRangeError(RunsError):
    """The offset lies past what is there."""

    def __init__(self, offset: int, available: int) -> None:
        self.metadata = {"available_bytes": str(available)}
        super().__init__(f"offset {offset} lies past the {available} bytes that are there")


class UploadInProgressError(RunsError):
    """Another upload of the same bytes is under way."""

    def __init__(self, sha256: str) -> None:
        super().__init__(f"another upload of {sha256} is under way; wait for it and ask again")


class GateClosedError(RunsError):
    """The run's gate is closed: nothing is released to it."""

    def __init__(self, run_id: str, reason: str, deciding: Sequence[Precondition] = ()) -> None:
        reason = reason or "no reason was recorded"
        self.preconditions = tuple(deciding) or (Precondition("GATE", f"runs/{run_id}", reason),)
        super().__init__(f"{run_id} is blocked, so no program is released to it: {reason}")


class InputsNotRecordedError(RunsError):
    """The run has no design and context of its own: it was imported without them."""

    def __init__(self, run_id: str) -> None:
        text = "it was imported without its design and context, so it cannot be evaluated again"
        self.preconditions = (Precondition("INPUTS", f"runs/{run_id}", text),)
        super().__init__(f"{run_id}: {text}")


class RunWithdrawnError(RunsError):
    """The run was withdrawn: nothing is added to it and nothing leaves."""

    def __init__(self, run_id: str, reason: str) -> None:
        self.preconditions = (Precondition("TOMBSTONE", f"runs/{run_id}", reason),)
        super().__init__(f"{run_id} was withdrawn: {reason}")


class StorageFullError(RunsError):
    """The disk is full or its reserve is reached."""


class TooManyPacksError(RunsError):
    """Packs that others are still reading take all the room."""

    retry_after_s = 5.0

    def __init__(self) -> None:
        super().__init__("packs that are still being read take all the room there is for them; try again later")


class RecordTooLargeError(RunsError):
    """What was to be recorded would make its record too large to be read. Nothing was recorded."""

    def __init__(self, name: str, size_bytes: int, limit_bytes: int) -> None:
        text = f"it would have {size_bytes} bytes; allowed: at most {limit_bytes}"
        self.metadata = {"size_bytes": str(size_bytes), "limit_bytes": str(limit_bytes)}
        self.preconditions = (Precondition("SIZE", name, text),)
        super().__init__(f"{name} would be too large to be read: {text}; nothing was recorded")


class TooManyWatchersError(RunsError):
    """Every place for watchers is taken."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} watchers are there already; try again later")


class StoreBusyError(RunsError):
    """The store takes no writes at the moment."""

    retry_after_s: float | None = 1.0


class ObjectStoreFullError(StoreBusyError):
    """The object store says that it has no room: somebody has to make some before the same is sent again."""

    retry_after_s = None


class DeadlinePassedError(RunsError):
    """The caller's deadline passed before anything was written."""


class InvalidFilterError(InvalidFieldsError):
    """The filter or the order cannot be read."""


class CatalogueEntryNotFoundError(RunsError):
    """The feasibility service knows no such entry."""


class EntryWithdrawnError(RunsError):
    """The inputs name what was withdrawn from the workshop's catalogue."""


class EarlierCatalogueNotFoundError(CatalogueEntryNotFoundError):
    """No state of the workshop's catalogue leads to an earlier report."""


class EngineNotFoundError(CatalogueEntryNotFoundError):
    """No engine has this id."""


class ModelNotFoundError(CatalogueEntryNotFoundError):
    """No instrument model has this id."""


class MaterialNotFoundError(CatalogueEntryNotFoundError):
    """No material has this id."""


class ToolNotFoundError(CatalogueEntryNotFoundError):
    """No tool has this id."""


class MachineNotFoundError(CatalogueEntryNotFoundError):
    """No machine has this id."""


class ConcurrentChangeError(RunsError):
    """Others kept adding to the same run."""

    def __init__(self, run_id: str) -> None:
        self.resource = Resource("run", f"runs/{run_id}")
        super().__init__(f"others are adding to {run_id}; read it again and decide")


class VersionTakenError(RunsError):
    """Another writer was first."""

    def __init__(self, subject_id: str, version: int) -> None:
        self.metadata = {"subject_id": subject_id, "version": str(version)}
        super().__init__(f"{subject_id} was changed by another writer; read it again and decide")


class ExecutionOutOfOrderError(RunsError):
    """This step does not follow the one before."""

    def __init__(self, run_id: str, *, step: str, last: str) -> None:
        self.resource = Resource("run", f"runs/{run_id}")
        self.preconditions = (Precondition("EXECUTION", f"runs/{run_id}", f"the last step is {last}"),)
        super().__init__(f"{run_id}: {step} does not follow {last}")


class ComparisonTooLargeError(RunsError):
    """Two runs are too large to be compared."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the comparison was given up: {reason}; compare without the programs, or shorter ones")


class ReplayBlockedError(RunsError):
    """The replay gate is closed."""

    def __init__(self, run_id: str, drift: Sequence[str]) -> None:
        self.preconditions = tuple(Precondition("DRIFT", f"runs/{run_id}", item) for item in drift)
        super().__init__(
            f"{run_id} drifted since it was recorded ({'; '.join(drift[:MOST_DRIFT_TOLD])}): give a note that says "
            "why it is replayed"
        )


class ExplanationUnavailableError(RunsError):
    """The feasibility service could not be reached for an explanation."""

    retry_after_s = 1.0


class DrawingUnavailableError(RunsError):
    """The feasibility service does not draw programs at the moment."""

    retry_after_s = 1.0

    def __init__(self, reason: str) -> None:
        super().__init__(f"the program was not drawn: {reason}")


class ProgramNotDrawableError(RunsError):
    """There is nothing to draw of a program, or it is too large."""

    def __init__(self, run_id: str, reason: str) -> None:
        self.resource = Resource("run", f"runs/{run_id}")
        super().__init__(f"{run_id}: {reason}")


class ReplayUnavailableError(RunsError):
    """The feasibility service gave no report, so nothing can be compared. Nothing was recorded."""

    retry_after_s = 1.0

    def __init__(self, run_id: str, reason: str) -> None:
        super().__init__(f"{run_id} was not replayed, nothing was recorded: {reason}")


class TransitionBlockedError(RunsError):
    """A step that the state or the policy does not allow."""

    def __init__(self, name: str, preconditions: Sequence[Precondition]) -> None:
        self.preconditions = tuple(preconditions)
        super().__init__(f"{name}: {'; '.join(item.description for item in preconditions)}")


class FourEyesError(RunsError):
    """Nobody decides on their own request."""

    def __init__(self, kind: str, name: str, reason: str) -> None:
        self.resource = Resource(kind, name)
        super().__init__(f"{reason}, so somebody else has to decide")
