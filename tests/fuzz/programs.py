"""Coverage-guided fuzzing of the reader of programs with atheris: `make fuzz`.

Whatever the bytes are, an audit ends with a report that can be stored. Inputs that break this are kept by libFuzzer in
the folder it is run in.
"""

import sys

import atheris

with atheris.instrument_imports(include=["feasibility_svc.domain.gcode"]):
    from feasibility_svc.domain.gcode.controllers import CONTROLLERS
    from feasibility_svc.domain.gcode.envelope import Envelope
    from feasibility_svc.domain.gcode.jobs import audit_programs
    from feasibility_svc.domain.gcode.report import to_json
    from foundation import canonical_json

_LIMITS = {
    "max_feed_rate_mm_per_min": 1000,
    "max_plunge_rate_mm_per_min": 300,
    "max_stepdown_mm": 1,
    "max_depth_mm": 3,
    "stock": {"x": {"min_mm": 0, "max_mm": 20}, "z": {"min_mm": -5, "max_mm": 0}},
    "tools": [{"diameter_mm": 2}],
    "machine": {"acceleration_mm_per_s2": 300, "max_feed_rate_mm_per_min": 4000},
}
_ENVELOPES = [Envelope.model_validate({"controller": name, **_LIMITS}) for name in sorted(CONTROLLERS)]
_HEAD = b"G21 G90 F500\nM3 S900\nG0 X0 Y0 Z5\n"


def try_program(data: bytes) -> None:
    """Audit a program: the first byte chooses the controller, and whether a head comes before the rest."""
    chosen, program = data[:1] or b"\0", data[1:]
    envelope = _ENVELOPES[chosen[0] % len(_ENVELOPES)]
    head = _HEAD if chosen[0] >= 128 else b""
    report = audit_programs([head + program], envelope, 0, checkpoint=lambda: None)
    canonical_json.dumps(to_json(report))


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_program)
    atheris.Fuzz()
