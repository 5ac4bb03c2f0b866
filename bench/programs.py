"""Reading programs: the reader beside a bare tokeniser of the same file, memory of an audit, and calls meanwhile."""

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from math import sin
from pathlib import Path
from typing import Any

import grpc

from bench.what_if import Figure
from feasibility_svc.domain.gcode.controllers import GRBL
from feasibility_svc.domain.gcode.reader import read_program
from rmos.feasibility.v1 import feasibility_service_pb2 as feasibility_pb
from rmos.feasibility.v1 import feasibility_service_pb2_grpc, gcode_service_pb2_grpc
from rmos.feasibility.v1 import gcode_service_pb2 as pb
from rmos.type.v1 import program_audit_pb2 as audit_pb
from testkit.local_servers import LocalServer

_BYTES = 10_000_000
_WORD = re.compile(rb"([A-Za-z])\s*([-+]?[0-9.]+)")
_CHUNK_BYTES = 256 * 1024
_CALLS = 200
_AUDIT = """
import resource, sys
from feasibility_svc.domain.gcode.envelope import Envelope
from feasibility_svc.domain.gcode.jobs import audit_programs
envelope = Envelope.model_validate({"controller": "grbl", "max_stepdown_mm": 1.5, "tools": [{"diameter_mm": 3}]})
audit_programs([open(sys.argv[1], "rb").read()], envelope, 0, checkpoint=lambda: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure(folder: Path, place: Callable[[LocalServer, int], None], *, rounds: int) -> list[Figure]:
    """Ratios of reading, and the memory of an audit of 10 MB."""
    folder.mkdir(parents=True)
    program = folder / "carving.nc"
    program.write_bytes("".join(_carving()).encode())
    part = program.read_bytes()[: _BYTES // 10]
    ratios = [
        _seconds(lambda: _WORD.findall(part)) / _seconds(lambda: read_program([part], GRBL)) for _ in range(rounds)
    ]
    audit = subprocess.run(
        [sys.executable, "-c", _AUDIT, program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    return [
        Figure("G-code reader / a bare tokeniser of the same file", statistics.median(ratios), 0.05, 0.1),
        Figure("memory of an audit of 10 MB [MiB]", int(audit.stdout) / 1024, 300, 200, smaller_is_better=True),
        Figure(
            "a small call's p50 while 10 MB are audited / idle",
            _meanwhile(folder, place, program.read_bytes()), 2.0, 1.3, smaller_is_better=True,
        ),
    ]  # fmt: skip


def _carving() -> Iterator[str]:
    """Lines of a relief, there and back, as CAM programs write them."""
    yield "G21 G90 G17 G94\nM3 S18000\nG0 Z5\nG0 X0 Y0\nG1 Z-0.5 F300\nF1200\n"
    size, row = 0, 0
    while size < _BYTES:
        y = row * 0.15 % 250
        for step in range(300):
            x = 0.9 * (step if row % 2 == 0 else 300 - step)
            line = f"X{x:.3f} Y{y:.3f} Z{-0.7 - 0.4 * sin(step / 20 + y):.3f}\n"
            size += len(line)
            yield line
        row += 1
    yield "G0 Z5\nM5\nM30\n"


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _meanwhile(folder: Path, place: Callable[[LocalServer, int], None], data: bytes) -> float:
    server = LocalServer("feasibility_svc", folder / "server")
    server.start()
    try:
        place(server, 0)
        with grpc.insecure_channel(server.address) as channel:
            cheap: Any = feasibility_service_pb2_grpc.FeasibilityServiceStub(channel)
            gcode: Any = gcode_service_pb2_grpc.GcodeServiceStub(channel)
            idle = _p50(cheap, lambda count: count < _CALLS)
            running = gcode.AuditProgram.future(_requests(data), timeout=600)
            busy = _p50(cheap, lambda _: not running.done())
            running.result()
    finally:
        server.stop()
    return busy / idle


def _p50(stub: Any, goes_on: Callable[[int], bool]) -> float:
    request = feasibility_pb.ListRiskLevelsRequest()
    taken: list[float] = []
    while goes_on(len(taken)):
        taken.append(_seconds(lambda: stub.ListRiskLevels(request, timeout=30)))
    return statistics.median(taken)


def _requests(data: bytes) -> Iterator[pb.AuditProgramRequest]:
    envelope = audit_pb.ProgramEnvelope(max_stepdown_mm=1.5, tools=[audit_pb.PlannedTool(diameter_mm=3)])
    yield pb.AuditProgramRequest(header=pb.AuditHeader(envelope=envelope))
    for start in range(0, len(data), _CHUNK_BYTES):
        yield pb.AuditProgramRequest(chunk=data[start : start + _CHUNK_BYTES])
