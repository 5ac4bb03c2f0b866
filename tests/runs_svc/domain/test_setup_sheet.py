"""What stands on the sheet beside the machine."""

import time
from typing import Any

import pytest

from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.program_gate import judge_programs
from runs_svc.domain.runs.run_document import RunDocument
from runs_svc.domain.runs.setup_sheet import SetupSheet, compose_sheet, time_text
from tests import builders

NOTE = "there is no program in this pack"


UNJUDGED: dict[str, Any] = {
    "decision": {"risk_level": "ERROR", "gate_decision": "BLOCKED", "warnings": ["the service was away"]},
    "hashes": {"request_sha256": "a" * 64},
}


def run(**members: Any) -> RunDocument:
    return builders.run_document(**UNJUDGED | members)


RUN = run()
NONE = judge_programs(RUN, [], Amendments())


def sheet(document: RunDocument, **later: Any) -> SetupSheet:
    return compose_sheet(document, "d" * 64, Amendments(**later), "", programs=NONE)


def rows(written: SetupSheet) -> dict[str, str]:
    return {label: text for _, group in written.groups for label, text in group}


def test_what_the_record_does_not_say_is_not_known() -> None:
    written = sheet(RUN)
    assert (written.title, written.verdict, written.gate) == ("rosette", "ERROR", "BLOCKED")
    assert written.code == f"run_000000000001 {'d' * 64}"
    assert written.approval == "none"
    assert list(written.warnings) == ["the service was away", NOTE]
    texts = rows(written)
    assert texts.pop("tools in order") == "no tool number in the program"
    assert texts.pop("request") == "a" * 64
    assert {text.split(":")[0] for text in texts.values()} == {"not known"}


def test_a_report_gives_time_and_warnings_once() -> None:
    assessments = [
        {"category": "HEAT", "risk": "YELLOW", "finding": "warm", "details": [{"name": "cut_time", "value": 61.0}]},
        {"category": "RIM_SPEED", "risk": "GREEN", "finding": "fine"},
    ]
    decision = {"risk_level": "YELLOW", "gate_decision": "ALLOWED", "warnings": ["HEAT YELLOW: warm"]}
    written = sheet(run(feasibility={"verdict": "YELLOW", "assessments": assessments}, decision=decision))
    assert list(written.warnings) == ["HEAT YELLOW: warm", NOTE]
    assert rows(written)["cut time"] == "1 min 1 s"
    assert written.approval == "not needed: the gate is open"


def test_an_entry_of_ones_own_is_named_if_it_has_a_name() -> None:
    context = {"tool": {"name": "my cutter"}, "machine": {"power_w": 800}, "material": {"material_id": "maple"}}
    texts = rows(sheet(run(inputs={"design": {"name": "ring"}, "context": context})))
    assert [texts[group] for group in ("tool", "machine", "material")] == ["my cutter", "given in the record", "maple"]


def test_the_person_who_opened_the_gate_is_named() -> None:
    given = {"person": "A. Lead", "reason": "scrap was clean", "risk_level": "YELLOW", "created_at_utc": "t"}
    written = sheet(RUN, override=given)
    assert written.approval == "A. Lead on t: scrap was clean (YELLOW overridden)"
    assert written.gate == "OVERRIDDEN"


def test_times_are_whole_seconds() -> None:
    assert [time_text(value) for value in (None, 59.6, 3_600.2)] == ["not known", "1 min 0 s", "60 min 0 s"]


OPEN_COMMENT = "G54\n(roughing\nT2 M6\nG55\nG0 X5\n(finishing)\nT3 M6\n"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_comment_that_is_not_closed_ends_with_its_line_and_is_reported(line_end: str) -> None:
    program = OPEN_COMMENT.replace("\n", line_end)
    written = compose_sheet(RUN, "d" * 64, Amendments(), program, programs=NONE)
    assert rows(written)["tools in order"] == "T2, T3"
    assert rows(written)["work offsets"] == "G54, G55"
    assert "program: a comment is not closed in line 2; it was read as ending with its line" in written.warnings


@pytest.mark.parametrize("text", ["(", "(;", ";(", "()", "(\n", "T", "T0", "G0", "G", "(T1"])
def test_reading_a_program_takes_time_in_proportion_to_its_length(text: str) -> None:
    started = time.process_time()
    compose_sheet(RUN, "d" * 64, Amendments(), text * (200_000 // len(text)), programs=NONE)
    assert time.process_time() - started < 3


def test_of_many_tools_and_open_comments_only_some_are_named() -> None:
    written = compose_sheet(
        RUN, "d" * 64, Amendments(), "\n".join(f"T{number} M6 (x" for number in range(1, 151)), programs=NONE
    )
    assert rows(written)["tools in order"].endswith("T99, T100 and 50 more")
    assert any("line 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 140 more;" in text for text in written.warnings)


def test_a_number_no_machine_knows_is_no_tool() -> None:
    assert rows(compose_sheet(RUN, "d" * 64, Amendments(), f"T{'9' * 300}", programs=NONE))[
        "tools in order"
    ].startswith("no tool")


def test_an_imported_run_tells_its_own_warnings_and_that_nobody_agreed() -> None:
    decision = {"risk_level": "GREEN", "gate_decision": "ALLOWED", "warnings": [], "block_reason": ""}
    origin = {"feasibility": {"risk_level": "GREEN", "warnings": ["Using stub feasibility"]}, "markers": []}
    written = sheet(run(status="OK", decision=decision, origin=origin))
    assert list(written.warnings) == ["Using stub feasibility", NOTE]
    assert (written.gate, written.approval) == ("BLOCKED", "none")
