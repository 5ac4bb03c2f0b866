"""Setup sheets on the wire."""

from collections.abc import Mapping
from math import isfinite

from foundation.canonical_json import JsonObject, JsonValue
from foundation.errors import InvalidFieldsError
from rmos.runs.v1 import runs_service_pb2 as pb
from rmos.runs.v1 import setup_sheet_pb2 as sheet_pb
from rpckit import proto_json
from rpckit.authentication.acting import acting_name
from runs_svc.domain.ids import RunId, read_digest
from runs_svc.domain.sheet.sheet import Compared, Group, SetupSheet, SheetItem, SheetProgram, SheetTool, Warned
from runs_svc.domain.sheet.texts import Texts, Units
from runs_svc.domain.sheet.words import Language
from runs_svc.service.runs.request_messages import override_value
from runs_svc.service.runs.texts import read_line, read_text
from runs_svc.service.runs.timed import timed
from runs_svc.usecases.sheets.mark import NewCheck

_LANGUAGES: Mapping[int, Language] = {
    sheet_pb.SHEET_LANGUAGE_UNSPECIFIED: Language.EN,
    sheet_pb.SHEET_LANGUAGE_EN: Language.EN,
    sheet_pb.SHEET_LANGUAGE_DE: Language.DE,
}
_UNITS: Mapping[int, Units] = {
    sheet_pb.SHEET_UNITS_UNSPECIFIED: Units.MM,
    sheet_pb.SHEET_UNITS_MM: Units.MM,
    sheet_pb.SHEET_UNITS_IN: Units.IN,
}
_LONGEST_ID, _LONGEST_NOTE = 100, 500
_LEAST_MM, _MOST_MM = 0.001, 10_000.0


def read_texts(language: int, units: int) -> Texts:
    """How a sheet is to be written.

    Raises:
        InvalidFieldsError: Language or units are not known.
    """
    if language not in _LANGUAGES:
        raise InvalidFieldsError.one("language", f"{language} is not allowed; SHEET_LANGUAGE_EN, SHEET_LANGUAGE_DE")
    if units not in _UNITS:
        raise InvalidFieldsError.one("units", f"{units} is not allowed; SHEET_UNITS_MM, SHEET_UNITS_IN")
    return Texts(_LANGUAGES[language], _UNITS[units])


def read_check(request: pb.RecordCheckRequest) -> NewCheck:
    """A tick as a caller makes it.

    Raises:
        InvalidFieldsError: A field breaks a rule.
    """
    measured = request.measured_mm if request.HasField("measured_mm") else None
    if measured is not None and not (isfinite(measured) and _LEAST_MM <= measured <= _MOST_MM):
        raise InvalidFieldsError.one("measured_mm", f"{measured:g} is not within {_LEAST_MM:g} to {_MOST_MM:g} mm")
    if measured is not None and not request.done:
        raise InvalidFieldsError.one("measured_mm", "a tick that is taken back measures nothing; leave it out")
    return NewCheck(
        sheet_sha256=read_digest(request.sheet_sha256, "sheet_sha256").sha256,
        item_id=read_line("item_id", request.item_id, _LONGEST_ID, shortest=1),
        done=request.done,
        measured_mm=measured,
        note=read_text("note", request.note, _LONGEST_NOTE),
        person=acting_name("person", request.person),
    )


def write_sheet(sheet: SetupSheet, run_id: RunId, *, drawing: str) -> sheet_pb.SetupSheet:
    """The sheet, with its drawing as SVG."""
    value: JsonObject = {
        "run": f"runs/{run_id}",
        "sha256": sheet.sha256,
        "language": sheet.texts.language.name,
        "units": sheet.texts.units.name,
        "title": sheet.title,
        "instrument_serial": sheet.instrument_serial,
        "operator": sheet.operator,
        "record_time": sheet.recorded_at_utc,
        "document_sha256": sheet.document_sha256,
        "risk_level": sheet.risk_level.value,
        "finding": sheet.finding,
        "gate_decision": sheet.gate.value,
        "released": sheet.released,
        "not_released": sheet.not_released,
        "groups": [_group(item) for item in sheet.groups],
        "tools": [_tool(item) for item in sheet.tools],
        "programs": [_program(item) for item in sheet.programs],
        "warnings": [_warning(item) for item in sheet.warnings],
        "items": [_item(item) for item in sheet.items],
        "drawing_svg": drawing,
        "qr_text": sheet.code,
        "checks_missing": sheet.checks_missing,
    }
    if sheet.score is not None:
        value["score"] = sheet.score
    if sheet.override is not None:
        value["override"] = override_value(sheet.override, run_id)
    for name, amendment in (
        ("acceptance", sheet.acceptance),
        ("signature", sheet.signature),
        ("last_execution", sheet.last_execution),
    ):
        if amendment is not None:
            value[name] = timed(amendment)
    if sheet.compared is not None:
        value["comparison"] = _compared(sheet.compared)
    return proto_json.write(sheet_pb.SetupSheet, value)


def _group(group: Group) -> JsonObject:
    rows: list[JsonValue] = [
        {
            "row_id": row.row_id,
            "label": row.label,
            "text": row.said.text,
            "other_units": row.said.other,
            "known": row.said.known,
        }
        for row in group.rows
    ]
    return {"group_id": group.group_id, "title": group.title, "rows": rows}


def _tool(tool: SheetTool) -> JsonObject:
    value: JsonObject = {"name": tool.name, "kind": tool.kind, "wear": tool.wear, "text": tool.text}
    numbers = {
        "number": tool.number,
        "diameter_mm": tool.diameter_mm,
        "flute_count": tool.flute_count,
        "stickout_mm": tool.stickout_mm,
        "flute_length_mm": tool.flute_length_mm,
    }
    return {**value, **_known(numbers)}


def _program(program: SheetProgram) -> JsonObject:
    value: JsonObject = {
        "name": program.name,
        "sha256": program.sha256,
        "time_text": program.time_text,
        "lowest_z_text": program.lowest_z_text,
        "extent_text": program.extent_text,
    }
    if program.reach is not None:
        value["reach"] = program.reach
    numbers = {
        "shortest_s": program.shortest_s,
        "longest_s": program.longest_s,
        "lowest_z_mm": program.lowest_z_mm,
    }
    return {**value, **_known(numbers)}


def _known(numbers: Mapping[str, float | None]) -> JsonObject:
    return {name: value for name, value in numbers.items() if value is not None}


def _warning(warning: Warned) -> JsonObject:
    levels = {"risk_level": warning.risk_level, "finding_level": warning.finding_level}
    said: JsonObject = {name: level for name, level in levels.items() if level}
    return {"text": warning.text, "accepted_by": warning.accepted_by, **said}


def _compared(compared: Compared) -> JsonObject:
    value: JsonObject = {
        "run": f"runs/{compared.run_id}",
        "instrument_serial": compared.instrument_serial,
        "changes": list(compared.changes),
        "left_out_count": compared.left_out,
    }
    return {**value, "finish_time": compared.finished_at_utc} if compared.finished_at_utc else value


def _item(item: SheetItem) -> JsonObject:
    value: JsonObject = {
        "item_id": item.item.item_id,
        "text": item.text,
        "required": item.item.required,
        "takes_measure": item.item.takes_measure,
        "done": item.done,
    }
    return value if item.mark is None else {**value, "check": timed(item.mark)}
