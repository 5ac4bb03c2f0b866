"""Tick an item of a setup sheet, take a tick back, sign the sheet: each a record of its own behind the run."""

from dataclasses import dataclass

from foundation.call import Call
from foundation.canonical_json import JsonObject
from foundation.errors import InvalidFieldsError
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.domain.runs.run_view import RunView
from runs_svc.domain.sheet.items import check_sheet, refuse_unchecked
from runs_svc.usecases.runs.amend import AmendResult, AmendRun, NewAmendment


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A tick as somebody makes it."""

    sheet_sha256: str
    item_id: str
    done: bool
    """False to take it back."""
    measured_mm: float | None
    note: str
    person: str

    def body(self) -> JsonObject:
        measured: JsonObject = {} if self.measured_mm is None else {"measured_mm": self.measured_mm}
        return {
            "sheet_sha256": self.sheet_sha256,
            "item_id": self.item_id,
            "done": self.done,
            "note": self.note,
            "person": self.person,
            **measured,
        }


class MarkSheet:
    def __init__(self, amend_run: AmendRun) -> None:
        self._amend_run = amend_run

    async def check(self, run_id: RunId, given: NewCheck, *, idempotency_key: str | None, call: Call) -> AmendResult:
        """The tick as recorded.

        Raises:
            InvalidFieldsError: The sheet has no such item, it takes no measure, or there is no tick to take back.
            RunWithdrawnError, GateClosedError, ProgramHeldBackError: The run may not be started.
            OtherSheetError: The sheet is another one by now.
            As `AmendRun.add`.
        """
        tick = NewAmendment(
            AmendmentKind.CHECK,
            given.body(),
            check=lambda view: _check(view, given),
            idempotency_key=idempotency_key,
        )
        return await self._amend_run.add(run_id, tick, call=call)

    async def sign(
        self, run_id: RunId, sheet_sha256: str, *, person: str, idempotency_key: str | None, call: Call
    ) -> AmendResult:
        """The signature as recorded.

        Raises:
            ChecksMissingError: Something required is not ticked.
            As `check`.
        """
        signature = NewAmendment(
            AmendmentKind.SIGNATURE,
            {"sheet_sha256": sheet_sha256, "person": person},
            check=lambda view: refuse_unchecked(view, sheet_sha256),
            idempotency_key=idempotency_key,
        )
        return await self._amend_run.add(run_id, signature, call=call)


def _check(view: RunView, given: NewCheck) -> None:
    items, marks = check_sheet(view, given.sheet_sha256)
    item = next((item for item in items if item.item_id == given.item_id), None)
    if item is None:
        allowed = ", ".join(item.item_id for item in items)
        raise InvalidFieldsError.one("item_id", f"{given.item_id!r} is not on the sheet; allowed: {allowed}")
    if given.measured_mm is not None and not item.takes_measure:
        raise InvalidFieldsError.one("measured_mm", f"{given.item_id} takes no measure; leave it out")
    if not given.done and not marks.is_done(given.item_id):
        raise InvalidFieldsError.one("done", f"{given.item_id} is not ticked, so there is nothing to take back")
