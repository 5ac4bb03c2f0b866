"""How much room packs take."""

import pytest

from runs_svc.adapters.rendering.zip_pack import ZipPacks
from runs_svc.domain.errors import StorageFullError, TooManyPacksError

_MIB = 1024**2


async def test_packs_that_are_read_take_no_more_than_their_room() -> None:
    packs = ZipPacks(most_bytes=100, min_free_percent=0.0)
    first = packs.open(1_000)  # one is made of any size
    with pytest.raises(TooManyPacksError):
        packs.open(1)
    first.close()
    first.close()
    second, third = packs.open(60), packs.open(40)
    with pytest.raises(TooManyPacksError):
        packs.open(1)
    with (await second.finish("a.zip")).content:
        pass
    packs.open(60).close()
    third.close()


def test_a_pack_that_does_not_fit_on_the_disk_is_refused() -> None:
    with pytest.raises(StorageFullError):
        ZipPacks(most_bytes=10**18, min_free_percent=5.0).open(10**17)


def test_room_that_other_packs_were_promised_is_not_given_away_again() -> None:
    class Disk:
        total, free = 1_000 * _MIB, 100 * _MIB

    packs = ZipPacks(min_free_percent=5.0, usage=lambda _: Disk())
    first = packs.open(40 * _MIB)
    with pytest.raises(StorageFullError):
        packs.open(20 * _MIB)
    first.close()
    packs.open(20 * _MIB).close()


def test_a_small_pack_needs_no_room_on_the_disk() -> None:
    class Full:
        total, free = 1_000 * _MIB, 0

    ZipPacks(min_free_percent=5.0, usage=lambda _: Full()).open(_MIB).close()
