"""Tool lists in CSV with a header line, as spreadsheets write them: any separator, decimal commas, units."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feasibility_svc.adapters.tool_libraries.entries import limited
from feasibility_svc.adapters.tool_libraries.fusion_table import is_fusion_table, read_fusion_table
from feasibility_svc.adapters.tool_libraries.numbers import shown
from feasibility_svc.adapters.tool_libraries.quantities import (
    MM_PER_INCH,
    length_unit,
    mm_per,
    rate_per,
    says_degrees,
    says_rpm,
)
from feasibility_svc.adapters.tool_libraries.table_columns import ANGLES, LENGTHS, PRESETS, field_of
from feasibility_svc.adapters.tool_libraries.table_rows import Row, read_rows
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError

_METRIC = dict.fromkeys(("1", "true", "yes", "y"), 1.0) | dict.fromkeys(("0", "false", "no", "n"), MM_PER_INCH)
_LENGTH_FIELDS = frozenset(LENGTHS.values()) | {"stepdown", "stepover"}
_RATE_FIELDS = frozenset({"feed", "plunge"})
_CARBIDE_CREATE = frozenset({"numflutes", "flutelength", "shaftdiameter", "metric"})
"""Columns of Carbide Create, in whose tables 0 stands for "not stated"."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table means."""

    title: str
    field: str
    factor: float | None
    """Millimetres per unit, or millimetres a minute, where the title says it."""
    unknown: bool = False
    """Whether the title names a unit that is none of such a quantity."""


def read_table(data: bytes, *, factor: float | None) -> list[LibraryTool]:
    """The tools of a table.

    Args:
        data: The file.
        factor: Millimetres per unit where neither title, row nor cell says; None where nobody does.

    Raises:
        LibraryUnreadableError: It is no table with a column for the diameter, or a length has no unit, and nobody has
            said which the table uses.
    """
    header, rows = _cells(data)
    if is_fusion_table(header):
        return read_fusion_table(header, rows)
    columns = [_column(title) for title in header]
    diameters = [column for column in columns if column.field == "diameter_mm"]
    if not diameters:
        raise LibraryUnreadableError("it is no tool table: no column is called diameter")
    zero_is_nothing = {column.title.strip().lower() for column in columns} >= _CARBIDE_CREATE
    factor = factor or diameters[0].factor
    return read_rows([_row(columns, row, factor, zero_is_nothing=zero_is_nothing) for row in rows])


def _cells(data: bytes) -> tuple[list[str], list[list[str]]]:
    text = _decoded(data)
    first = text.lstrip("\r\n").replace("\r", "\n").split("\n", 1)[0]
    if not first.strip():
        raise LibraryUnreadableError("it is no table: no text with a header line")
    separator = max(";\t,", key=first.count)
    try:
        lines = io.StringIO(text, newline=None)  # a lone CR ends a line too
        header, *rows = limited(row for row in csv.reader(lines, delimiter=separator) if any(row))
    except (csv.Error, ValueError) as error:
        raise LibraryUnreadableError(f"it is no table: {error}") from error
    return header, rows


def _decoded(data: bytes) -> str:
    """The text of a table: UTF-8, UTF-16 with its mark, or else what Windows writes in the west."""
    marked = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LibraryUnreadableError("it is no table: its text cannot be read; save it as UTF-8")


def _column(title: str) -> Column:
    """The meaning of a title, and its unit, as in "Diameter (in)" or "d_mm"."""
    plain, _, unit = title.lower().replace("[", "(").partition("(")
    plain, unit = plain.strip().replace("_", " "), unit.strip().removesuffix("]").removesuffix(")").strip()
    head, _, last = plain.rpartition(" ")
    if not unit and head and not field_of(plain) and _factor(field_of(head), last) is not None:
        plain, unit = head, last
    field = field_of(plain.removesuffix(" deg"))
    factor = _factor(field, unit) if unit else None
    measured = field in _LENGTH_FIELDS | _RATE_FIELDS | {*ANGLES.values(), "speed"}
    return Column(title, field, factor, unknown=bool(unit) and measured and factor is None)


def _factor(field: str, unit: str) -> float | None:
    """What a unit makes of a quantity; None where it is no unit of it."""
    if field in _LENGTH_FIELDS:
        return mm_per(unit)
    if field in _RATE_FIELDS:
        return rate_per(unit) or mm_per(unit)
    plain = says_degrees(unit) if field in ANGLES.values() else field == "speed" and says_rpm(unit)
    return 1.0 if plain else None


def _row(columns: Sequence[Column], cells: Sequence[str], factor: float | None, *, zero_is_nothing: bool) -> Row:
    """The cells of a row that say something. A row is often shorter than its header."""
    row: dict[str, str] = {}
    factors: dict[str, float] = {}
    unread: list[str] = []
    unclear: list[Column] = []
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if not text or (zero_is_nothing and column.field in {*LENGTHS.values(), *ANGLES.values()} and _is_zero(text)):
            continue
        if not column.field or (column.unknown and column.field != "diameter_mm"):
            unread.append(column.title)
            continue
        if column.unknown and column.field not in row:
            unclear.append(column)
        row.setdefault(column.field, text)
        if column.factor is not None:
            factors.setdefault(column.field, column.factor)
    own, unknown = _unit(row)
    if unknown:
        return Row(row, {}, tuple(unread), skipped=f"its unit {unknown!r} is not known")
    if unclear and own is None and length_unit(row[unclear[0].field]) == "":
        raise LibraryUnreadableError(f"the unit in the title {shown(unclear[0].title)} is not known: write mm or in")
    lengths = {field for field in row if field in {*LENGTHS.values()} or field in PRESETS.values()}
    rates = {field: value for field, value in factors.items() if field in _RATE_FIELDS}
    known = {field: rates.get(field) or own or factors.get(field) or factor for field in lengths}
    return Row(row, {field: value for field, value in known.items() if value is not None}, tuple(unread))


def _is_zero(text: str) -> bool:
    return text.strip("0.,") == ""


def _unit(row: Mapping[str, str]) -> tuple[float | None, str]:
    """The unit that a row says, and the word that is none."""
    if "metric" in row:
        word = row["metric"].lower()
        return (_METRIC[word], "") if word in _METRIC else (None, f"metric {row['metric']}")
    if "unit" not in row:
        return None, ""
    found = mm_per(row["unit"])
    return (found, "") if found is not None else (None, row["unit"])
