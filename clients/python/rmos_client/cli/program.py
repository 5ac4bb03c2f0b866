"""What is to be known of a run's program."""

from rmos.runs.v1 import run_pb2

NOT_EXAMINED, NONE = "program not examined", "no program"


def program_state(run: run_pb2.Run) -> str:
    """Whether a run has a program, given inline or attached: no verdict speaks of what is in one."""
    attached = any(attachment.kind == "gcode" for attachment in run.attachments)
    return NOT_EXAMINED if attached or run.outputs.gcode_text or run.hashes.gcode_sha256 else NONE
