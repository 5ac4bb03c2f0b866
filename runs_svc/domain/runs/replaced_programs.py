"""Programs whose place another one took, with what was found in them last. They decide nothing any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.canonical_json import JsonMapping
from foundation.json_members import children, number
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.program_audit import AuditOutcome, RecordedAudit, outcome_of
from runs_svc.domain.runs.programs import RunProgram, replaced_of
from runs_svc.domain.runs.run_document import RunDocument

MOST_REPLACED, MOST_FINDINGS = 20, 10
"""So many are told of: the last programs, and of each the worst findings."""


@dataclass(frozen=True, slots=True)
class ReplacedProgram:
    """A program that was replaced, and its last audit."""

    program: RunProgram
    audit: RecordedAudit | None
    """The newest audit that it was part of, one with a report before one without."""

    @property
    def outcome(self) -> AuditOutcome | None:
        """What its own findings came to; None where no audit is recorded."""
        if self.audit is None:
            return None
        own = outcome_of({"outcome": AuditOutcome.INSIDE.value, "findings": list(self._findings)})
        whole = self.audit.body.get("left_out_count") or not self.audit.findings
        return self.audit.outcome if own is AuditOutcome.INSIDE and whole else own

    @property
    def findings(self) -> Sequence[JsonMapping]:
        """What was found in it, worst first."""
        return self._findings[:MOST_FINDINGS]

    @property
    def left_out_count(self) -> int:
        return len(self._findings) - len(self.findings)

    @property
    def measures(self) -> JsonMapping | None:
        """The program in numbers; None where it was not read."""
        return next(iter(self._own("programs")), None)

    @property
    def _findings(self) -> Sequence[JsonMapping]:
        return self._own("findings")

    def _own(self, member: str) -> Sequence[JsonMapping]:
        if self.audit is None:
            return ()
        place = self.audit.digests.index(self.program.sha256)
        return [
            item for item in children(self.audit.report, member) if int(number(item, "program_index") or 0) == place
        ]


def replaced_programs(
    run: RunDocument, attachments: Sequence[Attachment], later: Amendments
) -> Sequence[ReplacedProgram]:
    """The programs of a run that were replaced, in the order they were attached; the last ones.

    Args:
        run: What was recorded.
        attachments: Everything attached, in its order, each digest once.
        later: What was added since.
    """
    audits = [RecordedAudit(body) for body in reversed(later.audits)]
    newest = sorted(audits, key=lambda audit: bool(audit.not_audited))
    return [
        ReplacedProgram(program, next((audit for audit in newest if program.sha256 in audit.digests), None))
        for program in replaced_of(run, attachments)[-MOST_REPLACED:]
    ]
