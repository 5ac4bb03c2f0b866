"""What a filter means: the meaning every database's query language is held against."""

from collections.abc import Callable, Mapping

from runs_svc.domain.listing.filters import COLUMNS, And, Comparison, Filter, Not, Or

_OPERATORS: dict[str, Callable[[object, object], bool]] = {
    "=": lambda given, value: given == value,
    "!=": lambda given, value: given != value,
    "<": lambda given, value: given < value,  # type: ignore[operator]
    "<=": lambda given, value: given <= value,  # type: ignore[operator]
    ">": lambda given, value: given > value,  # type: ignore[operator]
    ">=": lambda given, value: given >= value,  # type: ignore[operator]
}


def matches(condition: Filter | None, row: Mapping[str, object]) -> bool:
    """True when a row matches a filter; every row matches none."""
    match condition:
        case None:
            return True
        case And(terms):
            return all(matches(term, row) for term in terms)
        case Or(terms):
            return any(matches(term, row) for term in terms)
        case Not(term):
            return not matches(term, row)
        case Comparison():
            return _compare(condition, row)


def _compare(comparison: Comparison, row: Mapping[str, object]) -> bool:
    given = row[COLUMNS.get(comparison.field, comparison.field)]
    if given is None:
        return False
    if comparison.prefix:
        within = str(given).startswith(str(comparison.value))
        return within if comparison.operator == "=" else not within
    if comparison.operator == ":":
        return str(comparison.value) in str(given).lower()
    return _OPERATORS[comparison.operator](given, comparison.value)
