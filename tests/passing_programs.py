"""Programs that keep what the runs of `builders` were approved for, and the envelope that says where they run."""

from rmos.type.v1 import program_audit_pb2 as audit_pb

GRBL = audit_pb.ProgramEnvelope(controller=audit_pb.GCODE_CONTROLLER_GRBL)
HEAD = "G21 G90 G17 G94 G54\nG0 Z5\nM3 S17000\n"
TAIL = "G0 Z5\nM5\nM30\n"
CUT = "G0 X0 Y0\nG0 Z0.5\nG1 Z-0.5 F300\nG1 X10 F1750\n"
RING = HEAD + CUT + TAIL
"""A straight cut of half a millimetre: inside on any controller, without a warning."""


def ring(comment: str) -> str:
    """The same cut with other bytes."""
    return f"({comment})\n{RING}"
