"""What goes into a pack."""

import json

from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.amendments import Amendments
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.operator_pack import manifest, packed, program_entries
from runs_svc.domain.runs.program_gate import judge_programs
from runs_svc.domain.runs.programs import programs_of
from tests import builders


def attachment(letter: str, kind: str, filename: str, *, is_program: bool = False) -> Attachment:
    return Attachment(Digest(letter * 64), kind, "", filename, 3, "", is_program=is_program)


PROGRAM = attachment("a", "other", "a.nc", is_program=True)
DRAWING = attachment("b", "geometry", "ring.svg")
PHOTO = attachment("c", "photo", "shop.jpg")
RUN = builders.run_document()


def test_a_pack_holds_what_belongs_to_the_work_and_the_programs_whatever_their_kind() -> None:
    attachments = [PHOTO, DRAWING, PROGRAM]
    assert packed(attachments, programs_of(RUN, attachments)) == [DRAWING, PROGRAM]


def test_a_program_that_does_not_run_any_more_is_not_packed() -> None:
    assert packed([DRAWING, PROGRAM], []) == [DRAWING]


def test_the_manifest_names_every_entry_with_size_and_digest() -> None:
    named = {"attachments/aa_a.nc": PROGRAM, "attachments/bb_ring.svg": DRAWING}
    entries = {name: (3, item.digest.sha256) for name, item in named.items()}
    programs = judge_programs(RUN, list(named.values()), Amendments())
    read = json.loads(manifest(RUN, "d" * 64, entries=entries, named=named, programs=programs))
    assert read["schema"] == "rmos.operator_pack/1"
    assert read["sha256"] == "d" * 64
    assert [(file["name"], file["size_bytes"], file["sha256"]) for file in read["files"]] == [
        ("attachments/aa_a.nc", 3, "a" * 64),
        ("attachments/bb_ring.svg", 3, "b" * 64),
    ]
    assert read["programs"] == [{"entry": "attachments/aa_a.nc", "filename": "a.nc", "sha256": "a" * 64}]


def test_the_text_recorded_with_a_run_is_an_entry_of_its_own() -> None:
    run = builders.run_document(outputs={"gcode_text": "G0 X1\n"}, hashes={**RUN.hashes, "gcode_sha256": "e" * 64})
    (entry,) = program_entries(programs_of(run, []), {})
    assert isinstance(entry, dict)
    assert (entry["entry"], entry["sha256"]) == ("program.nc", "e" * 64)
