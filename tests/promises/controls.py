"""Negative controls on PostgreSQL: with what protects it taken out, each promise has to be found broken."""

from collections.abc import Callable, Mapping
from pathlib import Path
from unittest import mock

from tests.promises import grown_flips, grown_rebuilds, many_servers, model
from tests.promises.back_ends import BackEnd, PostgresBackEnd
from tests.promises.grown_model import ForgetfulGrownModel, model_on
from tests.promises.tally import Tally

_CARELESS = {"CARELESS": "commits"}
_TRIES = 3
Control = Callable[[int, PostgresBackEnd], Tally]


def _without_digests(seed: int, place: PostgresBackEnd) -> Tally:
    """Records are handed out without a look at their digest."""
    with mock.patch("hmac.compare_digest", return_value=True):
        return grown_flips.try_flips(6, seed=seed, place=place, kinds=("ledger",), read=_read_altered)


def _read_altered(root: Path, places: Mapping[str, str]) -> grown_flips.Answers:
    """A wrong answer, where a record was taken whose names or values are none any more."""
    try:
        return grown_flips.answers_of(root, places)
    except (KeyError, TypeError, ValueError) as error:
        return {repr(error): b"taken although it was altered"}


def _without_check(seed: int, place: PostgresBackEnd) -> Tally:
    """A check that sees nothing."""
    return grown_flips.try_flips(5, seed=seed, place=place, check=lambda _root, _places: [])


def _forgetful(seed: int, place: PostgresBackEnd) -> Tally:
    """A dictionary that forgets withdrawals."""
    return model.try_models(10, seed_value=seed, steps=50, kind=model_on(place, ForgetfulGrownModel))


def _unmended(_place: PostgresBackEnd, _root: Path, places: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    return "nothing is done", dict(places)


def _without_repair_of_ledgers(seed: int, place: PostgresBackEnd) -> Tally:
    return grown_rebuilds.try_rebuilds(1, seed=seed, place=place, ledger=_unmended)


def _without_repair_of_archives(seed: int, place: PostgresBackEnd) -> Tally:
    return grown_rebuilds.try_rebuilds(2, seed=seed, place=place, archive=_unmended)


def _early_answers(seed: int, place: PostgresBackEnd) -> Tally:
    """Servers whose answers leave before the commit, while one of them is killed: until something is lost by it."""
    careless = _Careless(place)
    for number in range(_TRIES):
        tally = many_servers.try_servers(
            2,
            seed=seed + number,
            place=careless,
            chosen=("kill a server",),
            module="tests.promises.careless_server",
        )
        if not tally.kept:
            break
    return tally


class _Careless(PostgresBackEnd):
    """A back end whose servers are careless."""

    def __init__(self, place: PostgresBackEnd) -> None:
        super().__init__(place.database, place.bucket)

    def places(self) -> dict[str, str]:
        return {**super().places(), **_CARELESS}


CONTROLS: dict[str, Control] = {
    "P5 without digests": _without_digests,
    "P5 without a check": _without_check,
    "P7 with a forgetful dictionary": _forgetful,
    "P8 without repairs of ledgers": _without_repair_of_ledgers,
    "P8 without repairs of archives": _without_repair_of_archives,
}
WITH_A_BUCKET: dict[str, Control] = {"P9 with answers before the commit": _early_answers}


def on_grown(trials: int, seed: int, store: BackEnd) -> Tally:
    """Every control so many times; wrong is one in which nothing was found broken."""
    assert isinstance(store, PostgresBackEnd)
    tally = Tally("negative controls", seed=seed)
    for name, control in {**CONTROLS, **(WITH_A_BUCKET if store.bucket else {})}.items():
        for number in range(trials):
            broken = control(seed + number, store)
            tally.trials += 1
            tally.acknowledged += broken.acknowledged
            tally.wrong += broken.kept
            print(f"  {name}: {broken.trials} trials, {broken.lost} lost, {broken.wrong} wrong", flush=True)
    return tally
