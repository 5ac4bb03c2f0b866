"""What is to be known of a run's programs, in a word and in lines."""

from collections.abc import Iterator

from rmos.runs.v1 import run_pb2
from rmos_client.cli.gcode_view import finding_lines
from rmos_client.cli.identity_view import signed

NONE, NOT_KEPT, ACCEPTED = "none", "not kept", "accepted"
HELD_BACK = {
    run_pb2.PROGRAM_RELEASE_DEVIATES: "deviates",
    run_pb2.PROGRAM_RELEASE_NOT_VERIFIABLE: "not verifiable",
    run_pb2.PROGRAM_RELEASE_NEEDS_ACCEPTANCE: "warnings",
}
_RELEASED = "inside"


def program_state(run: run_pb2.Run) -> str:
    """What the audit of a run's programs came to, in a word or two."""
    if not run.HasField("program_audit"):
        return NOT_KEPT if run.hashes.gcode_sha256 else NONE
    audit = run.program_audit
    if audit.release == run_pb2.PROGRAM_RELEASE_RELEASED:
        return ACCEPTED if audit.HasField("acceptance") else _RELEASED
    return HELD_BACK.get(audit.release, "not verifiable")


def program_lines(run: run_pb2.Run) -> Iterator[str]:
    """The programs of a run in order, what was found in them, worst first, and who accepted it."""
    audit = run.program_audit
    for place, program in enumerate(audit.programs):
        yield f"{place + 1}. {program.name}  {program.size_bytes} bytes  {program.sha256}"
    if not audit.programs:
        return
    if audit.not_audited:
        yield f"not audited: {audit.not_audited}"
    yield from finding_lines(audit.report.findings, [program.name for program in audit.programs])
    if audit.left_out_count:
        yield f"  and {audit.left_out_count} more"
    if audit.HasField("acceptance"):
        given = audit.acceptance
        person = signed(given.person, given.identity)
        yield f"accepted by {person} on {given.create_time.ToJsonString()}: {given.reason}"
    elif audit.release == run_pb2.PROGRAM_RELEASE_DEVIATES:
        yield "held back: attach a corrected program under the same file name"
    elif audit.release in HELD_BACK:
        yield f"held back until a named person accepts it: rmosctl accept {run.run_id} --person … --reason …"
