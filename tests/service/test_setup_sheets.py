"""The setup sheet over the wire: shown, ticked, signed, printed. What the operator at the machine does."""

import re
from typing import Any

import grpc
import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from rmos.runs.v1 import run_pb2, runs_service_pb2_grpc
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import setup_sheet_pb2 as sheet_pb
from rmos.type.v1 import risk_pb2
from tests import builders
from tests.passing_programs import GRBL, RING
from tests.service.wire import TIMEOUT_S, fail

HOSTILE = '<script>alert(1)</script>"&\u202e'
WORKSHOP = {"instrument_serial": "OM-0152", "operator": "Ada"}


@pytest.fixture
def stub(runs_channel: grpc.Channel) -> Any:
    return runs_service_pb2_grpc.RunsServiceStub(runs_channel)


def create(stub: Any, overrides: dict[str, Any] | None = None, name: str = "Herringbone", **fields: Any) -> run_pb2.Run:
    rings = [{"inner_radius_mm": 47.9, "width_mm": 8.1, "pattern": "HERRINGBONE"}]
    design = builders.design_message(builders.rosette(name=name, rosette_channel__rings=rings))
    linkage = run_pb2.RunLinkage(**{**WORKSHOP, **fields.pop("linkage", {})})
    given = {"design": design, "envelope": GRBL, "linkage": linkage, "gcode_text": RING, **fields}
    run: run_pb2.Run = stub.CreateRun(builders.create_request(overrides, **given), timeout=TIMEOUT_S).run
    return run


def sheet_of(stub: Any, run: run_pb2.Run, **how: Any) -> sheet_pb.SetupSheet:
    request = pb.GetSetupSheetRequest(name=run.name, **how)
    sheet: sheet_pb.SetupSheet = stub.GetSetupSheet(request, timeout=TIMEOUT_S).sheet
    return sheet


def tick(run: run_pb2.Run, sheet: sheet_pb.SetupSheet, item: str, **fields: Any) -> pb.RecordCheckRequest:
    given = {"done": True, "person": "Ada", **fields}
    return pb.RecordCheckRequest(name=run.name, sheet_sha256=sheet.sha256, item_id=item, **given)


def opened(stub: Any, run: run_pb2.Run) -> run_pb2.Run:
    request = pb.OverrideRunRequest(
        name=run.name, person="Lead", reason="the scrap cut was clean", risk_level=risk_pb2.RISK_LEVEL_YELLOW
    )
    now: run_pb2.Run = stub.OverrideRun(request, timeout=TIMEOUT_S).run
    return now


def printed(stub: Any, run: run_pb2.Run, form: int, **how: Any) -> bytes:
    request = pb.RenderSetupSheetRequest(name=run.name, format=form, **how)  # type: ignore[arg-type]
    content: bytes = stub.RenderSetupSheet(request, timeout=TIMEOUT_S).content
    return content


def rows(sheet: sheet_pb.SetupSheet) -> dict[str, str]:
    return {row.row_id: row.text.replace("\u202f", " ") for group in sheet.groups for row in group.rows}


def test_the_operator_sets_up_ticks_signs_and_starts(stub: Any) -> None:
    first = create(stub, name=" OM \uff32osette")  # one part, however its name is typed
    for step in (run_pb2.EXECUTION_STEP_STARTED, run_pb2.EXECUTION_STEP_FINISHED):
        stub.RecordExecution(pb.RecordExecutionRequest(name=first.name, step=step), timeout=TIMEOUT_S)
    slower = {**builders.YELLOW, "cut.feed_rate_mm_per_min": 1500.0}
    program = RING.replace("F1750", "F1500")
    run = create(stub, slower, name="OM rosette", linkage={"instrument_serial": "OM-0153"}, gcode_text=program)
    closed = sheet_of(stub, run)
    assert not closed.released
    assert closed.not_released.startswith("YELLOW, a named person must agree.")
    assert list(closed.items) == []
    assert fail(stub.RecordCheck, tick(run, closed, "zero")).reason == "SAFETY_BLOCKED"

    opened(stub, run)
    sheet = sheet_of(stub, run)
    assert sheet.sha256 != closed.sha256
    assert (sheet.title, sheet.instrument_serial, sheet.operator) == ("OM rosette", "OM-0153", "Ada")
    assert rows(sheet)["wood"] == "Sitka spruce, 8 % moisture"
    assert rows(sheet)["feed"] == "1500 mm/min"
    assert rows(sheet)["zero"] == "G54: Z0 top of the stock"
    assert "planned with the profile of Shapeoko 3" in rows(sheet)["time"]
    assert (sheet.tools[0].stickout_mm, sheet.tools[0].flute_count) == (20.0, 2)
    assert sheet.programs[0].lowest_z_mm == -0.5
    assert sheet.override.person == "Lead"
    assert [item.text for item in sheet.warnings] == ["workholding: the way the work is held is not stated"]
    assert sheet.comparison.run == first.name
    assert sheet.comparison.instrument_serial == "OM-0152"
    assert sheet.comparison.changes[0].startswith("program: program.nc (")
    assert "feed 1750\u202fmm/min → 1500\u202fmm/min" in sheet.comparison.changes
    assert "<text" in sheet.drawing_svg

    required = [item.item_id for item in sheet.items if item.required]
    assert required == ["stock", "tool", "holding", "zero", "extraction", "program_1"]
    sign = pb.SignSheetRequest(name=run.name, sheet_sha256=sheet.sha256, person="Ada")
    refused = fail(stub.SignSheet, sign)
    assert (refused.reason, len(refused.preconditions)) == ("CHECKS_MISSING", 6)
    for item in required:
        measured = 2.58 if item == "stock" else None
        stub.RecordCheck(tick(run, sheet, item, measured_mm=measured), timeout=TIMEOUT_S)
    stub.RecordCheck(tick(run, sheet, "zero", done=False, note="bumped it"), timeout=TIMEOUT_S)
    assert fail(stub.SignSheet, sign).reason == "CHECKS_MISSING"
    stub.RecordCheck(tick(run, sheet, "zero"), timeout=TIMEOUT_S)
    german = sheet_of(stub, run, language=sheet_pb.SHEET_LANGUAGE_DE, units=sheet_pb.SHEET_UNITS_IN)
    assert german.sha256 == sheet.sha256
    assert not german.checks_missing
    assert rows(german)["measured"] == "0,102 in"
    signed = stub.SignSheet(sign, timeout=TIMEOUT_S)
    assert signed.signature.person == "Ada"
    assert [check.done for check in signed.run.checks if check.item_id == "zero"] == [True, False, True]
    started = pb.RecordExecutionRequest(name=run.name, step=run_pb2.EXECUTION_STEP_STARTED)
    assert stub.RecordExecution(started, timeout=TIMEOUT_S).run.executions[0].step == run_pb2.EXECUTION_STEP_STARTED
    verified = stub.VerifyRun(pb.VerifyRunRequest(name=run.name), timeout=TIMEOUT_S).verification
    assert verified.outcome == run_pb2.VERIFICATION_OUTCOME_VERIFIED


def test_a_tick_is_recorded_once_under_its_key_and_bad_ones_leave_all_as_it_was(stub: Any) -> None:
    run = create(stub)
    sheet = sheet_of(stub, run)
    for _ in range(2):
        stub.RecordCheck(tick(run, sheet, "tool", idempotency_key=f"{run.run_id}-k1"), timeout=TIMEOUT_S)
    wrong = [
        (tick(run, sheet, "wings"), "item_id", "allowed: stock, tool, holding"),
        (tick(run, sheet, "tool", measured_mm=2.0), "measured_mm", "takes no measure"),
        (tick(run, sheet, "stock", measured_mm=-1.0), "measured_mm", "0.001 to 10000"),
        (tick(run, sheet, "stock", measured_mm=1.0, done=False), "measured_mm", "leave it out"),
        (tick(run, sheet, "zero", done=False), "done", "not ticked"),
        (tick(run, sheet, "zero", person=""), "person", "required"),
        (tick(run, sheet, "zero", note="x" * 501), "note", "500"),
    ]
    for request, field, allowed in wrong:
        assert allowed in fail(stub.RecordCheck, request).fields[field]
    stale = tick(run, sheet, "zero")
    stale.sheet_sha256 = "ab" * 32
    assert fail(stub.RecordCheck, stale).reason == "CONCURRENT_CHANGE"
    now = stub.GetRun(pb.GetRunRequest(name=run.name), timeout=TIMEOUT_S).run
    assert [check.item_id for check in now.checks] == ["tool"]


@pytest.mark.parametrize("field", ["language", "units"])
def test_a_language_or_unit_nobody_knows_is_refused(stub: Any, field: str) -> None:
    request = pb.GetSetupSheetRequest(name="runs/run_ffffffffffff", **{field: 9})  # type: ignore[arg-type]
    assert "9 is not allowed" in fail(stub.GetSetupSheet, request).fields[field]


def text_of(pages: Any) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages).replace("\r\n", "\n")


def drawn_code(page: str) -> Any:
    """The QR code of a page of HTML as a picture: its path runs from left to right, line by line."""
    element = page.split('<div class="qr">')[1].split("</svg>", maxsplit=1)[0]
    size = int(re.search(r'viewBox="0 0 (\d+) ', element)[1])  # type: ignore[index]
    picture = np.full((size, size), 255, dtype=np.uint8)
    x = y = 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", element.split(' d="')[1]):
        if command == "h":
            picture[int(y), int(x) : int(x + float(first))] = 0
            x += float(first)
        else:
            x, y = (float(first), float(second)) if command == "M" else (x + float(first), y + float(second))
    return np.kron(picture, np.ones((4, 4), dtype=np.uint8))


class TestPrinted:
    @pytest.mark.parametrize("title", ["x", "Rosette with a very long name " * 6, HOSTILE])
    def test_the_code_is_read_whatever_the_title(self, stub: Any, title: str) -> None:
        run = create(stub, name=title)
        expected = f"{run.run_id} {run.hashes.document_sha256}"
        pages = pypdfium2.PdfDocument(printed(stub, run, sheet_pb.SHEET_FORMAT_PDF))
        scan = pages[0].render(scale=150 / 72, grayscale=True).to_numpy()
        page = printed(stub, run, sheet_pb.SHEET_FORMAT_HTML).decode()
        for picture in (scan, drawn_code(page)):
            assert [code.text for code in zxingcpp.read_barcodes(picture)] == [expected]

    def test_what_does_not_fit_goes_to_further_pages_that_say_what_they_belong_to(self, stub: Any) -> None:
        run = create(stub, builders.YELLOW, name="Long " * 39)
        reason = "The bit was changed this morning. " * 58
        request = pb.OverrideRunRequest(
            name=run.name, person="Lead", reason=reason, risk_level=risk_pb2.RISK_LEVEL_YELLOW
        )
        stub.OverrideRun(request, timeout=TIMEOUT_S)
        pages = pypdfium2.PdfDocument(printed(stub, run, sheet_pb.SHEET_FORMAT_PDF))
        assert len(pages) == 2
        assert all(run.run_id in text_of([page]) and "OM-0152" in text_of([page]) for page in pages)
        assert " ".join(text_of(pages).split()).count("changed this morning") == 58
        assert "Name, signature, time" in text_of(pages)

    def test_letters_the_font_lacks_are_boxes_and_nothing_fails(self, stub: Any) -> None:
        run = create(stub, name="漢字 Žižka → Ø\t\x07")
        text = text_of(pypdfium2.PdfDocument(printed(stub, run, sheet_pb.SHEET_FORMAT_PDF)))
        assert "Žižka → Ø" in text

    def test_html_needs_nothing_else_and_hostile_names_stay_text(self, stub: Any) -> None:
        run = create(stub, name=HOSTILE, linkage={"operator": HOSTILE.replace("\u202e", "")})
        page = printed(stub, run, sheet_pb.SHEET_FORMAT_HTML).decode()
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert re.findall(r'(?:src|href)="(?!#)', page) == []
        assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
        assert "Check list" in page

    def test_german_html_says_so(self, stub: Any) -> None:
        page = printed(stub, create(stub), sheet_pb.SHEET_FORMAT_HTML, language=sheet_pb.SHEET_LANGUAGE_DE).decode()
        assert '<html lang="de">' in page
        assert "Prüfliste" in page

    @pytest.mark.parametrize("paper", [sheet_pb.SHEET_PAPER_A4, sheet_pb.SHEET_PAPER_LETTER])
    def test_the_usual_job_takes_one_page(self, stub: Any, paper: Any) -> None:
        run = opened(stub, create(stub, builders.YELLOW))
        pages = pypdfium2.PdfDocument(printed(stub, run, sheet_pb.SHEET_FORMAT_PDF, paper=paper))
        assert len(pages) == 1
        width = {sheet_pb.SHEET_PAPER_A4: 595, sheet_pb.SHEET_PAPER_LETTER: 612}[paper]
        assert round(pages[0].get_width()) == width
        drawn = pages[0].render(scale=1).to_numpy()
        assert np.array_equal(drawn.min(axis=2), drawn.max(axis=2)), "in black and white"
        text = text_of(pages)
        for said in ("Herringbone", "OM-0152", "YELLOW 79 of 100", "G54", "Check list", "Name, signature, time"):
            assert said in text

    def test_a_closed_gate_has_a_band_and_no_check_list(self, stub: Any) -> None:
        run = create(stub, builders.RED)
        text = text_of(pypdfium2.PdfDocument(printed(stub, run, sheet_pb.SHEET_FORMAT_PDF)))
        page = printed(stub, run, sheet_pb.SHEET_FORMAT_HTML).decode()
        for written in (text, page):
            assert "Not released: RED, not to be cut." in written
            assert "Check list" not in written
            assert "Name, signature, time" not in written
        assert '<p class="band">' in page

    @pytest.mark.parametrize("field", ["format", "paper"])
    def test_a_form_nobody_knows_is_refused(self, stub: Any, field: str) -> None:
        request = pb.RenderSetupSheetRequest(name="runs/run_ffffffffffff", **{field: 9})  # type: ignore[arg-type]
        assert "9 is not allowed" in fail(stub.RenderSetupSheet, request).fields[field]


def test_a_program_of_a_run_is_drawn_and_others_are_not_found(stub: Any) -> None:
    run = create(stub)
    drawn = stub.RenderRunProgram(pb.RenderRunProgramRequest(name=run.name), timeout=TIMEOUT_S)
    assert drawn.mime == "image/svg+xml"
    assert drawn.content.startswith(b"<svg")
    one = pb.RenderRunProgramRequest(
        name=run.name, sha256=run.hashes.gcode_sha256, view=pb.PROGRAM_VIEW_SIDE, mime="image/png", size_px=200
    )
    assert stub.RenderRunProgram(one, timeout=TIMEOUT_S).content.startswith(b"\x89PNG")
    one.sha256 = "ab" * 32
    assert fail(stub.RenderRunProgram, one).reason == "ATTACHMENT_NOT_FOUND"
    bare = create(stub, gcode_text="")
    assert fail(stub.RenderRunProgram, pb.RenderRunProgramRequest(name=bare.name)).reason == "NOTHING_TO_DRAW"
    for field, value in (("view", 9), ("mime", "image/gif"), ("size_px", 9)):
        wrong = pb.RenderRunProgramRequest(name=run.name, **{field: value})  # type: ignore[arg-type]
        assert field in fail(stub.RenderRunProgram, wrong).fields
