"""What goes into the pack for the person at the machine, and under which names."""

from collections.abc import Mapping, Sequence

from foundation import canonical_json
from foundation.canonical_json import JsonObject, JsonValue
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.pack_names import is_renamed
from runs_svc.domain.runs.program_gate import ProgramVerdict
from runs_svc.domain.runs.program_note import program_note
from runs_svc.domain.runs.programs import RunProgram, is_program
from runs_svc.domain.runs.run_document import RunDocument

PACKED_KINDS = frozenset({"geometry", "gcode", "opplan", "preview", "toolpaths"})
"""Attachments that belong to the work at the machine."""
MANIFEST, RECORD, OVERRIDE, PROGRAM, SHEET = (
    "manifest.json",
    "run.json",
    "override.json",
    "program.nc",
    "setup_sheet.html",
)
AUDIT, ACCEPTANCE = "program_audit.json", "acceptance.json"


def packed(attachments: Sequence[Attachment], programs: Sequence[RunProgram]) -> Sequence[Attachment]:
    """What is packed, in its order: what belongs to the work, and of programs, whatever their kind, those that run."""
    run = {program.sha256 for program in programs}
    return [
        item for item in attachments if (item.digest.sha256 in run if is_program(item) else item.kind in PACKED_KINDS)
    ]


def manifest(
    run: RunDocument,
    sha256: str,
    *,
    entries: Mapping[str, tuple[int, str]],
    named: Mapping[str, Attachment],
    programs: ProgramVerdict,
) -> bytes:
    """Names, sizes and digests of all other entries, and the programs that may run, as canonical JSON.

    Args:
        run: What was recorded.
        sha256: Digest of its document.
        entries: Size and digest of each entry.
        named: Attachments by their entries.
        programs: The programs of the run, and what was found in them.
    """
    filenames = {name: item.filename for name, item in named.items() if is_renamed(name, item)}
    files: list[JsonObject] = []
    for name, (size, digest) in sorted(entries.items()):
        file: JsonObject = {"name": name, "size_bytes": size, "sha256": digest}
        files.append(file | {"filename": filenames[name]} if name in filenames else file)
    return canonical_json.dumps(
        {
            "schema": "rmos.operator_pack/1",
            "run_id": run.run_id,
            "sha256": sha256,
            "machine_id": run.linkage.get("machine_id", ""),
            "files": files,
            "program": program_note(programs),
            "programs": program_entries(programs.programs, named),
        }
    )


def program_entries(programs: Sequence[RunProgram], named: Mapping[str, Attachment]) -> list[JsonValue]:
    """The programs in the order they run, each with its entry, its file name and its digest."""
    entries = {item.digest.sha256: name for name, item in named.items()}
    return [
        {"entry": entries.get(item.sha256, PROGRAM), "filename": item.name, "sha256": item.sha256} for item in programs
    ]
