"""Each promise of docs/reliability.md in its short form, and that each of these tests can fail."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from hypothesis.stateful import initialize

from runs_svc.adapters.sqlite.schema import migrate_url
from runs_svc.domain.errors import StoreBusyError
from testkit.local_servers import LocalServers
from tests.promises import (
    abandoned_calls,
    emptied,
    failed_calls,
    flipped_bits,
    floods,
    foreign_lock,
    full_disk,
    kills,
    linear_cost,
    model,
    nonsense,
    power_cut,
    rebuilds,
    resumed_uploads,
    unverifiable,
)
from tests.promises.careless import careless_in
from tests.promises.power_cut import Recording
from tests.promises.tally import Tally
from tests.promises.valid_requests import ValidRequests
from tests.service.wire import read_failure
from tests.services import METHODS

NONSENSE_CALLS = 300
LENGTHS_TRIED = 370
SEED = int(os.environ.get("PROMISES_SEED", "20261121"))


def kept(tally: Tally, *, least_acknowledged: int) -> None:
    """No promise was broken, and enough was tried to say so."""
    print(tally)
    assert tally.kept, str(tally)
    assert tally.acknowledged >= least_acknowledged, f"too little traffic to prove anything: {tally}"


def loses(trial: Callable[[int], Tally]) -> bool:
    """What is careless shows within a few seeds: a kill or a given up call may by chance meet nothing to break."""
    return any(trial(SEED + more).lost for more in range(5))


def errs(trial: Callable[[int], Tally]) -> bool:
    """The same of what is wrong."""
    return any(trial(SEED + more).wrong for more in range(5))


@pytest.fixture(scope="module")
def recording() -> Recording:
    return power_cut.record(12)


@pytest.mark.parametrize("part", range(4))
def test_p1_what_is_acknowledged_survives_a_power_cut(recording: Recording, part: int) -> None:
    kept(power_cut.try_cuts(recording, 500, seed=SEED + part), least_acknowledged=2_000)


def test_p1_fails_where_commits_are_not_synced(recording: Recording) -> None:
    careless = power_cut.without_syncs(recording, lambda path: path.endswith("-wal"))
    assert power_cut.try_cuts(careless, 60, seed=SEED).lost > 0


def test_p1_fails_where_blobs_are_not_synced(recording: Recording) -> None:
    careless = power_cut.without_syncs(recording, lambda path: ".uploads" in path)
    assert not power_cut.try_cuts(careless, 60, seed=SEED).kept


def test_p1_fails_where_folders_are_not_synced(recording: Recording) -> None:
    careless = power_cut.without_syncs(recording, lambda path: path == "." or path.startswith("attachments/"))
    assert power_cut.try_cuts(careless, 60, seed=SEED).lost > 0


def test_p3_a_killed_server_loses_nothing_and_doubles_nothing() -> None:
    kept(kills.try_kills(20, seed=SEED), least_acknowledged=200)


def test_p3_fails_where_answers_leave_before_the_commit() -> None:
    assert loses(lambda seed: kills.try_kills(4, seed=seed, start=careless_in("commits")))


def test_p4_a_failed_system_call_does_no_damage() -> None:
    kept(failed_calls.try_failures(28, seed=SEED), least_acknowledged=100)


def test_p4_fails_where_runs_are_acknowledged_too_early() -> None:
    # A failed write or sync is what keeps a commit from being durable; that of a commit is not always among the first.
    assert loses(lambda seed: failed_calls.try_failures(8, seed=seed, flags=["careless"], letters="ws"))


def test_p5_fails_where_the_check_is_blind() -> None:
    assert flipped_bits.try_flips(10, seed=SEED, finds=lambda root: False).lost > 0


def test_p7_fails_where_the_model_forgets() -> None:
    assert not model.try_models(20, seed_value=SEED, kind=model.ForgetfulModel).kept


def test_p5_a_flipped_bit_is_found_and_wrong_bytes_are_never_returned() -> None:
    kept(flipped_bits.try_flips(200, seed=SEED), least_acknowledged=2_000)


def test_p6_of_many_writers_one_wins() -> None:
    kept(kills.try_writers(100, seed=SEED), least_acknowledged=1_600)


def test_p6_fails_where_keys_are_forgotten() -> None:
    assert errs(lambda seed: kills.try_writers(2, seed=seed, start=careless_in("keys")))


def test_p7_the_store_equals_its_model() -> None:
    kept(model.try_models(100, seed_value=SEED, steps=30), least_acknowledged=500)


class _FailsOnce(model.StoreModel):
    """The fifth walk ends where the earlier ones went on."""

    begun = 0

    @initialize()
    def begin(self) -> None:
        super().begin()
        _FailsOnce.begun += 1
        assert _FailsOnce.begun != 5, "it happened once"


def test_p7_says_what_went_wrong_once_and_not_again() -> None:
    tally = model.try_models(8, seed_value=SEED, steps=5, kind=_FailsOnce)
    assert (tally.wrong, "it happened once" in tally.remarks[0]) == (1, True)


def test_p7_says_what_had_gone_wrong_first_and_where() -> None:
    def walk() -> None:
        try:
            raise StoreBusyError("the first failure")
        finally:
            model.same("listed runs", {"b"}, {"a"})

    with pytest.raises(AssertionError) as failed:
        walk()
    said = model.told(failed.value)
    assert "listed runs: the store has {'b'}, the dictionary {'a'}') in same (model.py:" in said.replace('"', "'")
    assert "; before that StoreBusyError('the first failure') in walk (test_promises.py:" in said


def test_p8_ledger_and_archive_rebuild_each_other() -> None:
    kept(rebuilds.try_rebuilds(10, seed=SEED), least_acknowledged=100)


def test_p8_fails_where_an_archive_is_left_as_it_is() -> None:
    assert not rebuilds.try_rebuilds(2, seed=SEED, archive=lambda root: None).kept


def test_p8_fails_where_a_ledger_begins_empty() -> None:
    assert rebuilds.try_rebuilds(2, seed=SEED, ledger=_empty_ledger).lost > 0


def _empty_ledger(root: Path) -> None:
    (root / "rmos.db").unlink(missing_ok=True)
    migrate_url(f"sqlite:///{root / 'rmos.db'}")


def test_p18_no_store_starts_emptier_than_it_was() -> None:
    kept(emptied.try_losses(10, seed=SEED), least_acknowledged=200)


def test_p18_fails_where_a_store_starts_whatever_it_holds() -> None:
    assert emptied.try_losses(4, seed=SEED, refuse=lambda root, ledger: None).lost > 0


def test_p10_cut_uploads_go_on_where_they_stopped() -> None:
    kept(resumed_uploads.try_cuts(20, seed=SEED), least_acknowledged=20)


def test_p10_fails_where_bytes_that_never_came_are_counted() -> None:
    assert loses(lambda seed: resumed_uploads.try_cuts(4, seed=seed, start=careless_in("uploads")))


def test_p15_a_full_disk_loses_nothing_and_writing_goes_on_when_there_is_room_again() -> None:
    kept(full_disk.try_full_disks(3, seed=SEED), least_acknowledged=30)


def test_p15_fails_where_a_full_disk_is_taken_for_the_end_of_the_store() -> None:
    assert errs(lambda seed: full_disk.try_full_disks(1, seed=seed, careless="room"))


def test_p16_a_call_ends_with_its_caller_and_holds_nobody_up() -> None:
    kept(abandoned_calls.try_abandoned(2), least_acknowledged=4)


def test_p16_fails_where_nobody_asks_whether_somebody_still_waits() -> None:
    module = "tests.promises.careless_feasibility"
    assert errs(lambda seed: abandoned_calls.try_abandoned(1, seed=seed, module=module))


def test_p17_somebody_elses_lock_holds_up_writes_only() -> None:
    kept(foreign_lock.try_locks(1), least_acknowledged=2)


def test_p17_fails_where_a_lock_is_waited_for_on_the_event_loop() -> None:
    assert errs(lambda seed: foreign_lock.try_locks(1, seed=seed, start=careless_in("locks")))


def test_p19_a_flood_of_one_caller_hinders_no_other() -> None:
    kept(floods.try_floods(50, quick_enough_s=floods.BUSY_S), least_acknowledged=20)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServers]:
    """Servers of their own: some of the nonsense leaves something behind."""
    with LocalServers(tmp_path_factory.mktemp("nonsense"), runs_flags=nonsense.SERVER_FLAGS) as running:
        yield running


@pytest.fixture(scope="module")
def valid(servers: LocalServers) -> ValidRequests:
    return ValidRequests(servers.feasibility.address, servers.runs.address)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_p11_nonsense_is_answered_and_never_an_internal_error(
    servers: LocalServers, valid: ValidRequests, method: MethodDescriptor
) -> None:
    codes = nonsense.ask(nonsense.address_of(servers, method), method, NONSENSE_CALLS, seed=SEED, valid=valid)
    assert not codes.keys() & nonsense.WRONG, codes


def test_p11_fails_where_a_handler_fails(tmp_path: Path) -> None:
    (method,) = (method for method in METHODS if method.name == "GetRun")
    with careless_in("handlers")(tmp_path) as servers:
        assert grpc.StatusCode.INTERNAL in nonsense.ask(servers.runs.address, method, NONSENSE_CALLS, seed=SEED)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_p11_bytes_that_are_no_message_are_refused_like_any_bad_input(
    servers: LocalServers, method: MethodDescriptor
) -> None:
    metadata = [("x-request-id", "no-message")]
    with (
        grpc.insecure_channel(nonsense.address_of(servers, method)) as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        list(nonsense.raw_call(channel, method)(iter([b"\xff\xff\xff"]), timeout=20, metadata=metadata))
    error: Any = caught.value
    failed = read_failure(error, dict(error.initial_metadata()))
    assert (failed.code, failed.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELDS")
    assert failed.request_id == failed.initial_request_id == "no-message"


def test_p13_what_a_caller_sends_costs_no_more_than_its_length() -> None:
    kept(linear_cost.try_lengths(LENGTHS_TRIED, seed=SEED), least_acknowledged=LENGTHS_TRIED)


def test_p13_fails_where_a_handler_takes_the_square() -> None:
    assert linear_cost.try_lengths(1, seed=SEED, start=careless_in("length"), only="GetRun.").wrong > 0


def test_p14_nothing_is_recorded_that_cannot_be_verified() -> None:
    kept(unverifiable.try_numbers(150, seed=SEED), least_acknowledged=30)


def test_p14_fails_where_numbers_are_not_checked() -> None:
    assert unverifiable.try_numbers(60, seed=SEED, start=careless_in("numbers")).lost > 0
