"""`make campaign`: every promise tried long. `python -m tests.promises [NAME=TRIALS …] [store=BACK_END]` tries some.

`store=postgres+folder` and `store=postgres+s3` try those that hold of every back end there. Exit code 1 when one was
broken.
"""

import signal
import sys
import time
from collections.abc import Callable
from functools import partial

from tests.promises import (
    abandoned_calls,
    controls,
    emptied,
    failed_calls,
    flipped_bits,
    floods,
    foreign_lock,
    full_disk,
    grown_flips,
    grown_rebuilds,
    kills,
    linear_cost,
    many_servers,
    model,
    moves,
    nonsense,
    outages,
    outcomes,
    power_cut,
    rebuilds,
    resumed_uploads,
    traffic,
    unverifiable,
)
from tests.promises.back_ends import BUCKET, FILES, POSTGRES, BackEnd, PostgresBackEnd, back_end
from tests.promises.grown_model import model_on
from tests.promises.tally import Tally

Trial = Callable[[int, int, BackEnd], Tally]


def on_grown(trial: Callable[..., Tally]) -> Trial:
    """A trial on a database and a bucket: its own, where the back end has none."""

    def run(trials: int, seed: int, store: BackEnd) -> Tally:
        if isinstance(store, PostgresBackEnd) and store.bucket is not None:
            return trial(trials, seed=seed, place=store)
        with back_end(BUCKET) as own:
            return trial(trials, seed=seed, place=own)

    return run


def flip(trials: int, seed: int, store: BackEnd) -> Tally:
    """Flipped bits, of files or PostgreSQL."""
    if isinstance(store, PostgresBackEnd):
        return grown_flips.try_flips(trials, seed=seed, place=store)
    return flipped_bits.try_flips(trials, seed=seed)


def walk(trials: int, seed: int, store: BackEnd) -> Tally:
    """Random walks, as files or PostgreSQL hold them."""
    if isinstance(store, PostgresBackEnd):
        return model.try_models(trials, seed_value=seed, steps=100, kind=model_on(store))
    return model.try_models(trials, seed_value=seed, steps=100)


def rebuild(trials: int, seed: int, store: BackEnd) -> Tally:
    """Losses of ledgers and archives, of files or PostgreSQL."""
    if isinstance(store, PostgresBackEnd):
        return grown_rebuilds.try_rebuilds(trials, seed=seed, place=store)
    return rebuilds.try_rebuilds(trials, seed=seed)


def told_outcome(trials: int, seed: int, store: BackEnd) -> Tally:
    """What callers are told of their writes by PostgreSQL."""
    assert isinstance(store, PostgresBackEnd)
    return outcomes.try_outcomes(trials, seed=seed, place=store)


PROMISES: dict[str, tuple[int, Trial]] = {
    "power_cuts": (500_000, lambda trials, seed, _: power_cut.try_cuts(power_cut.record(12), trials, seed=seed)),
    "kills": (1_000, lambda trials, seed, store: kills.try_kills(trials, seed=seed, start=store.start)),
    "emptied": (500, lambda trials, seed, _: emptied.try_losses(trials, seed=seed)),
    "failed_calls": (2_000, lambda trials, seed, store: failed_calls.try_failures(trials, seed=seed, place=store)),
    "flipped_bits": (20_000, flip),
    "writers": (2_000, lambda trials, seed, store: kills.try_writers(trials, seed=seed, start=store.start)),
    "models": (5_000, walk),
    "rebuilds": (100, rebuild),
    "controls": (1, controls.on_grown),
    "outcomes": (50, told_outcome),
    "servers": (100, on_grown(many_servers.try_servers)),
    "balanced_servers": (100, on_grown(partial(many_servers.try_servers, is_balanced=True))),
    "outages": (7, on_grown(outages.try_outages)),
    "moves": (50, on_grown(moves.try_moves)),
    "traffic_seconds": (300, on_grown(traffic.try_traffic)),
    "balanced_traffic_seconds": (300, on_grown(partial(traffic.try_traffic, is_balanced=True))),
    "resumed_uploads": (
        2_000,
        lambda trials, seed, store: resumed_uploads.try_cuts(trials, seed=seed, start=store.start),
    ),
    "abandoned_calls": (20, lambda trials, seed, _: abandoned_calls.try_abandoned(trials, seed=seed)),
    "foreign_locks": (20, lambda trials, seed, _: foreign_lock.try_locks(trials, seed=seed)),
    "floods": (2_000, lambda trials, seed, _: floods.try_floods(trials, seed=seed)),
    "floods_without_limits": (200, lambda trials, seed, _: floods.try_without_limits(trials, seed=seed)),
    "full_disks": (200, lambda trials, seed, _: full_disk.try_full_disks(trials, seed=seed)),
    "nonsense": (20_000, lambda trials, seed, store: nonsense.try_nonsense(trials, seed=seed, back_end=store)),
    "linear_cost": (30_000, lambda trials, seed, _: linear_cost.try_lengths(trials, seed=seed)),
    "unverifiable": (20_000, lambda trials, seed, _: unverifiable.try_numbers(trials, seed=seed)),
}
"""By name: how often a campaign tries it, and how."""
GROWN = ("controls", "outcomes")
"""Those that only back ends other than files have."""
EVERYWHERE = ("kills", "flipped_bits", "writers", "models", "rebuilds", "resumed_uploads", "nonsense")
"""Those that are tried on every back end."""
WITH_FOLDERS = ("failed_calls",)
"""Those that need files, whatever holds the ledger."""
WITH_A_BUCKET = ("servers", "balanced_servers", "outages", "moves", "traffic_seconds", "balanced_traffic_seconds")
"""Those that need a database and a bucket, whatever else is tried."""


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends, too
    given = dict(item.partition("=")[::2] for item in arguments)
    store = given.pop("store", FILES)
    chosen = {name: int(count) for name, count in given.items()}
    usual = {
        FILES: tuple(name for name in PROMISES if name not in GROWN),
        POSTGRES: EVERYWHERE + WITH_FOLDERS + GROWN,
        BUCKET: EVERYWHERE + WITH_A_BUCKET + GROWN,
    }.get(store, ())
    if unknown := chosen.keys() - set(usual):
        raise SystemExit(f"{', '.join(sorted(unknown))}: allowed with store={store} are {', '.join(usual)}")
    seed = model.any_seed()
    print(f"{'promise':<26}{'trials':>9}{'acknowledged':>14}{'lost':>6}{'wrong':>7}{'time':>9}   {store}, seed {seed}")
    with back_end(store) as place:
        kept = [_try(name, chosen.get(name), seed, place) for name in usual if not chosen or name in chosen]
    return 0 if all(kept) else 1


def _try(name: str, trials: int | None, seed: int, place: BackEnd) -> bool:
    usual, trial = PROMISES[name]
    started = time.monotonic()
    tally = trial(trials or usual, seed, place)
    took = f"{time.monotonic() - started:.0f} s"
    counts = f"{tally.trials:>9}{tally.acknowledged:>14}{tally.lost:>6}{tally.wrong:>7}"
    print(f"{tally.promise:<26}{counts}{took:>9}", flush=True)
    for remark in tally.remarks[:10]:
        print(f"  {remark}")
    return tally.kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
