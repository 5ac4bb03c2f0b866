"""What the audit of the programs of a run came to, in a sentence."""

from foundation.json_members import text
from runs_svc.domain.runs.program_gate import ProgramVerdict

NO_PROGRAM = "there is no program in this pack"


def program_note(verdict: ProgramVerdict) -> str:
    """What the audit of the programs came to, in a sentence."""
    if not verdict.programs:
        return NO_PROGRAM
    names = ", ".join(program.name for program in verdict.programs)
    found = verdict.sentences
    if not found:
        return f"programs audited, nothing was found against what was approved: {names}"
    accepted = verdict.acceptance
    if accepted is None:
        return f"programs held back: {names}: {found[0]}"
    person, reason = text(accepted, "person"), text(accepted, "reason")
    return f"programs accepted by {person} in spite of what was found: {names}: {reason}"
