"""Each promise of docs/reliability.md in its short form, and that each of these tests can fail."""

import os

import pytest

from tests.promises import failed_calls, flipped_bits, kills, model, power_cut, rebuilds, resumed_uploads
from tests.promises.power_cut import Recording
from tests.promises.tally import Tally

SEED = int(os.environ.get("PROMISES_SEED", "20261121"))


def kept(tally: Tally, *, least_acknowledged: int) -> None:
    """No promise was broken, and enough was tried to say so."""
    print(tally)
    assert tally.kept, str(tally)
    assert tally.acknowledged >= least_acknowledged, f"too little traffic to prove anything: {tally}"


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
    kept(kills.try_kills(20, seed=SEED), least_acknowledged=500)


def test_p4_a_failed_system_call_does_no_damage() -> None:
    kept(failed_calls.try_failures(28, seed=SEED), least_acknowledged=100)


def test_p4_fails_where_runs_are_acknowledged_too_early() -> None:
    assert failed_calls.try_failures(7, seed=SEED, flags=["careless"]).lost > 0


def test_p5_fails_where_the_check_is_blind() -> None:
    assert flipped_bits.try_flips(10, seed=SEED, finds=lambda root: False).lost > 0


def test_p7_fails_where_the_model_forgets() -> None:
    assert not model.try_models(20, seed_value=SEED, kind=model.ForgetfulModel).kept


def test_p5_a_flipped_bit_is_found_and_wrong_bytes_are_never_returned() -> None:
    kept(flipped_bits.try_flips(200, seed=SEED), least_acknowledged=2_000)


def test_p6_of_many_writers_one_wins() -> None:
    kept(kills.try_writers(100, seed=SEED), least_acknowledged=1_600)


def test_p7_the_store_equals_its_model() -> None:
    kept(model.try_models(100, seed_value=SEED, steps=30), least_acknowledged=500)


def test_p8_ledger_and_archive_rebuild_each_other() -> None:
    kept(rebuilds.try_rebuilds(10, seed=SEED), least_acknowledged=100)


def test_p10_cut_uploads_go_on_where_they_stopped() -> None:
    kept(resumed_uploads.try_cuts(20, seed=SEED), least_acknowledged=20)
