"""No program breaks an audit, its times or its picture."""

from math import isfinite

from hypothesis import given, settings
from hypothesis import strategies as st

from feasibility_svc.domain.gcode.audit import audit
from feasibility_svc.domain.gcode.controllers import CONTROLLERS
from feasibility_svc.domain.gcode.drawing import View, draw, to_svg
from feasibility_svc.domain.gcode.envelope import Envelope
from feasibility_svc.domain.gcode.reader import read_program
from feasibility_svc.domain.gcode.report import to_json
from foundation import canonical_json

_NUMBERS = ["0", "1", "2.5", "-1", "-2", "10", "-.5", "5", "100"]
_WORD = st.builds("{}{}".format, st.sampled_from("XYZXYZIJKRFSPQL"), st.sampled_from(_NUMBERS))
_CODES = (
    *("G0", "G1", "G2", "G3", "G4", "G17", "G18", "G19", "G20", "G21", "G28", "G53", "G54", "G55", "G80", "G81", "G83"),
    *("G90", "G91", "G92", "G93", "G94", "M3", "M5", "M6", "T1", "T2", "M30", "#1=2"),
)
_CODE = st.sampled_from(_CODES)
_LINE = st.builds(
    lambda codes, words: " ".join([*codes, *words]), st.lists(_CODE, max_size=2), st.lists(_WORD, max_size=4)
)
_ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "max_feed_rate_mm_per_min": st.just(1000),
        "max_plunge_rate_mm_per_min": st.just(300),
        "max_stepdown_mm": st.just(1),
        "max_depth_mm": st.just(3),
        "safe_z_mm": st.just(2),
        "min_spindle_speed_rpm": st.just(50),
        "stock": st.just({"x": {"min_mm": 0, "max_mm": 20}, "z": {"min_mm": -5, "max_mm": 0}}),
        "clamps": st.just([{"x": {"min_mm": 3, "max_mm": 4}, "z": {"min_mm": -5, "max_mm": 8}}]),
        "tools": st.sampled_from([[{"diameter_mm": 2}], [{"number": 1, "diameter_mm": 2}, {"number": 2}]]),
        "machine": st.just(
            {
                "acceleration_mm_per_s2": 300,
                "max_feed_rate_mm_per_min": 4000,
                "travel": {"x": {"min_mm": -1, "max_mm": 50}},
            }
        ),
    },
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(_LINE, max_size=10), min_size=1, max_size=2), st.sampled_from(sorted(CONTROLLERS)), _ENVELOPES)
def test_every_program_has_a_report_that_can_be_stored(
    setup: list[list[str]], controller: str, limits: dict[str, object]
) -> None:
    envelope = Envelope.model_validate({"controller": controller, **limits})
    texts = ["G21 G90 F500\nM3 S900\nG0 X0 Y0 Z5\n" + "\n".join(lines) for lines in setup]
    programs = [read_program([text.encode()], CONTROLLERS[controller]) for text in texts]
    report = audit(programs, envelope)
    canonical_json.dumps(to_json(report))
    for measures in report.programs:
        times = (measures.time.shortest_s, measures.time.longest_s, measures.time.feed_only_s)
        assert all(isfinite(time) and time >= 0 for time in times)
        assert measures.time.shortest_s <= measures.time.longest_s + 1e-9
    assert to_svg(draw(programs, report.findings, View.SIDE), 200).startswith("<svg")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(sorted(CONTROLLERS)))
def test_any_bytes_have_a_report_that_can_be_stored(data: bytes, controller: str) -> None:
    program = read_program([b"G21 G90 F500\n" + data], CONTROLLERS[controller])
    canonical_json.dumps(to_json(audit([program], Envelope.model_validate({"controller": controller}))))
