"""Offline commands of the runs server: `python -m runs_svc COMMAND`. They own the store while they run;
`people` and `keys` do not need it.

Exit codes: 0 done and good · 1 done, but something was refused or does not verify · 2 cannot run with these arguments.
"""

import typer

from runs_svc.cli import backup, fsck, migrate, move, people, retention, schema

offline = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)
offline.add_typer(migrate.app, name="migrate")
offline.add_typer(schema.app, name="schema")
offline.command()(fsck.fsck)
offline.add_typer(retention.app, name="retention")
offline.add_typer(people.people, name="people")
offline.add_typer(people.keys, name="keys")
offline.command()(backup.backup)
offline.command()(backup.restore)
offline.command()(move.move)
