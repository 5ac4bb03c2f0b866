"""What a hostile program may cost: reading ends with a finding, and what was read is judged all the same."""

import numpy as np
import pytest

from feasibility_svc.domain.gcode import reader
from feasibility_svc.domain.gcode.audit import audit
from feasibility_svc.domain.gcode.envelope import Envelope
from feasibility_svc.domain.gcode.extents import Box
from feasibility_svc.domain.gcode.findings import Level
from feasibility_svc.domain.gcode.geometry import hits, overreach_mm
from feasibility_svc.domain.gcode.moves import MOST_CHORDS
from feasibility_svc.domain.gcode.path import blocks_of
from tests.feasibility_svc.domain.gcode.programs import codes, finding, level, read, text

ENVELOPE = Envelope.model_validate(
    {
        "controller": "linuxcnc",
        "max_feed_rate_mm_per_min": 1200,
        "max_plunge_rate_mm_per_min": 300,
        "max_stepdown_mm": 1.5,
        "max_depth_mm": 3,
        "tools": [{"diameter_mm": 4}],
    }
)


class EnoughError(Exception):
    pass


def give_up() -> None:
    raise EnoughError


def test_reading_ends_where_circles_have_too_many_chords() -> None:
    program = read(text("G1 Z-1", *["G2 X0 Y0 I6000"] * 2_500))
    assert level(program, "TOO_MANY_CHORDS") is Level.NOT_VERIFIABLE
    assert finding(program, "TOO_MANY_CHORDS").limit == MOST_CHORDS
    assert program.moves.arcs.chords.sum() - MOST_CHORDS in range(1, 4_096)  # the last one goes over
    assert program.line_count < 2_100


def test_reading_ends_after_too_many_lines_whatever_stands_on_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_LINES", 10_000)
    program = read(text("G1 Z-1") + "\n" * 90_000)
    assert level(program, "TOO_MANY_LINES") is Level.NOT_VERIFIABLE
    assert program.line_count < 20_000
    assert codes(read(text("G1 Z-1", *[""] * 9_000))) == set()


def test_blank_lines_before_a_program_do_not_hide_it() -> None:
    assert codes(read("\n" * 20_000 + text("G1 Z-1"))) == set()


def test_pieces_come_in_blocks_of_bounded_size_and_all_of_them() -> None:
    moves = read(text("G1 Z-1", *["G2 X0 Y0 I90", "G1 X0 Y1", "G1 X0 Y0"] * 400)).moves
    sizes = [len(pieces.row) for pieces in blocks_of(moves)]
    per_circle = int(moves.arcs.chords[0])
    assert max(sizes) < 65_536 + 2 * per_circle
    assert sum(sizes) == len(moves) + 400 * (per_circle - 1)
    rows = np.concatenate([np.unique(pieces.row) for pieces in blocks_of(moves)])
    assert rows.tolist() == list(range(len(moves)))


def test_many_turns_are_followed_as_closely_as_one() -> None:
    one, many, most = (read(text(f"G2 X0 Y0 Z-2 I20 P{turns}")).moves.arcs.chords[0] for turns in (1, 100, 1_000))
    assert many == pytest.approx(100 * one, abs=100)
    assert most == 65_536


def test_what_an_unfollowed_program_cleared_is_not_known_to_the_next() -> None:
    fine, wide = (f"M5\nT{number} M6\nM3 S18000\nG0 X0 Y0 Z5" for number in (1, 2))
    tools = ({"number": 1, "diameter_mm": 0.2}, {"number": 2, "diameter_mm": 10})
    envelope = Envelope.model_validate(ENVELOPE.model_dump() | {"tools": tools})
    first = read(text(fine, "G1 Z-1.5 F300", "X3000 F1200", "Y3000", "X0", "Y0"))  # too large for such a tool
    second = read(text(wide, "G0 Z-1.5", "G1 Z-3 F300", "X50 F1200"))
    found = {(item.program, item.code): item.level for item in audit([first, second], envelope).findings}
    assert found == {(0, "SWEEP_INCOMPLETE"): Level.NOT_VERIFIABLE, (1, "NOT_VERIFIABLE_ALONE"): Level.NOT_VERIFIABLE}


def test_searches_along_the_path_can_be_given_up() -> None:
    moves = read(text("G1 Z-1", "X50")).moves
    radius, everything = np.full(len(moves), 2.0), np.ones(len(moves), dtype=bool)
    with pytest.raises(EnoughError):
        hits(moves, [Box((20, 30), None, None)], radius, checkpoint=give_up)
    with pytest.raises(EnoughError):
        overreach_mm(moves, everything, Box((0, 30), None, None), radius, checkpoint=give_up)
    assert [int(hit.sum()) for hit in hits(moves, [Box((20, 30)), Box((53, 60)), Box((51, 60))], radius)] == [1, 0, 2]
