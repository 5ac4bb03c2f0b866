"""Programs whose place another one took, with what was found in them last."""

from dataclasses import replace
from typing import Any

from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.program_audit import AuditOutcome, compose_missing_audit
from runs_svc.domain.runs.programs import programs_of
from runs_svc.domain.runs.replaced_programs import (
    MOST_FINDINGS,
    MOST_REPLACED,
    ReplacedProgram,
    replaced_programs,
)
from runs_svc.domain.runs.run_view import view_of
from tests import builders
from tests.runs_svc.domain.test_program_gate import RUN, WHEN, audited, finding, program, report

FIRST, OTHER, CORRECTED = program(1, "a.nc"), program(2, "b.nc"), program(3, "A.NC")


def the_replaced(*audits: dict[str, Any], programs: tuple[Attachment, ...] = (FIRST, OTHER, CORRECTED)) -> Any:
    found = replaced_programs(RUN, programs, Amendments(audits=audits))
    return found[0] if len(found) == 1 else found


def test_nothing_is_told_where_nothing_was_replaced() -> None:
    assert the_replaced(programs=(FIRST, OTHER)) == []


def test_one_that_was_never_audited_came_to_nothing() -> None:
    found = the_replaced()
    assert (found.program.name, found.outcome, found.measures) == ("a.nc", None, None)
    assert (list(found.findings), found.left_out_count) == ([], 0)


def test_its_own_findings_and_numbers_are_told_and_not_those_of_others() -> None:
    mine, others = finding("WARNING"), finding("ERROR", program_index=1)
    measured = [{"program_index": 1, "line_count": 9}, {"line_count": 7}]
    found = the_replaced(audited([FIRST, OTHER], report("DEVIATES", others, mine, programs=measured)))
    assert [item["level"] for item in found.findings] == ["WARNING"]
    assert found.outcome is AuditOutcome.INSIDE
    assert found.measures == {"line_count": 7}


def test_the_newest_audit_counts_and_one_with_a_report_before_one_without() -> None:
    programs = [FIRST, OTHER]
    unread = {**compose_missing_audit(programs_of(RUN, programs), "the service is away"), **WHEN}
    assert the_replaced(unread).outcome is AuditOutcome.NOT_VERIFIABLE
    older, newer = (audited(programs, report("DEVIATES", finding("ERROR", code))) for code in ("OLD", "NEW"))
    found = the_replaced(older, newer, unread, audited([CORRECTED, OTHER], report("INSIDE")))
    assert (found.outcome, found.findings[0]["code"]) == (AuditOutcome.DEVIATES, "NEW")


def test_what_stands_with_no_program_counts_for_each() -> None:
    assert the_replaced(audited([FIRST, OTHER], report("NOT_VERIFIABLE"))).outcome is AuditOutcome.NOT_VERIFIABLE
    assert the_replaced(audited([FIRST, OTHER], report("INSIDE"))).outcome is AuditOutcome.INSIDE


def test_so_many_findings_and_programs_are_told_of() -> None:
    many = [finding("ERROR", line=line) for line in range(1, MOST_FINDINGS + 4)]
    found = the_replaced(audited([FIRST, OTHER], report("DEVIATES", *many)))
    assert (len(found.findings), found.left_out_count) == (MOST_FINDINGS, 3)
    each = the_replaced(programs=tuple(program(number, "a.nc") for number in range(1, MOST_REPLACED + 5)))
    assert [item.program.sha256[-2:] for item in each] == [f"{number:02x}" for number in range(4, MOST_REPLACED + 4)]


def test_the_inline_program_may_be_replaced_too() -> None:
    inline = replace(RUN, gcode_text="G0", hashes={"gcode_sha256": f"{7:064x}"})
    (found,) = replaced_programs(inline, [program(8, "program.nc")], Amendments())
    assert isinstance(found, ReplacedProgram)
    assert found.program.sha256 == f"{7:064x}"


def test_a_run_tells_of_its_own() -> None:
    run = replace(view_of(builders.record().run_id, RUN, "a" * 64), attachments=(FIRST, OTHER, CORRECTED))
    assert [item.program.name for item in run.replaced] == ["a.nc"]
