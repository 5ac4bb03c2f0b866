"""Which ticks and signatures count."""

import pytest

from foundation.canonical_json import JsonObject
from runs_svc.domain.errors import GateClosedError
from runs_svc.domain.runs.decision_errors import ChecksMissingError, OtherSheetError
from runs_svc.domain.runs.run_view import RunView, view_of
from runs_svc.domain.sheet.items import check_sheet, items_of, measured_mm, refuse_unchecked, sheet_sha256
from runs_svc.domain.sheet.marks import marks_of
from tests import builders

OPEN = builders.record(report_value=builders.complete_report())
VIEW = view_of(OPEN.run_id, OPEN.content, OPEN.digest.sha256)
SHEET = sheet_sha256(VIEW, VIEW.programs)
WHEN = "2026-03-01T12:00:00.000000Z"


def amendment(kind: str, **body: object) -> JsonObject:
    return {"kind": kind, "created_at_utc": WHEN, "request_id": "req_1", "body": body}  # type: ignore[dict-item]


def tick(item_id: str, *, done: bool = True, sheet: str = SHEET, **more: object) -> JsonObject:
    return amendment("check", sheet_sha256=sheet, item_id=item_id, done=done, person="Ada", **more)


def with_all(*amendments: JsonObject, view: RunView = VIEW) -> RunView:
    for item in amendments:
        view = view.with_amendment(item)
    return view


SIGNED = amendment("signature", sheet_sha256=SHEET, person="Ada")


def test_the_newest_mark_of_an_item_counts() -> None:
    marks = marks_of([tick("zero"), tick("stock"), tick("zero", done=False)], SHEET)
    assert (marks.is_done("zero"), marks.is_done("stock"), marks.is_done("tool")) == (False, True, False)


def test_other_records_are_no_marks() -> None:
    assert not marks_of([amendment("annotation", note="dry", sheet_sha256=SHEET)], SHEET).newest


def test_marks_on_another_sheet_do_not_count() -> None:
    assert not marks_of([tick("zero", sheet="a" * 64)], SHEET).newest


@pytest.mark.parametrize(
    ("step", "counts"), [("STARTED", True), ("FINISHED", False), ("ABORTED", False), ("SCRAPPED", False)]
)
def test_what_was_ticked_before_a_part_ended_was_ticked_for_that_part(step: str, counts: bool) -> None:
    marks = marks_of([tick("zero"), SIGNED, amendment("execution", step=step)], SHEET)
    assert marks.is_done("zero") is counts
    assert (marks.signature is not None) is counts


def test_a_tick_that_is_taken_back_takes_the_signature_with_it() -> None:
    assert marks_of([tick("zero"), SIGNED, tick("zero", done=False)], SHEET).signature is None
    assert marks_of([SIGNED, tick("zero")], SHEET).signature is not None


def test_a_signature_needs_everything_that_is_required_and_names_what_is_missing() -> None:
    required = [item.item_id for item in items_of(VIEW.programs) if item.required]
    assert required == ["stock", "tool", "holding", "zero", "extraction"]
    with pytest.raises(ChecksMissingError) as missing:
        refuse_unchecked(with_all(tick("stock"), tick("zero")), SHEET)
    assert [item.subject for item in missing.value.preconditions] == ["tool", "holding", "extraction"]
    refuse_unchecked(with_all(*(tick(item) for item in required)), SHEET)


def test_the_sheet_of_a_closed_gate_has_no_list() -> None:
    closed = builders.record(report_value=builders.complete_report(needs_review=True))
    view = view_of(closed.run_id, closed.content, closed.digest.sha256)
    with pytest.raises(GateClosedError):
        check_sheet(view, sheet_sha256(view, view.programs))


def test_another_sheet_is_not_marked() -> None:
    with pytest.raises(OtherSheetError) as other:
        check_sheet(VIEW, "a" * 64)
    assert other.value.metadata == {"sheet_sha256": SHEET}


def test_ticks_leave_the_sheet_as_it_is_and_an_override_makes_another_one() -> None:
    assert sheet_sha256(with_all(tick("stock"), SIGNED), VIEW.programs) == SHEET
    opened = with_all(amendment("override", person="Lead", reason="looked at it"))
    assert sheet_sha256(opened, opened.programs) != SHEET


def test_the_thickness_is_what_was_measured_last() -> None:
    measured = marks_of([tick("stock", measured_mm=2.6), tick("stock", measured_mm=2.58)], SHEET)
    assert measured_mm(measured) == 2.58
    assert measured_mm(marks_of([tick("stock", measured_mm=2.6), tick("stock", done=False)], SHEET)) is None
    assert measured_mm(marks_of([], SHEET)) is None
