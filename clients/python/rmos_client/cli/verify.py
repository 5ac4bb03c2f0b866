"""rmosctl verify: is the record still what was recorded?"""

from typing import Annotated

import typer

from rmos.runs.v1 import run_pb2
from rmos_client.cli.answers import print_list
from rmos_client.cli.calling import JsonOption
from rmos_client.cli.console import EXIT_NOT_VERIFIED, RUNS, RunsAddress, console
from rmos_client.cli.progress import counting
from rmos_client.cli.tables import Rows
from rmos_client.rmos import Rmos


def outcome_name(outcome: "run_pb2.VerificationOutcome.ValueType") -> str:
    return run_pb2.VerificationOutcome.Name(outcome).removeprefix("VERIFICATION_OUTCOME_")


def verify(
    run_ids: Annotated[list[str], typer.Argument(help="Runs to verify.")],
    as_json: JsonOption = False,
    runs: RunsAddress = RUNS,
) -> None:
    """Recompute every digest of a run, its published file and its attachments, and compare."""
    all_verified, verifications = True, list[run_pb2.RunVerification]()
    with Rmos(runs=runs) as client, counting("verify", len(run_ids)) as progress:
        for done, run_id in enumerate(run_ids, start=1):
            verification = client.verify_run(run_id)
            progress(done)
            verified = verification.outcome == run_pb2.VERIFICATION_OUTCOME_VERIFIED
            all_verified = all_verified and verified
            if as_json:
                verifications.append(verification)
                continue
            console.print(f"{run_id}  {outcome_name(verification.outcome)}", highlight=False)
            console.print(_items(verification))
    if as_json:
        print_list(verifications, (), name="verifications", as_json=True)
    if not all_verified:
        raise typer.Exit(EXIT_NOT_VERIFIED)


def _items(verification: run_pb2.RunVerification) -> Rows:
    return Rows(
        ("",) * 4,
        [(outcome_name(item.outcome), item.item, item.actual_sha256, item.detail) for item in verification.items],
    )
