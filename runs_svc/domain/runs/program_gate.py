"""Whether the programs of a run may go to a machine: what the audit found, and who accepted it.

1. a run without a program has nothing to hold back
2. the newest audit of exactly these programs, in this order, counts; without one they are not verifiable
3. errors keep the run from release; warnings, and what could not be verified, need the acceptance of a named person for
   exactly these findings
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from foundation.canonical_json import JsonMapping
from foundation.json_members import text
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.program_audit import AuditOutcome, RecordedAudit, RecordedFinding, not_audited_digest
from runs_svc.domain.runs.program_errors import (
    FindingsNotAcceptedError,
    ProgramDeviatesError,
    ProgramNotVerifiableError,
)
from runs_svc.domain.runs.programs import RunProgram, programs_of
from runs_svc.domain.runs.run_document import RunDocument

_NEVER = "no audit of them is recorded"


class ProgramRelease(StrEnum):
    """Whether programs may go to a machine."""

    RELEASED = "RELEASED"
    NEEDS_ACCEPTANCE = "NEEDS_ACCEPTANCE"
    NOT_VERIFIABLE = "NOT_VERIFIABLE"
    DEVIATES = "DEVIATES"


@dataclass(frozen=True, slots=True)
class ProgramVerdict:
    """What counts of the programs of a run now."""

    programs: Sequence[RunProgram]
    release: ProgramRelease
    audit: RecordedAudit | None
    """The audit that counts."""
    findings_sha256: str
    """What an acceptance is bound to."""
    acceptance: JsonMapping | None

    @property
    def findings(self) -> Sequence[RecordedFinding]:
        """What was found, worst first."""
        return self.audit.findings if self.audit is not None else ()

    @property
    def not_audited(self) -> str:
        """Why there is no report; "" where there is one."""
        if self.audit is not None:
            return self.audit.not_audited
        return _NEVER if self.programs else ""

    @property
    def sentences(self) -> Sequence[str]:
        """What keeps the programs back, or was accepted, a sentence each."""
        if self.not_audited:
            return [f"not audited: {self.not_audited}"]
        return [_sentence(item, self.programs) for item in self.findings if item.level != "INFORMATION"]


def judge_programs(run: RunDocument, attachments: Sequence[Attachment], later: Amendments) -> ProgramVerdict:
    """What counts of the programs of a run.

    Args:
        run: What was recorded.
        attachments: Everything attached, in its order, each digest once.
        later: What was added since.
    """
    programs = programs_of(run, attachments)
    digests = [program.sha256 for program in programs]
    audit = _counting(digests, later) if programs else None
    findings_sha256 = audit.findings_sha256 if audit is not None else not_audited_digest(digests)
    accepted = [item for item in later.acceptances if text(item, "findings_sha256") == findings_sha256]
    acceptance = accepted[0] if accepted else None
    return ProgramVerdict(programs, _release(programs, audit, acceptance), audit, findings_sha256, acceptance)


def _counting(digests: Sequence[str], later: Amendments) -> RecordedAudit | None:
    """The newest audit of exactly these programs, one with a report before one without."""
    audits = [audit for audit in map(RecordedAudit, later.audits) if audit.digests == digests]
    read = [audit for audit in audits if not audit.not_audited]
    return next(reversed(read or audits), None)


def refuse_unreleased(run_id: str, verdict: ProgramVerdict) -> None:
    """Refuse to hand programs out, or to start, while they may not go to a machine.

    Raises:
        ProgramDeviatesError, ProgramNotVerifiableError, FindingsNotAcceptedError: Name what was found, worst first.
    """
    errors = {
        ProgramRelease.DEVIATES: ProgramDeviatesError,
        ProgramRelease.NOT_VERIFIABLE: ProgramNotVerifiableError,
        ProgramRelease.NEEDS_ACCEPTANCE: FindingsNotAcceptedError,
    }
    if verdict.release in errors:
        raise errors[verdict.release](run_id, verdict.sentences)


def _release(
    programs: Sequence[RunProgram], audit: RecordedAudit | None, acceptance: JsonMapping | None
) -> ProgramRelease:
    if not programs:
        return ProgramRelease.RELEASED
    outcome = AuditOutcome.NOT_VERIFIABLE if audit is None else audit.outcome
    if outcome is AuditOutcome.DEVIATES:
        return ProgramRelease.DEVIATES
    if acceptance is not None:
        return ProgramRelease.RELEASED
    if audit is None or outcome is AuditOutcome.NOT_VERIFIABLE:
        return ProgramRelease.NOT_VERIFIABLE
    warned = any(item.level == "WARNING" for item in audit.findings)
    return ProgramRelease.NEEDS_ACCEPTANCE if warned else ProgramRelease.RELEASED


def _sentence(finding: RecordedFinding, programs: Sequence[RunProgram]) -> str:
    name = programs[finding.program].name if finding.program < len(programs) else ""
    where = f"{name} line {finding.worst_line}" if finding.worst_line else name
    return f"{finding.level.lower().replace('_', ' ')}, {where}: {finding.code}, {finding.sentence}"
