"""A run as it is now: what was recorded of it, and what was added later."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from foundation.canonical_json import JsonMapping
from foundation.identity import made_by
from foundation.json_members import child
from runs_svc.domain.errors import InputsNotRecordedError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import Amendments, merge
from runs_svc.domain.runs.attachment import Attachment, read_attachment
from runs_svc.domain.runs.gate import GateDecision
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.runs.program_gate import ProgramVerdict, judge_programs
from runs_svc.domain.runs.replaced_programs import ReplacedProgram, replaced_programs
from runs_svc.domain.runs.run_document import RunDocument


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with what was added later."""

    run_id: RunId
    document: RunDocument
    sha256: str
    amendments: Sequence[JsonMapping]
    """What was added later, each as recorded, oldest first."""
    attachments: Sequence[Attachment]
    later: Amendments

    @property
    def inputs(self) -> Inputs:
        """What was evaluated.

        Raises:
            InputsNotRecordedError: The run was imported without them.
        """
        if not self.document.inputs.design:
            raise InputsNotRecordedError(str(self.run_id))
        return self.document.inputs

    @property
    def gate(self) -> GateDecision:
        """Whether anything may leave now."""
        return self.later.gate(self.document)

    @property
    def programs(self) -> ProgramVerdict:
        """Its programs, what was found in them, and whether they may go to a machine."""
        return judge_programs(self.document, self.attachments, self.later)

    @property
    def replaced(self) -> Sequence[ReplacedProgram]:
        """Programs whose place another one took."""
        return replaced_programs(self.document, self.attachments, self.later)

    def amendment_under(self, key: str | None) -> JsonMapping | None:
        """What was added under a caller's key; None for no key."""
        if key is None:
            return None
        return next((amendment for amendment in self.amendments if amendment.get("idempotency_key") == key), None)

    def has_advisory(self, advisory_id: str) -> bool:
        """Whether an advisory is attached."""
        return any(item["advisory_id"] == advisory_id for item in self.later.advisories)

    def with_amendment(self, amendment: JsonMapping) -> "RunView":
        """The run once an amendment is added to it."""
        return view_of(self.run_id, self.document, self.sha256, [*self.amendments, amendment])


def view_of(run_id: RunId, document: RunDocument, sha256: str, amendments: Sequence[JsonMapping] = ()) -> RunView:
    """A run from its documents. Its attachments: those named at creation, then those added, each digest once."""
    attachments = [replace(item, identity=document.identity) for item in document.attachments]
    attachments.extend(attached(amendment) for amendment in amendments if "attachment" in amendment)
    first_of_each = {item.digest: item for item in reversed(attachments)}
    ordered = [item for item in attachments if first_of_each[item.digest] is item]
    return RunView(run_id, document, sha256, amendments, ordered, merge(amendments))


def attached(amendment: JsonMapping) -> Attachment:
    """What was attached after the run was recorded, and by whom."""
    return replace(read_attachment(child(amendment, "attachment")), identity=made_by(amendment))
