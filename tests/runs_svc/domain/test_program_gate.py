"""Whether the programs of a run may go to a machine."""

from dataclasses import replace
from typing import Any

import pytest

from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.program_audit import (
    MOST_FINDINGS,
    MOST_PLACES,
    compose_audit,
    compose_missing_audit,
    outcome_of,
)
from runs_svc.domain.runs.program_errors import (
    FindingsNotAcceptedError,
    ProgramDeviatesError,
    ProgramNotVerifiableError,
)
from runs_svc.domain.runs.program_gate import ProgramRelease, ProgramVerdict, judge_programs, refuse_unreleased
from runs_svc.domain.runs.program_note import program_note
from runs_svc.domain.runs.programs import programs_of, too_large
from runs_svc.domain.runs.run_document import RunDocument
from tests import builders

RUN = builders.run_document()
WHEN = {"created_at_utc": "2026-03-01T12:00:00.000000Z", "request_id": "req_1"}


def program(number: int, filename: str = "", **fields: Any) -> Attachment:
    given: dict[str, Any] = {"kind": "gcode", "mime": "", "size_bytes": 10, "created_at_utc": "", **fields}
    return Attachment(Digest(f"{number:064x}"), filename=filename, **given)


def finding(level: str, code: str = "RULE", line: int = 3, **fields: Any) -> dict[str, Any]:
    place = {"line": line, "text": "", "value": 900.0}
    base = {"code": code, "level": level, "program_index": 0, "count": 1, "first": place, "worst": place}
    return {**base, "places": [place], "sentence": f"{code} is broken", "unit": "", **fields}


def report(outcome: str, *findings: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"outcome": outcome, "findings": list(findings), **fields}


def audited(programs: list[Attachment], body: dict[str, Any]) -> Any:
    return {**compose_audit(programs_of(RUN, programs), body), **WHEN}


def judged(programs: list[Attachment], *audits: dict[str, Any], accepted: str = "") -> ProgramVerdict:
    given = {"person": "A. Lead", "reason": "scrap was clean", "findings_sha256": accepted, **WHEN}
    return judge_programs(RUN, programs, Amendments(audits=audits, acceptances=[given] if accepted else []))


def names(programs: list[Attachment], run: RunDocument = RUN) -> list[str]:
    return [item.name for item in programs_of(run, programs)]


class TestWhichArePrograms:
    def test_the_inline_one_comes_first_and_the_same_bytes_count_once(self) -> None:
        inline = replace(RUN, gcode_text="G0", hashes={"gcode_sha256": f"{7:064x}"})
        assert names([program(7, "same.nc"), program(8, "next.nc")], inline) == ["program.nc", "next.nc"]

    def test_bytes_decide_whatever_the_kind(self) -> None:
        found = [program(1, "a.txt", kind="debug", is_program=True), program(2, "b.json", kind="opplan")]
        assert names(found) == ["a.txt"]

    def test_a_later_one_with_the_same_name_takes_the_place_of_the_first(self) -> None:
        assert [
            item.sha256[-1] for item in programs_of(RUN, [program(1, "a.nc"), program(2, "b.nc"), program(3, "A.NC")])
        ] == ["3", "2"]

    def test_a_later_one_takes_the_place_it_names(self) -> None:
        corrected = program(3, "a_fixed.nc", replaces_sha256=f"{1:064x}")
        assert names([program(1, "a.nc"), program(2, "b.nc"), corrected]) == ["a_fixed.nc", "b.nc"]

    def test_a_place_that_is_named_and_not_there_is_none(self) -> None:
        assert names([program(1, "a.nc"), program(3, "a.nc", replaces_sha256=f"{9:064x}")]) == ["a.nc", "a.nc"]

    def test_two_named_alike_at_creation_are_two(self) -> None:
        both = [program(1, "a.nc"), program(2, "a.nc")]
        assert names(both, replace(RUN, attachments=both)) == ["a.nc", "a.nc"]

    def test_programs_without_names_are_further_programs(self) -> None:
        assert names([program(1), program(2)]) == ["gcode", "gcode"]

    def test_more_or_larger_ones_than_are_read_are_named(self) -> None:
        assert too_large(programs_of(RUN, [program(number) for number in range(1, 66)])) != ""
        assert "big.nc" in too_large(programs_of(RUN, [program(1, "big.nc", size_bytes=33 * 1024**2)]))
        three = [program(number, size_bytes=30 * 1024**2) for number in (1, 2, 3)]
        assert "together" in too_large(programs_of(RUN, three))
        assert too_large(programs_of(RUN, [program(1)])) == ""


class TestRelease:
    def test_a_run_without_a_program_holds_nothing_back(self) -> None:
        verdict = judged([])
        assert verdict.release is ProgramRelease.RELEASED
        assert (verdict.not_audited, list(verdict.sentences)) == ("", [])
        refuse_unreleased("run_1", verdict)

    def test_one_that_was_never_audited_is_not_verifiable(self) -> None:
        with pytest.raises(ProgramNotVerifiableError, match="no audit of them is recorded"):
            refuse_unreleased("run_1", judged([program(1)]))

    def test_one_inside_is_released(self) -> None:
        programs = [program(1)]
        verdict = judged(programs, audited(programs, report("INSIDE", finding("INFORMATION"))))
        assert verdict.release is ProgramRelease.RELEASED
        assert list(verdict.sentences) == []

    @pytest.mark.parametrize(
        ("outcome", "level", "error", "release"),
        [
            ("DEVIATES", "ERROR", ProgramDeviatesError, ProgramRelease.DEVIATES),
            ("NOT_VERIFIABLE", "NOT_VERIFIABLE", ProgramNotVerifiableError, ProgramRelease.NOT_VERIFIABLE),
            ("INSIDE", "WARNING", FindingsNotAcceptedError, ProgramRelease.NEEDS_ACCEPTANCE),
        ],
    )
    def test_what_was_found_keeps_it_back(
        self, outcome: str, level: str, error: type[Exception], release: ProgramRelease
    ) -> None:
        programs = [program(1, "a.nc")]
        verdict = judged(programs, audited(programs, report(outcome, finding(level))))
        assert verdict.release is release
        with pytest.raises(error, match=r"a\.nc line 3: RULE, RULE is broken"):
            refuse_unreleased("run_1", verdict)

    @pytest.mark.parametrize(("outcome", "level"), [("NOT_VERIFIABLE", "NOT_VERIFIABLE"), ("INSIDE", "WARNING")])
    def test_a_named_person_may_accept_it(self, outcome: str, level: str) -> None:
        programs = [program(1)]
        audit = audited(programs, report(outcome, finding(level)))
        assert judged(programs, audit, accepted=audit["findings_sha256"]).release is ProgramRelease.RELEASED

    def test_nobody_may_accept_an_error(self) -> None:
        programs = [program(1)]
        audit = audited(programs, report("DEVIATES", finding("ERROR")))
        assert judged(programs, audit, accepted=audit["findings_sha256"]).release is ProgramRelease.DEVIATES

    def test_an_acceptance_holds_for_these_findings_alone(self) -> None:
        programs = [program(1)]
        first = audited(programs, report("INSIDE", finding("WARNING", "A")))
        second = audited(programs, report("INSIDE", finding("WARNING", "B")))
        verdict = judged(programs, first, second, accepted=first["findings_sha256"])
        assert verdict.release is ProgramRelease.NEEDS_ACCEPTANCE

    def test_an_audit_of_other_programs_does_not_count(self) -> None:
        audit = audited([program(1)], report("INSIDE"))
        assert judged([program(1), program(2)], audit).release is ProgramRelease.NOT_VERIFIABLE

    def test_an_audit_that_failed_does_not_undo_one_that_was_made(self) -> None:
        programs = [program(1)]
        missing = {**compose_missing_audit(programs_of(RUN, programs), "away"), **WHEN}
        verdict = judged(programs, audited(programs, report("DEVIATES", finding("ERROR"))), missing)
        assert verdict.release is ProgramRelease.DEVIATES
        assert judged(programs, missing).not_audited == "away"

    def test_one_that_was_not_audited_may_be_accepted_and_no_audit_is_forgiven_by_that(self) -> None:
        programs = [program(1)]
        accepted = judged(programs).findings_sha256
        missing = {**compose_missing_audit(programs_of(RUN, programs), "away"), **WHEN}
        assert judged(programs, accepted=accepted).release is ProgramRelease.RELEASED
        assert judged(programs, missing, accepted=accepted).release is ProgramRelease.RELEASED
        warned = audited(programs, report("INSIDE", finding("WARNING")))
        assert judged(programs, missing, warned, accepted=accepted).release is ProgramRelease.NEEDS_ACCEPTANCE


def test_a_report_is_never_better_than_its_findings() -> None:
    assert outcome_of(report("INSIDE", finding("ERROR"))) == "DEVIATES"
    assert outcome_of(report("INSIDE", finding("NOT_VERIFIABLE"))) == "NOT_VERIFIABLE"
    assert outcome_of(report("DEVIATES")) == "DEVIATES"
    assert outcome_of(report("INSIDE", finding("WARNING"))) == "INSIDE"


def test_a_long_report_is_recorded_in_part_and_says_so() -> None:
    many = [finding("WARNING", f"R{number}", places=[{"line": 1}] * 20) for number in range(MOST_FINDINGS + 7)]
    body: Any = compose_audit(programs_of(RUN, [program(1)]), report("INSIDE", *many))
    assert (len(body["report"]["findings"]), body["left_out_count"]) == (MOST_FINDINGS, 7)
    assert {len(item["places"]) for item in body["report"]["findings"]} == {MOST_PLACES}


class TestNote:
    """What the audit came to, in a sentence for the manifest of a pack."""

    def test_nothing_was_found(self) -> None:
        programs = [program(1, "a.nc"), program(2, "b.nc")]
        verdict = judged(programs, audited(programs, report("INSIDE")))
        assert program_note(verdict) == "programs audited, nothing was found against what was approved: a.nc, b.nc"

    def test_findings_hold_back_until_a_person_accepts_them(self) -> None:
        programs = [program(1, "a.nc")]
        audit = audited(programs, report("INSIDE", finding("WARNING", count=4)))
        verdict = judged(programs, audit, accepted=audit["findings_sha256"])
        assert program_note(verdict).startswith("programs accepted by A. Lead")
        assert program_note(judged(programs, audit)).startswith("programs held back: a.nc: warning, a.nc line 3")

    def test_there_is_no_program(self) -> None:
        assert program_note(judged([])) == "there is no program in this pack"
