"""Ticks and signatures that count for the next start of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, text
from runs_svc.domain.runs.amendments import AmendmentKind, ExecutionStep, amendment_body

_ENDED = frozenset({ExecutionStep.FINISHED, ExecutionStep.ABORTED, ExecutionStep.SCRAPPED})


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands on a sheet."""

    newest: Mapping[str, JsonMapping] = field(default_factory=dict)
    """By item: the newest tick, or the newest one taken back."""
    signature: JsonMapping | None = None

    def is_done(self, item_id: str) -> bool:
        """Whether an item is ticked."""
        mark = self.newest.get(item_id)
        return mark is not None and mark.get("done") is True


def marks_of(amendments: Sequence[JsonMapping], sheet_sha256: str) -> Marks:
    """The marks on a sheet that count.

    1. marks on another sheet do not count: something else was asked then
    2. what was ticked before a part ended at the machine was ticked for that part
    3. a tick that is taken back takes the signature with it

    Args:
        amendments: What was added to the run, oldest first.
        sheet_sha256: The sheet.
    """
    newest: dict[str, JsonMapping] = {}
    signature: JsonMapping | None = None
    for amendment in amendments:
        kind, body = amendment.get("kind"), child(amendment, "body")
        if kind == AmendmentKind.EXECUTION and body.get("step") in _ENDED:
            newest, signature = {}, None
        elif text(body, "sheet_sha256") != sheet_sha256:
            continue
        elif kind == AmendmentKind.CHECK:
            newest[text(body, "item_id")] = amendment_body(amendment)
            signature = signature if body.get("done") is True else None
        elif kind == AmendmentKind.SIGNATURE:
            signature = amendment_body(amendment)
    return Marks(newest, signature)
