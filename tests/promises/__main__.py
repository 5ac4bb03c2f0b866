"""`make campaign`: every promise tried long. `python -m tests.promises [NAME=TRIALS …]` tries some of them.

Exit code 1 when one was broken.
"""

import sys
import time
from collections.abc import Callable

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
    many_servers,
    model,
    nonsense,
    power_cut,
    rebuilds,
    resumed_uploads,
    unverifiable,
)
from tests.promises.tally import Tally

Trial = Callable[[int, int], Tally]
PROMISES: dict[str, tuple[int, Trial]] = {
    "power_cuts": (500_000, lambda trials, seed: power_cut.try_cuts(power_cut.record(12), trials, seed=seed)),
    "kills": (1_000, lambda trials, seed: kills.try_kills(trials, seed=seed)),
    "emptied": (500, lambda trials, seed: emptied.try_losses(trials, seed=seed)),
    "failed_calls": (2_000, lambda trials, seed: failed_calls.try_failures(trials, seed=seed)),
    "flipped_bits": (20_000, lambda trials, seed: flipped_bits.try_flips(trials, seed=seed)),
    "writers": (2_000, lambda trials, seed: kills.try_writers(trials, seed=seed)),
    "models": (5_000, lambda trials, seed: model.try_models(trials, seed_value=seed, steps=100)),
    "servers": (100, lambda trials, seed: many_servers.try_servers(trials, seed=seed)),
    "rebuilds": (100, lambda trials, seed: rebuilds.try_rebuilds(trials, seed=seed)),
    "resumed_uploads": (2_000, lambda trials, seed: resumed_uploads.try_cuts(trials, seed=seed)),
    "abandoned_calls": (20, lambda trials, seed: abandoned_calls.try_abandoned(trials, seed=seed)),
    "foreign_locks": (20, lambda trials, seed: foreign_lock.try_locks(trials, seed=seed)),
    "floods": (2_000, lambda trials, seed: floods.try_floods(trials, seed=seed)),
    "floods_without_limits": (200, lambda trials, seed: floods.try_without_limits(trials, seed=seed)),
    "full_disks": (200, lambda trials, seed: full_disk.try_full_disks(trials, seed=seed)),
    "nonsense": (20_000, lambda trials, seed: nonsense.try_nonsense(trials, seed=seed)),
    "linear_cost": (30_000, lambda trials, seed: linear_cost.try_lengths(trials, seed=seed)),
    "unverifiable": (20_000, lambda trials, seed: unverifiable.try_numbers(trials, seed=seed)),
}
"""By name: how often a campaign tries it, and how."""


def main(arguments: list[str]) -> int:
    chosen = {name: int(count) for name, _, count in (item.partition("=") for item in arguments)}
    seed, kept = model.any_seed(), True
    print(f"{'promise':<26}{'trials':>9}{'acknowledged':>14}{'lost':>6}{'wrong':>7}{'time':>9}   seed {seed}")
    for name, (usual, trial) in PROMISES.items():
        if chosen and name not in chosen:
            continue
        started = time.monotonic()
        tally = trial(chosen.get(name, usual), seed)
        took = f"{time.monotonic() - started:.0f} s"
        counts = f"{tally.trials:>9}{tally.acknowledged:>14}{tally.lost:>6}{tally.wrong:>7}"
        print(f"{tally.promise:<26}{counts}{took:>9}", flush=True)
        for remark in tally.remarks[:10]:
            print(f"  {remark}")
        kept = kept and tally.kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
