"""LinuxCNC tool tables (`.tbl`): a line per tool, `T1 P1 D0.125 Z+0.5 ;1/8 end mill`."""

import re
from collections.abc import Iterator, Mapping

from feasibility_svc.adapters.tool_libraries.entries import UNIT_ASKED, limited
from feasibility_svc.adapters.tool_libraries.numbers import count_of, number_of, shown, tool_number
from feasibility_svc.domain.catalogue.tool_identity import exported_id
from feasibility_svc.domain.catalogue.tool_library import LibraryTool
from feasibility_svc.domain.scoring.errors import LibraryUnreadableError

_OURS = re.compile(r"\s*\[rmos ([A-Za-z0-9_.-]{1,100})\]\s*\Z")
"""The id that an export puts behind the name, since a table has no identifier of its own."""
_LETTERS = frozenset("TPXYZABCUVWDIJQ")
"""What a word of a table may begin with."""
_WORD = re.compile(r"([A-Za-z])\s*([-+]?[\d.,]+)")


def read_linuxcnc_table(data: bytes, *, factor: float | None) -> list[LibraryTool]:
    """The tools of a table. It knows numbers and diameters only; kind and flutes have to be added.

    Args:
        data: The file.
        factor: Millimetres per unit of the machine the table belongs to; the table does not say.

    Raises:
        LibraryUnreadableError: It is no text, or no line names a tool, or nobody has said the unit.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LibraryUnreadableError("it is no LinuxCNC table: no UTF-8 text") from error
    tools = list(limited(_tools(text, 1.0 if factor is None else factor)))
    if not tools:
        raise LibraryUnreadableError("it is no LinuxCNC table: no line starts with a tool number")
    if factor is None:
        raise LibraryUnreadableError(f"a LinuxCNC table has no unit: {UNIT_ASKED}")
    return tools


def _tools(text: str, factor: float) -> Iterator[LibraryTool]:
    for place, line in enumerate(text.splitlines(), start=1):
        code, _, comment = line.partition(";")
        pairs = [(letter.upper(), value) for letter, value in _WORD.findall(code)]
        words = dict(pairs)
        if "T" not in words:
            continue
        ours = _OURS.search(comment)
        identity = exported_id(ours[1]) if ours else ""
        name = _OURS.sub("", comment).strip()[:200] or f"tool {words['T'][:20]}"
        if _WORD.sub("", code).strip() or len(words) < len(pairs) or not words.keys() <= _LETTERS:
            skipped = (
                f"line {place} cannot be read: {shown(code.strip())}; each of its words is a letter and one number"
            )
            yield LibraryTool("", None, name, {}, skipped=skipped)
            continue
        try:
            number = tool_number(int(count_of(words["T"])))
            diameter = number_of(words.get("D", "0")) * factor
        except (ValueError, OverflowError):
            yield LibraryTool("", None, name, {}, skipped=f"line {place} cannot be read")
            continue
        if number is None or number < 0:
            yield LibraryTool(
                "", None, name, {}, skipped=f"line {place} cannot be read: T{words['T'][:20]} is no number"
            )
            continue
        if diameter < 0:
            skipped = f"the diameter {shown(words['D'])} is not allowed: it should be greater than 0"
            yield LibraryTool("", number, name, {}, skipped=skipped)
            continue
        if diameter == 0:
            yield LibraryTool("", number, name, {}, skipped="it has no diameter: a probe, a holder or an empty place")
            continue
        if _is_for_turning(words):
            yield LibraryTool("", number, name, {}, skipped="it has angles of its edges: a tool of a lathe")
            continue
        remarks = ["kind and flutes are not in a LinuxCNC table"]
        if factor != 1.0:
            remarks.append(f"read as inches: {diameter:g} mm")
        yield LibraryTool(identity, number, name, {"diameter_mm": round(diameter, 9)}, remarks=remarks)


def _is_for_turning(words: Mapping[str, str]) -> bool:
    """Whether a line gives front or back angle of an edge, whose diameter is that of its tip."""
    return any(words.get(letter, "").strip("+-0.,") for letter in ("I", "J"))
