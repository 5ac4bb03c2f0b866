"""The programs of a run: what a machine would be given, in the order it would run them.

Bytes decide what is a program, whatever kind a caller names; what is called a program counts as one, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from runs_svc.domain.runs.attachment import PROGRAM_KIND, Attachment
from runs_svc.domain.runs.run_document import RunDocument

INLINE_NAME = "program.nc"
MOST_PROGRAM_BYTES, MOST_TOGETHER_BYTES, MOST_PROGRAMS = 32 * 1024**2, 64 * 1024**2, 64
"""What the reader of programs takes: of one, of all together, and how many."""


@dataclass(frozen=True, slots=True)
class RunProgram:
    """A program of a run. `attachment` is None where the record itself holds its text."""

    name: str
    sha256: str
    size_bytes: int
    attachment: Attachment | None


def is_program(attachment: Attachment) -> bool:
    """Whether an attachment is a program, by its bytes or by what it is called."""
    return attachment.is_program or attachment.kind == PROGRAM_KIND


def programs_of(run: RunDocument, attachments: Sequence[Attachment]) -> Sequence[RunProgram]:
    """The programs of a run: the one given inline, then those attached.

    One attached later takes the place of the one it says, or else of that with the same file name: a correction.

    Args:
        run: What was recorded.
        attachments: Everything attached, in its order, each digest once.
    """
    programs = list(_inline(run))
    named_at_creation = {item.digest for item in run.attachments}
    for item in attachments:
        if not is_program(item) or any(item.digest.sha256 == program.sha256 for program in programs):
            continue
        added = _attached(item)
        place = None if item.digest in named_at_creation else _place_of(item, programs)
        if place is None:
            programs.append(added)
        else:
            programs[place] = added
    return programs


def replaced_of(run: RunDocument, attachments: Sequence[Attachment]) -> Sequence[RunProgram]:
    """The programs whose place another one took, in their order. Arguments as of `programs_of`."""
    now = {program.sha256 for program in programs_of(run, attachments)}
    given = [*_inline(run), *(_attached(item) for item in attachments if is_program(item))]
    return [program for program in given if program.sha256 not in now]


def too_large(programs: Sequence[RunProgram]) -> str:
    """Why programs are not read; "" where they are."""
    if len(programs) > MOST_PROGRAMS:
        return f"{len(programs)} programs are more than the {MOST_PROGRAMS} that are read together"
    for program in programs:
        if program.size_bytes > MOST_PROGRAM_BYTES:
            return f"{program.name} has {program.size_bytes} bytes; at most {MOST_PROGRAM_BYTES} are read"
    together = sum(program.size_bytes for program in programs)
    if together > MOST_TOGETHER_BYTES:
        return f"the programs have {together} bytes together; at most {MOST_TOGETHER_BYTES} are read"
    return ""


def _inline(run: RunDocument) -> Sequence[RunProgram]:
    data = run.gcode_text.encode()
    return [RunProgram(INLINE_NAME, run.hashes["gcode_sha256"], len(data), None)] if data else []


def _attached(item: Attachment) -> RunProgram:
    return RunProgram(item.filename or item.kind, item.digest.sha256, item.size_bytes, item)


def _place_of(corrected: Attachment, programs: Sequence[RunProgram]) -> int | None:
    """Where the program stands that is replaced; None where a further one is added."""
    for place, program in enumerate(programs):
        if corrected.replaces_sha256:
            if program.sha256 == corrected.replaces_sha256:
                return place
        elif corrected.filename and program.name.casefold() == corrected.filename.casefold():
            return place
    return None
