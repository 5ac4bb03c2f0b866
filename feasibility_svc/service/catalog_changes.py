"""What callers change in the workshop's catalogue: in whose name, when, and away from the event loop."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from feasibility_svc.domain.catalogue import additions, workshop
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.profiles import ConstraintProfile, Revision
from feasibility_svc.domain.catalogue.workshop import Change
from feasibility_svc.domain.inputs.context import Machine, Material, Tool
from feasibility_svc.ports import WorkshopCatalogue
from feasibility_svc.service import catalog_messages, entry_messages, messages
from foundation.call import current_call
from foundation.identity import RecordedIdentity
from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rpckit.authentication.acting import acting_name
from rpckit.threads import run_in

_DISK_THREADS = 4


class CatalogChanges:
    """Changes, each durable before it is acknowledged."""

    def __init__(self, catalogue: WorkshopCatalogue, *, now: Callable[[], str]) -> None:
        self._workshop = catalogue
        self._now = now
        self._disk = ThreadPoolExecutor(max_workers=_DISK_THREADS, thread_name_prefix="catalogue")
        """Apart from what computes: however long others search, an entry is added."""

    async def add(self, change: Change, entry_id: str) -> bool:
        """Add an entry; False when the newest one is the same."""
        return await self._append(lambda catalogue: additions.addition(catalogue, change, entry_id))

    async def revise(self, request: Any, kind: str, rules: type[Material] | type[Tool] | type[Machine]) -> bool:
        """Put a further version of an entry in its place; False when it is the same already."""
        change = entry_messages.read_revision(request, kind, rules)
        entry_id = getattr(getattr(request, kind), f"{kind}_id")
        expected = messages.read_version(request.expected_version)
        return await self._append(
            lambda catalogue: additions.revised(catalogue, change, entry_id, expected_version=expected)
        )

    async def revise_profile(self, profile: ConstraintProfile, note: str) -> tuple[Revision, bool]:
        """Make a profile the newest revision of its id; the newest one and False when it is that already."""
        now = self._now()
        created = await self._append(
            lambda catalogue: additions.revision(catalogue, profile, created_at_utc=now, note=note)
        )
        return self._workshop.current.profile(profile.profile_id), created

    async def record(self, calibration: pb.Calibration) -> pb.RecordCalibrationResponse:
        """Keep a measurement."""
        measured = pb.Calibration()
        measured.CopyFrom(calibration)
        measured.person = acting_name("calibration.person", measured.person)
        value = catalog_messages.read_calibration(measured, self._workshop.current, now=self._now())
        created = await self._append(lambda catalogue: additions.measurement(catalogue, value))
        kept = additions.calibration_of(self._workshop.current, value.calibration_id)
        return pb.RecordCalibrationResponse(
            calibration=catalog_messages.write_calibration(kept, superseded=False), created=created
        )

    async def withdraw(self, request: pb.WithdrawEntryRequest) -> pb.WithdrawEntryResponse:
        """Withdraw an entry or a calibration; what is withdrawn already stays so."""
        asked = entry_messages.read_withdrawal(request)
        expected = messages.read_version(request.expected_version)
        created = await self._append(
            lambda catalogue: additions.withdrawal(catalogue, asked, expected_version=expected)
        )
        catalogue = self._workshop.current
        return pb.WithdrawEntryResponse(
            withdrawal=catalog_messages.write_withdrawal(additions.withdrawal_of(catalogue, asked.resource)),
            version=len(catalogue.history.get(asked.resource, ())),
            created=created,
        )

    async def _append(self, change_of: Callable[[Catalogue], list[Change]]) -> bool:
        """Whether anything was to be changed. In a thread: the disk takes its time, another server may be writing."""
        caller, now = RecordedIdentity.of(current_call.get().identity), self._now()

        def named(catalogue: Catalogue) -> list[Change]:
            return workshop.in_the_name_of(caller, change_of(catalogue), now=now)

        return bool(await run_in(self._disk, partial(self._workshop.append, named)))
