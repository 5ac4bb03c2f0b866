"""What goes into the pack for the person at the machine, and under which names."""

from collections.abc import Mapping, Sequence

from foundation import canonical_json
from foundation.canonical_json import JsonObject
from runs_svc.domain.runs.attachment import Attachment
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


def packed(attachments: Sequence[Attachment]) -> Sequence[Attachment]:
    """Those attachments that are packed, in their order."""
    return [item for item in attachments if item.kind in PACKED_KINDS]


def manifest(
    run_id: str, sha256: str, entries: Mapping[str, tuple[int, str]], filenames: Mapping[str, str], *, note: str
) -> bytes:
    """Names, sizes and digests of all other entries and what is to be known of the programs, as canonical JSON.

    Args:
        run_id: The run.
        sha256: Digest of its document.
        entries: Size and digest of each entry.
        filenames: Names of files by their entries, where the entry could not have the same.
        note: What is to be known of the programs.
    """
    files: list[JsonObject] = []
    for name, (size, digest) in sorted(entries.items()):
        file: JsonObject = {"name": name, "size_bytes": size, "sha256": digest}
        files.append(file | {"filename": filenames[name]} if name in filenames else file)
    return canonical_json.dumps(
        {"schema": "rmos.operator_pack/1", "run_id": run_id, "sha256": sha256, "files": files, "program": note}
    )


def programs(run: RunDocument, named: Mapping[str, Attachment]) -> Sequence[str]:
    """Names of the programs in a pack: the one given inline, then those attached, by their entries."""
    inline = [PROGRAM] if run.gcode_text else []
    return [*inline, *(name for name, item in named.items() if item.kind == "gcode")]


def program_note(names: Sequence[str]) -> str:
    """What is to be known of the programs in a pack.

    >>> program_note(["program.nc"])
    'program not examined: the verdict does not speak of program.nc'
    >>> program_note([])
    'there is no program in this pack'
    """
    if not names:
        return "there is no program in this pack"
    return f"program not examined: the verdict does not speak of {', '.join(names)}"
