"""`python -m runs_svc`: serve until stopped; `python -m runs_svc fsck …`: an offline command.

Exit code 2 says that the configuration is wrong.
"""

import asyncio
import os
import sys
from collections.abc import Sequence

import sqlalchemy as sa

from foundation.errors import ServiceError
from foundation.visible_text import shown
from rpckit import disk_faults, json_log
from rpckit import settings as configuration
from rpckit.event_loop import loop_factory, tune_collector, tune_threads
from rpckit.interceptors.admission import Admission
from rpckit.private_files import keep_private
from rpckit.server import run_until_stopped
from rpckit.threads import leave_what_is_at_work
from rpckit.workers import Workers, run_workers
from runs_svc.composition import server
from runs_svc.composition.store import open_store
from runs_svc.config import RunsSettings

_LAST_WORDS_S = 1.5
"""Of the grace period: for the publisher to end with the files it has in hand, and for the process."""


async def _serve(settings: RunsSettings) -> None:
    admission = Admission(most_calls=settings.max_calls, most_streams=settings.max_streams)
    store = open_store(settings, calls_in_flight=lambda: admission.active_calls)
    left_s = 0.0
    try:
        running = await server.start(settings, store, admission)
        tune_collector()
        tune_threads()
        watch = asyncio.create_task(server.tell_whether_it_serves(store, running))
        left_s = await run_until_stopped(running, grace_s=settings.grace_s, address_file=settings.address_file)
        watch.cancel()
    finally:
        await store.close(publish_within_s=max(left_s - _LAST_WORDS_S, 0.0))
    leave_what_is_at_work()


def _workers(settings: RunsSettings) -> Workers:
    """The team. What they export is in one folder.

    Raises:
        ConfigurationError: One process owns the store.
    """
    if not settings.is_shared:
        raise configuration.ConfigurationError(
            f"--workers or RMOS_WORKERS: {settings.workers} processes cannot own one SQLite file or one folder of "
            "attachments; set RMOS_DATABASE_URL=postgresql://… and RMOS_BLOBS_URL=s3://…, or leave it at 1"
        )
    return Workers(
        "runs_svc",
        settings.workers,
        settings.listen,
        settings.address_file,
        settings.metrics_listen,
        flags=lambda index: (
            *("--runs-dir", str(settings.runs_dir / f"worker-{index}")),
            *("--exports-dir", str(settings.exports_path)),
        ),
        grace_s=settings.grace_s,
    )


def _run_offline(arguments: Sequence[str]) -> None:
    """Run an offline command; it raises SystemExit with the code.

    Raises:
        ConfigurationError: A file or folder cannot be opened or written; the message names it.
    """
    from runs_svc.cli import offline  # what only these need stays out of the server's start

    try:
        offline(list(arguments), prog_name="python -m runs_svc")
    except BrokenPipeError:  # whoever read the output has left
        raise
    except OSError as error:
        raise configuration.ConfigurationError(disk_faults.sentence(error)) from error


def main(arguments: Sequence[str]) -> int:
    """The exit code of the server, or of an offline command.

    Raises:
        SystemExit: An offline command came to its end.
    """
    keep_private()
    try:
        if arguments[:1] and arguments[0] in RunsSettings.commands:
            _run_offline(arguments)
        settings = configuration.load(RunsSettings, program="runs_svc", arguments=arguments, environ=os.environ)
        json_log.configure(level=settings.log_level)
        if settings.workers > 1:
            return run_workers(_workers(settings))
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(settings))
    except (configuration.ConfigurationError, ServiceError) as error:
        return _refused(str(error))
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        said = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error)
        return _refused(
            f"the database cannot be reached, or refuses this role or statement: {said.partition(chr(10))[0]}"
        )
    return 0


def _refused(why: str) -> int:
    print(f"runs_svc: {shown(why)}", file=sys.stderr)
    return 2


def command() -> int:
    """`rmos-runs`: as `python -m runs_svc`."""
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(command())
