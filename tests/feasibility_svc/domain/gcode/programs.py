"""Programs for the tests: valid by default, with the one line that matters."""

from collections.abc import Sequence

from feasibility_svc.domain.gcode.controllers import CONTROLLERS
from feasibility_svc.domain.gcode.findings import Finding, Level
from feasibility_svc.domain.gcode.program import Program
from feasibility_svc.domain.gcode.reader import read_program

HEAD = "G21 G90 G17 G94\nM3 S18000\nG0 X0 Y0 Z5\nF600\n"
TAIL = "\nG0 Z5\nM5\nM30\n"


def text(*lines: str) -> str:
    """A program of these lines between a usual beginning and a usual end."""
    return HEAD + "\n".join(lines) + TAIL


def read(program: str | bytes, controller: str = "linuxcnc") -> Program:
    data = program if isinstance(program, bytes) else program.encode("latin-1")
    return read_program([data], CONTROLLERS[controller])


def codes(program: Program) -> set[str]:
    return {finding.code for finding in program.findings}


def finding(program: Program, code: str) -> Finding:
    return next(item for item in program.findings if item.code == code)


def level(program: Program, code: str) -> Level:
    return finding(program, code).level


def ends(program: Program) -> Sequence[tuple[float, float, float]]:
    """Where each move ends."""
    moves = program.moves
    return [
        (round(x, 6), round(y, 6), round(z, 6))
        for x, y, z in zip(moves.x_mm.tolist(), moves.y_mm.tolist(), moves.z_mm.tolist(), strict=True)
    ]
