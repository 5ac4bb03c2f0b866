"""AIP-160 filters: comparisons joined by AND, OR, NOT and parentheses.

    status = BLOCKED AND (tool_id = "end_mill_*" OR score < 50) AND NOT mode IN (saw, router)

IN takes several values; a trailing * in a text makes a prefix; `prompt : rope` finds a text that holds another.
Grammar, loosest first: OR, AND (also written as a blank), NOT or -.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from foundation.errors import Violation
from foundation.names import canonical_label
from foundation.timestamps import read_span
from runs_svc.domain.errors import InvalidFilterError
from runs_svc.domain.listing.values import Words


@dataclass(frozen=True, slots=True)
class Fields:
    """What a list can be filtered by."""

    texts: frozenset[str]
    numbers: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset({"create_time"})
    searched: frozenset[str] = frozenset()
    """Texts that are only looked into, with `:`."""
    words: Mapping[str, Words] = field(default_factory=dict)
    """The texts that have only certain values."""
    digests: frozenset[str] = frozenset()
    """SHA-256 digests, with `=`: one of several has to be the one asked for, or to hold these digits in a row."""

    labels: frozenset[str] = frozenset()
    """Those of the texts that are kept and compared in the form of `canonical_label`."""

    @property
    def all(self) -> frozenset[str]:
        return self.texts | self.numbers | self.times | self.searched | self.digests


RISK_LEVELS = Words(("GREEN", "YELLOW", "RED", "UNKNOWN", "ERROR"), "RISK_LEVEL_")
RUN_FIELDS = Fields(
    texts=frozenset(
        {
            "status",
            "mode",
            "tool_id",
            "material_id",
            "machine_id",
            "risk_level",
            "gate_decision",
            "event_type",
            "workflow_session_id",
            "request_id",
            "parent_run_id",
            "instrument_serial",
            "operator",
            "legal_hold",
            "run_id",
            "design_name",
            "audit",
            "execution",
            "override_request",
            "waits_for_person",
        }
    ),
    words={
        "status": Words(("OK", "BLOCKED", "ERROR"), "RUN_STATUS_"),
        "risk_level": RISK_LEVELS,
        "gate_decision": Words(("ALLOWED", "BLOCKED", "OVERRIDDEN"), "GATE_DECISION_"),
        "legal_hold": Words(("yes", "no")),
        "audit": Words(("NONE", "RELEASED", "NEEDS_ACCEPTANCE", "NOT_VERIFIABLE", "DEVIATES"), "PROGRAM_RELEASE_"),
        "execution": Words(("", "STARTED", "FINISHED", "ABORTED", "SCRAPPED"), "EXECUTION_STEP_"),
        "override_request": Words(("none", "waiting", "answered")),
        "waits_for_person": Words(("yes", "no")),
    },
    numbers=frozenset({"score"}),
    searched=frozenset({"meta"}),
    digests=frozenset({"attachment_sha256"}),
    labels=frozenset({"instrument_serial", "operator"}),
)
COLUMNS = {
    "create_time": "created_at_utc",
    "update_time": "updated_at_utc",
    "meta": "meta_keys",
    "attachment_sha256": "attachment_digests",
}
"""Names in records of fields that callers know by another."""

LONGEST_FILTER = 4_000
_MOST_TERMS, _MOST_NESTED = 50, 12
_TOKEN = re.compile(
    r"""\s*(?:(?P<paren>[()])|(?P<operator><=|>=|!=|=|<|>|:)|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()<>=!":]+(?::[^\s()<>=!":]+)*))"""
)
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_DIGEST = re.compile(r"[0-9a-fA-F]{12,64}")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field held against a value; `prefix` for a text that ended in *."""

    field: str
    operator: str
    value: str | float
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    term: "Filter"


@dataclass(frozen=True, slots=True)
class And:
    terms: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    terms: tuple["Filter", ...]


Filter: TypeAlias = Comparison | Not | And | Or


def comparisons(condition: Filter) -> Iterator[Comparison]:
    """Every comparison in a filter."""
    match condition:
        case And(terms) | Or(terms):
            for term in terms:
                yield from comparisons(term)
        case Not(term):
            yield from comparisons(term)
        case _:
            yield condition


def parse(text: str, fields: Fields = RUN_FIELDS) -> Filter | None:
    """The filter in a string; None for an empty one.

    Raises:
        InvalidFilterError: Says what was not understood and what is allowed.
    """
    if len(text) > LONGEST_FILTER:
        raise _wrong(f"is longer than {LONGEST_FILTER} characters")
    tokens = list(islice(_tokens(text), 4 * _MOST_TERMS + 1))
    if not tokens:
        return None
    if len(tokens) > 4 * _MOST_TERMS:
        raise _wrong(f"has more than {_MOST_TERMS} comparisons")
    parser = _Parser(tokens, fields)
    parsed = parser.disjunction()
    parser.expect_end()
    return parsed


def _wrong(description: str) -> InvalidFilterError:
    return InvalidFilterError([Violation("filter", description)])


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> Iterator[_Token]:
    text, position = text.rstrip(), 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _wrong(f"cannot be read from {text[position:].strip()[:30]!r} on")
        kind = str(match.lastgroup)
        content = match[kind]
        yield _Token(kind, re.sub(r"\\(.)", r"\1", content) if kind == "quoted" else content)
        position = match.end()


class _Parser:
    def __init__(self, tokens: list[_Token], fields: Fields) -> None:
        self._tokens = tokens
        self._fields = fields
        self._position = self._nested = 0

    def disjunction(self) -> Filter:
        terms = [self._conjunction()]
        while self._take_word("OR"):
            terms.append(self._conjunction())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def expect_end(self) -> None:
        if self._position < len(self._tokens):
            raise _wrong(f"has {self._tokens[self._position].text!r} where nothing was expected")

    def _conjunction(self) -> Filter:
        terms = [self._negation()]
        while self._take_word("AND") or self._at_term():
            terms.append(self._negation())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _negation(self) -> Filter:
        if self._take_word("NOT"):
            negated = True
            while self._take_word("NOT"):
                negated = not negated
            inner = self._negation()
            return _not(inner) if negated else inner
        if self._peek() == _Token("paren", "("):
            self._position += 1
            self._nested += 1
            if self._nested > _MOST_NESTED:
                raise _wrong(f"is nested deeper than {_MOST_NESTED} parentheses")
            inner = self.disjunction()
            self._nested -= 1
            if self._peek() != _Token("paren", ")"):
                raise _wrong("lacks a closing parenthesis")
            self._position += 1
            return inner
        return self._comparison()

    def _comparison(self) -> Filter:
        field = self._take("word", "a field name")
        if field not in self._fields.all:
            raise _wrong(f"{field!r} is not a field; allowed: {', '.join(sorted(self._fields.all))}")
        if self._take_word("IN"):
            return self._one_of(field)
        operator = self._take("operator", f"an operator after {field}")
        token = self._peek()
        if token is None or token.kind not in {"quoted", "word"}:
            raise _wrong(f"lacks a value after {field} {operator}")
        self._position += 1
        return _compare(self._fields, field, operator, token)

    def _one_of(self, field: str) -> Filter:
        """The rest of `field IN (a, "b", c)`."""
        if self._peek() != _Token("paren", "("):
            raise _wrong(f"lacks an opening parenthesis after {field} IN")
        self._position += 1
        values: list[_Token] = []
        while (token := self._peek()) is not None and token.kind in {"quoted", "word"}:
            self._position += 1
            parts = [token.text] if token.kind == "quoted" else [part for part in token.text.split(",") if part]
            values.extend(_Token(token.kind, part) for part in parts)
        if not values or self._peek() != _Token("paren", ")"):
            raise _wrong(f"needs values in parentheses after {field} IN, for example (OK, BLOCKED)")
        self._position += 1
        return Or(tuple(_compare(self._fields, field, "=", value) for value in values))

    def _peek(self) -> _Token | None:
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def _at_term(self) -> bool:
        token = self._peek()
        return token is not None and token != _Token("paren", ")") and token != _Token("word", "OR")

    def _take_word(self, word: str) -> bool:
        if self._peek() != _Token("word", word):
            return False
        self._position += 1
        return True

    def _take(self, kind: str, expected: str) -> str:
        token = self._peek()
        if token is None or token.kind != kind:
            raise _wrong(f"has {token.text!r} instead of {expected}" if token else f"ends where {expected} is expected")
        self._position += 1
        return token.text


def _not(term: Filter) -> Filter:
    return term.term if isinstance(term, Not) else Not(term)


def _compare(fields: Fields, name: str, operator: str, token: _Token) -> Filter:
    if name in fields.digests:
        return _digest(name, operator, token.text)
    if name in fields.searched and operator != ":":
        raise _wrong(f"{name} allows :, not {operator}")
    if operator == ":" and name not in fields.texts | fields.searched:
        raise _wrong(f"{name} is no text, so : has no meaning for it")
    if name in fields.numbers:
        number = float(token.text) if _NUMBER.fullmatch(token.text) else math.inf
        if math.isinf(number):
            raise _wrong(f"{token.text!r} is not a number for {name}")
        return Comparison(name, operator, number)
    if name in fields.times:
        return _time(name, operator, token.text)
    if operator not in {"=", "!=", ":"}:
        raise _wrong(f"{name} allows =, != and :, not {operator}")
    prefix = operator != ":" and token.text.endswith("*")
    text = token.text.removesuffix("*") if prefix else token.text
    if name in fields.labels:
        text = canonical_label(text)
    if operator == ":":
        return Comparison(name, operator, _word(fields, name, text.lower(), is_part=True))
    return Comparison(name, operator, _word(fields, name, text, is_prefix=prefix), prefix)


def _word(fields: Fields, name: str, text: str, *, is_prefix: bool = False, is_part: bool = False) -> str:
    words = fields.words.get(name)
    if words is None:
        return text
    value = words.read_part(text) if is_part else words.read(text, is_prefix=is_prefix)
    if value is None:
        raise _wrong(f"{text!r} is no {name}; allowed: {', '.join(filter(None, words.stored))}")
    return value


def _time(name: str, operator: str, text: str) -> Filter:
    """A comparison with a moment, or with the whole of a day."""
    span = read_span(text)
    if span is None:
        raise _wrong(f"{text!r} is not a time for {name}; write 2026-03-01 or 2026-03-01T12:00:00Z")
    if span.until is None:
        return Comparison(name, operator, span.start)
    match operator:
        case "<=":
            return Comparison(name, "<", span.until)
        case ">":
            return Comparison(name, ">=", span.until)
        case "=":
            return And((Comparison(name, ">=", span.start), Comparison(name, "<", span.until)))
        case "!=":
            return Or((Comparison(name, "<", span.start), Comparison(name, ">=", span.until)))
    return Comparison(name, operator, span.start)


def _digest(field: str, operator: str, text: str) -> Comparison:
    if operator != "=" or not _DIGEST.fullmatch(text):
        raise _wrong(f"{field} allows = and 12 to 64 hex digits in a row of a SHA-256, not {operator} {text!r}")
    return Comparison(field, ":", text.lower())
