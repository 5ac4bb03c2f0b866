"""Pages made from the contract, and the JSON Schema of job files.

    build/reference/api.md                            every service, RPC, message and enum with its comments
    docs/reference/job-file.md                        the fields of a job file
    clients/python/rmos_client/job.schema.json        the same for editors

`generate.py` writes them; a test compares those that are committed.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from google.protobuf import descriptor_pb2

Field = descriptor_pb2.FieldDescriptorProto
Schema: TypeAlias = dict[str, object]
"""A JSON Schema, or a part of one."""
Kind = descriptor_pb2.DescriptorProto | descriptor_pb2.EnumDescriptorProto
NOTE = "<!-- made from the contract by protos/reference.py: edit the comments in protos/ -->"
JOB = {
    "design": ("rmos.type.v1.Design", "What is to be cut."),
    "context": ("rmos.type.v1.Context", "With what and how."),
    "linkage": ("rmos.runs.v1.RunLinkage", "Where the run stands among sessions, parents, machines and tool chains."),
    "envelope": ("rmos.type.v1.ProgramEnvelope", "What its programs must keep besides the cut's own numbers."),
}
_SCALARS = {
    Field.TYPE_DOUBLE: "number",
    Field.TYPE_FLOAT: "number",
    Field.TYPE_INT32: "integer",
    Field.TYPE_INT64: "integer",
    Field.TYPE_UINT32: "integer",
    Field.TYPE_UINT64: "integer",
    Field.TYPE_BOOL: "boolean",
    Field.TYPE_STRING: "string",
    Field.TYPE_BYTES: "string",
}
_WORDS = {"number": "number", "integer": "whole number", "boolean": "true or false", "string": "text"}


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract with its comments."""

    files: tuple[descriptor_pb2.FileDescriptorProto, ...]
    messages: Mapping[str, descriptor_pb2.DescriptorProto]
    enums: Mapping[str, descriptor_pb2.EnumDescriptorProto]
    comments: Mapping[tuple[str, tuple[int, ...]], str]
    """By file and path in it, as descriptor.proto numbers it."""
    places: Mapping[str, tuple[str, tuple[int, ...]]]
    """File and path of each message and enum."""

    def comment(self, name: str, *below: int) -> str:
        file, path = self.places[name]
        return self.comments.get((file, (*path, *below)), "")


def read(image: Path) -> Contract:
    """The contract from a descriptor set that holds the comments."""
    every = descriptor_pb2.FileDescriptorSet.FromString(image.read_bytes())
    files = tuple(file for file in every.file if file.package.startswith("rmos."))
    messages: dict[str, descriptor_pb2.DescriptorProto] = {}
    enums: dict[str, descriptor_pb2.EnumDescriptorProto] = {}
    places: dict[str, tuple[str, tuple[int, ...]]] = {}
    comments: dict[tuple[str, tuple[int, ...]], str] = {}
    for file in files:
        for number, message in enumerate(file.message_type):
            messages[name := f"{file.package}.{message.name}"] = message
            places[name] = (file.name, (4, number))
        for number, enum in enumerate(file.enum_type):
            enums[name := f"{file.package}.{enum.name}"] = enum
            places[name] = (file.name, (5, number))
        for location in file.source_code_info.location:
            text = re.sub(r"\s+", " ", location.leading_comments).strip()
            comments[file.name, tuple(location.path)] = text
    return Contract(files, messages, enums, comments, places)


def job_schema(contract: Contract) -> str:
    """JSON Schema of job files, draft 2020-12."""
    needed: Schema = {}
    properties: Schema = {
        "name": {"type": "string", "description": "Name of the job."},
        "mode": {"type": "string", "description": "Kind of work: saw, router, rosette, fret_slotting, cam …"},
        "engine_id": {"type": "string", "description": "Engine; absent: the server's default."},
        "attachments": {
            "type": "array",
            "description": "Files of the job, their paths beside it.",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("file", "kind", "mime")},
                "required": ["file", "kind"],
                "additionalProperties": False,
            },
        },
    }
    for key, (name, description) in JOB.items():
        properties[key] = {"$ref": f"#/$defs/{_short(name)}", "description": description}
        _define(contract, name, needed)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "RMOS job file",
        "type": "object",
        "properties": properties,
        "required": ["design", "context"],
        "additionalProperties": False,
        "$defs": dict(sorted(needed.items())),
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _define(contract: Contract, name: str, needed: Schema) -> None:
    if _short(name) in needed or name not in contract.messages:
        return
    needed[_short(name)] = {}  # it may name itself
    fields = contract.messages[name].field
    needed[_short(name)] = {
        "type": "object",
        "description": contract.comment(name),
        "properties": {
            field.name: _schema_of(contract, field) | {"description": contract.comment(name, 2, place)}
            for place, field in enumerate(fields)
        },
        "additionalProperties": False,
    }
    for field in fields:
        if field.type == Field.TYPE_MESSAGE:
            _define(contract, field.type_name[1:], needed)


def _schema_of(contract: Contract, field: Field) -> Schema:
    one: Schema
    if field.type == Field.TYPE_MESSAGE:
        known = field.type_name[1:] in contract.messages
        one = {"$ref": f"#/$defs/{_short(field.type_name)}"} if known else {}
    elif field.type == Field.TYPE_ENUM:
        one = {"enum": list(_short_values(contract.enums[field.type_name[1:]]))}
    elif field.name.endswith(("_mm", "_mm_per_min")):
        one = {"type": ["number", "string"]}  # text may name its unit: 1/8 in
    else:
        one = {"type": _SCALARS[field.type]}
    return {"type": "array", "items": one} if field.label == Field.LABEL_REPEATED else one


def job_page(contract: Contract) -> str:
    """The reference of job files."""
    lines = [
        "# Fields of a job file",
        "",
        NOTE,
        "",
        "Text of [command-line.md](../command-line.md) says how they are written. `mode`, `name`, `engine_id` and",
        "`attachments` (each with `file`, `kind` and, if need be, `mime`) stand beside these:",
    ]
    told: set[str] = set()
    for key, (name, description) in JOB.items():
        lines += ["", f"## `{key}`", "", description, *_table(contract, name)]
        told.add(name)
        for below in _below(contract, name, told):
            lines += ["", f"### {_short(below)}", "", contract.comment(below), *_table(contract, below)]
    return "\n".join(lines) + "\n"


def _below(contract: Contract, name: str, told: set[str]) -> Iterator[str]:
    for field in contract.messages[name].field:
        below = field.type_name[1:]
        if field.type == Field.TYPE_MESSAGE and below in contract.messages and below not in told:
            told.add(below)
            yield below
            yield from _below(contract, below, told)


def _table(contract: Contract, name: str) -> Iterator[str]:
    yield from ("", "| field | value | meaning |", "|---|---|---|")
    for place, field in enumerate(contract.messages[name].field):
        meaning = _cell(contract.comment(name, 2, place))
        yield f"| `{field.name}` | {_value_of(contract, field)} | {meaning} |"


def _value_of(contract: Contract, field: Field) -> str:
    if field.type == Field.TYPE_ENUM:
        one = ", ".join(_short_values(contract.enums[field.type_name[1:]]))
    elif field.type == Field.TYPE_MESSAGE:
        one = _short(field.type_name)
    else:
        one = _WORDS[_SCALARS[field.type]]
    return f"list of {one}" if field.label == Field.LABEL_REPEATED else one


def api_page(contract: Contract) -> str:
    """Every service with its RPCs, then messages and enums."""
    lines = ["# API reference", "", NOTE]
    for file in contract.files:
        for number, service in enumerate(file.service):
            comment = contract.comments.get((file.name, (6, number)), "")
            lines += ["", f"## {file.package}.{service.name}", "", comment]
            for place, method in enumerate(service.method):
                said = contract.comments.get((file.name, (6, number, 2, place)), "")
                lines += ["", f"### {method.name}", "", f"`{_signature(method)}`", "", said]
    for file in contract.files:
        lines += ["", f"## Messages of {file.name}"]
        for message in file.message_type:
            name = f"{file.package}.{message.name}"
            lines += ["", f"### {message.name}", "", contract.comment(name)]
            if message.field:
                lines += _table(contract, name)
        for enum in file.enum_type:
            name = f"{file.package}.{enum.name}"
            lines += ["", f"### {enum.name}", "", contract.comment(name), "", "| value | meaning |", "|---|---|"]
            lines += [
                f"| `{value.name}` | {contract.comment(name, 2, place)} |" for place, value in enumerate(enum.value)
            ]
    return "\n".join(lines) + "\n"


def errors_page(contract: Contract) -> str:
    """The reasons of errors, with their status codes, what they mean, and the methods whose comments name them."""
    name = "rmos.type.v1.ErrorReason"
    lines = ["# Reasons of errors", "", NOTE, "", contract.comment(name), ""]
    lines += ["| reason | status | meaning | of |", "|---|---|---|---|"]
    said_of = list(_methods_with_comments(contract))
    for place, value in enumerate(contract.enums[name].value[1:], start=1):
        reason = value.name.removeprefix("ERROR_REASON_")
        status, _, meaning = contract.comment(name, 2, place).partition(": ")
        methods = ", ".join(method for method, said in said_of if re.search(rf"\b{reason}\b", said))
        lines.append(f"| `{reason}` | {status} | {_cell(meaning)} | {methods or 'any'} |")
    return "\n".join(lines) + "\n"


def _methods_with_comments(contract: Contract) -> Iterator[tuple[str, str]]:
    for file in contract.files:
        for number, service in enumerate(file.service):
            for place, method in enumerate(service.method):
                yield method.name, contract.comments.get((file.name, (6, number, 2, place)), "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _signature(method: descriptor_pb2.MethodDescriptorProto) -> str:
    asked = f"{'stream ' if method.client_streaming else ''}{_short(method.input_type)}"
    answered = f"{'stream ' if method.server_streaming else ''}{_short(method.output_type)}"
    return f"{method.name}({asked}) returns ({answered})"


def _short_values(enum: descriptor_pb2.EnumDescriptorProto) -> Iterator[str]:
    prefix = enum.value[0].name.removesuffix("UNSPECIFIED")
    return (value.name.removeprefix(prefix) for value in enum.value[1:])


def _short(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def main() -> None:
    """Write all of them below the root of a checkout: `reference.py IMAGE ROOT`."""
    image, root = map(Path, sys.argv[1:])
    contract = read(image)
    for place, text in (
        ("build/reference/api.md", api_page(contract)),
        ("docs/reference/job-file.md", job_page(contract)),
        ("clients/python/rmos_client/job.schema.json", job_schema(contract)),
    ):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
