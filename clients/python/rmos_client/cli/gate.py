"""rmosctl gate: whether a file may go to a machine."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from rmos_client.cli.answers import print_object
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import RUNS, RunsAddress, console, error_console
from rmos_client.jobs import STANDARD_INPUT, JobFileError, read_bytes
from rmos_client.machine_gate import Decision, GateAnswer, PackError, decide, decide_from_packs, sha256_of
from rmos_client.rmos import Rmos


def gate(
    file: Annotated[Path, typer.Argument(help="Program that is to be loaded.")],
    machine: Annotated[str, typer.Option(help="Machine it is to run on; it must be the run's.")] = "",
    pack: Annotated[
        list[Path] | None,
        typer.Option(help="Operator pack, or folder of packs, to ask instead of the runs server: works offline."),
    ] = None,
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Exit with 0, and one line, only if these exact bytes are the released program of an open run.

    Exit codes otherwise, with the reason on standard error: 1 the runs server could not be asked, 2 wrong usage or a
    damaged pack, 3 a run names these bytes and they may not run, 4 no run names them.
    """
    decision = _decide(file, machine, pack, runs)
    if as_json:
        print_object(answer=decision.answer.name, sentence=decision.sentence)
        raise typer.Exit(int(decision.answer))
    if decision.answer is GateAnswer.RELEASED:
        console.print(decision.sentence, highlight=False, markup=False, soft_wrap=True)
        return
    error_console.print(decision.sentence, highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(int(decision.answer))


def _decide(file: Path, machine: str, packs: list[Path] | None, runs: str) -> Decision:
    sha256 = _sha256_of(file)
    if packs:
        try:
            return decide_from_packs(sha256, machine, _all(packs))
        except PackError as error:
            raise JobFileError(str(error)) from error
    with Rmos(runs=runs) as records:
        return decide(sha256, machine, records)


def _sha256_of(file: Path) -> str:
    if file == STANDARD_INPUT:
        return hashlib.sha256(read_bytes(file)).hexdigest()
    try:
        return sha256_of(file)
    except OSError as error:
        raise JobFileError(f"{file}: {error.strerror}") from error


def _all(paths: list[Path]) -> list[Path]:
    """Packs, and those in folders of packs, newest first."""
    found = [pack for path in paths for pack in (path.glob("*.zip") if path.is_dir() else [path])]
    if missing := [path for path in found if not path.is_file()]:
        raise JobFileError(f"{missing[0]}: there is no such operator pack")
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
