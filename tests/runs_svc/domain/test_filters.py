from enum import StrEnum

import pytest

from runs_svc.domain.errors import InvalidFilterError
from runs_svc.domain.listing.filters import RUN_FIELDS, And, Comparison, Not, Or, parse
from runs_svc.domain.runs.gate import GateDecision, RiskLevel, RunStatus

MODE = Comparison("mode", "=", "saw")
OK = Comparison("status", "=", "OK")
DAY, NEXT = "2026-03-01T00:00:00.000000Z", "2026-03-02T00:00:00.000000Z"
LOW = Comparison("score", "<", 50.0)


def test_nothing_matches_everything() -> None:
    assert parse("") is None
    assert parse("   ") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mode = saw", MODE),
        ('mode="saw"', MODE),
        ("mode = saw AND status = OK", And((MODE, OK))),
        ("mode = saw status = OK", And((MODE, OK))),
        ("mode = saw OR status = OK AND score < 50", Or((MODE, And((OK, LOW))))),
        ("(mode = saw OR status = OK) AND score < 50", And((Or((MODE, OK)), LOW))),
        ("NOT mode = saw", Not(MODE)),
        ("NOT NOT mode = saw", MODE),
        ("NOT " * 40 + "mode = saw", MODE),
        ("NOT (NOT (NOT mode = saw))", Not(MODE)),
        ("status = run_status_ok", OK),
        ("status = ok", OK),
        ("status = Bl*", Comparison("status", "=", "BL", prefix=True)),
        ('tool_id = "end_*"', Comparison("tool_id", "=", "end_", prefix=True)),
        (r'operator = "a\"b"', Comparison("operator", "=", 'a"b')),
        ("mode IN (saw)", Or((MODE,))),
        ('operator = "ANN Ito"', Comparison("operator", "=", "annito")),
        ('operator : "ANN"', Comparison("operator", ":", "ann")),
        ('mode IN (saw,"pocket")', Or((MODE, Comparison("mode", "=", "pocket")))),
        ("meta : Wood", Comparison("meta", ":", "wood")),
        (f"attachment_sha256 = {'AB' * 32}", Comparison("attachment_sha256", ":", "ab" * 32)),
        ("attachment_sha256 = 0123456789AB", Comparison("attachment_sha256", ":", "0123456789ab")),
        ("create_time >= 2026-03-01", Comparison("create_time", ">=", "2026-03-01T00:00:00.000000Z")),
        ('create_time >= "2026-03-01T00:30:00+01:00"', Comparison("create_time", ">=", "2026-02-28T23:30:00.000000Z")),
        ("create_time < 2026-03-01", Comparison("create_time", "<", DAY)),
        ("create_time <= 2026-03-01", Comparison("create_time", "<", NEXT)),
        ("create_time > 2026-03-01", Comparison("create_time", ">=", NEXT)),
        ("create_time <= 9999-12-31", Comparison("create_time", "<", "9999-12-31T23:59:59.999999Z")),
        ("create_time = 2026-03-01", And((Comparison("create_time", ">=", DAY), Comparison("create_time", "<", NEXT)))),
        ("create_time != 2026-03-01", Or((Comparison("create_time", "<", DAY), Comparison("create_time", ">=", NEXT)))),
        ("create_time < 2026-03-01T12:00:00.5Z", Comparison("create_time", "<", "2026-03-01T12:00:00.500000Z")),
    ],
)
def test_filters_are_read(text: str, expected: object) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("colour = red", "not a field"),
        ("mode", "an operator after mode"),
        ("mode =", "lacks a value"),
        ("= saw", "a field name"),
        ("mode = saw AND", "ends where"),
        ("(mode = saw", "closing parenthesis"),
        ("mode = saw)", "nothing was expected"),
        ("mode < saw", "allows =, !="),
        ("score : 5", "is no text"),
        ("mode IN saw", "lacks an opening parenthesis"),
        ("mode IN ()", "needs values in parentheses"),
        ("mode IN (saw", "needs values in parentheses"),
        ("meta = wood", "meta allows :, not ="),
        ("attachment_sha256 = 0123456789a", "12 to 64 hex digits in a row of a SHA-256"),
        (f"attachment_sha256 = {'a' * 65}", "12 to 64 hex digits in a row of a SHA-256"),
        (f"attachment_sha256 != {'ab' * 32}", "allows = and 12 to 64 hex digits"),
        ("score = high", "not a number"),
        ("create_time > yesterday", "not a time"),
        ("create_time > 2026-02-30", "not a time"),
        ("create_time > 2026-13-45", "not a time"),
        ("create_time <= 10000-01-01", "not a time"),
        ("create_time > 2026-03-01T12:00:00+99:00", "not a time"),
        ("risk_level = GREEEN", "'GREEEN' is no risk_level; allowed: GREEN, YELLOW, RED, UNKNOWN, ERROR"),
        ("risk_level = RISK_LEVEL_UNSPECIFIED", "is no risk_level"),
        ("score > nan", "'nan' is not a number for score"),
        ("score > -inf", "'-inf' is not a number for score"),
        ("score > 1e999", "'1e999' is not a number for score"),
        ("score > 1_0", "'1_0' is not a number for score"),
        ("score > ٧", "'٧' is not a number for score"),
        ("risk_level : GREEEN", "'greeen' is no risk_level; allowed: GREEN, YELLOW, RED, UNKNOWN, ERROR"),
        ("gate_decision = OPEN", "allowed: ALLOWED, BLOCKED, OVERRIDDEN"),
        ("status IN (OK, 99)", "'99' is no status"),
        ("status = X*", "'X' is no status"),
        ("(" * 13 + "mode = saw" + ")" * 13, "deeper than 12"),
        ('mode = "saw', "cannot be read"),
        ("x" * 4001, "longer than"),
        (" ".join(["mode = saw"] * 100), "more than"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(InvalidFilterError, match=complaint):
        parse(text)


@pytest.mark.parametrize(
    ("name", "kinds"), [("status", RunStatus), ("risk_level", RiskLevel), ("gate_decision", GateDecision)]
)
def test_every_value_a_run_can_have_is_found(name: str, kinds: type[StrEnum]) -> None:
    assert set(RUN_FIELDS.words[name].stored) == {kind.value for kind in kinds}
