"""`python -m feasibility_svc`: serve until stopped; `python -m feasibility_svc catalogue …`: the catalogue's database.

Exit code 2 says that the configuration is wrong.
"""

import asyncio
import os
import sys
from collections.abc import Sequence

from feasibility_svc import server
from feasibility_svc.adapters.worker_processes import usual_worker_count
from feasibility_svc.config import FeasibilitySettings
from foundation.visible_text import shown
from rpckit import json_log
from rpckit import settings as configuration
from rpckit.event_loop import loop_factory, tune_collector, tune_threads
from rpckit.private_files import keep_private
from rpckit.server import run_until_stopped
from rpckit.threads import leave_what_is_at_work
from rpckit.workers import Workers, run_workers


async def _serve(settings: FeasibilitySettings) -> None:
    running = await server.start(settings)
    tune_collector()
    tune_threads()
    await run_until_stopped(running, grace_s=settings.grace_s, address_file=settings.address_file)
    leave_what_is_at_work()


def _workers(settings: FeasibilitySettings) -> Workers:
    """The team: catalogue, people and logs are in folders that several processes may have."""
    programs = settings.program_workers or max(1, usual_worker_count() // settings.workers)
    return Workers(
        "feasibility_svc",
        settings.workers,
        settings.listen,
        settings.address_file,
        settings.metrics_listen,
        flags=lambda _: ("--program-workers", str(programs)),
        grace_s=settings.grace_s,
    )


def _run_offline(arguments: Sequence[str]) -> None:
    """Run a command on the catalogue; it raises SystemExit with the code."""
    from feasibility_svc.cli import app  # what only these need stays out of the server's start

    app(list(arguments), prog_name="python -m feasibility_svc")


def main() -> int:
    keep_private()
    try:
        if sys.argv[1:2] and sys.argv[1] in FeasibilitySettings.commands:
            _run_offline(sys.argv[1:])
        settings = configuration.load(
            FeasibilitySettings, program="feasibility_svc", arguments=sys.argv[1:], environ=os.environ
        )
        json_log.configure(level=settings.log_level)
        if settings.workers > 1:
            return run_workers(_workers(settings))
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(settings))
    except configuration.ConfigurationError as error:
        print(f"feasibility_svc: {shown(str(error))}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
