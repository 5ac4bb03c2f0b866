"""Attach an advisory to a run. One that names an asset of this server must have been approved by a person."""

import re

from foundation.call import Call
from foundation.canonical_json import JsonObject
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.amendments import AmendmentKind
from runs_svc.ports import Ledger
from runs_svc.usecases.advisory.assets import Assets
from runs_svc.usecases.runs.amend import AmendResult, AmendRun, NewAmendment

_ASSET_ID = re.compile(r"adv_[0-9a-f]{12}")


class AttachAdvisory:
    def __init__(self, ledger: Ledger, assets: Assets, amend_run: AmendRun) -> None:
        self._ledger = ledger
        self._assets = assets
        self._amend_run = amend_run

    async def attach(self, run_id: RunId, advisory_id: str, body: JsonObject, *, call: Call) -> AmendResult:
        """The advisory as it is attached. Attaching twice is a success, and the first stays.

        Raises:
            RunNotFoundError: There is no such run.
            AssetNotFoundError, NotApprovedError: The id is that of an asset that may not be attached.
        """
        if _ASSET_ID.fullmatch(advisory_id):
            await self._ledger.get_index(run_id)
            await self._assets.used_in_run(advisory_id, str(run_id), call=call)
        return await self._amend_run.add(
            run_id, NewAmendment(AmendmentKind.ADVISORY, body, amendment_id=advisory_id), call=call
        )
