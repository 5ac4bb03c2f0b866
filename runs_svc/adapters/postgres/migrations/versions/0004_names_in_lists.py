"""Names of people in lists are compared in one form: SQLite's eleventh migration."""

from alembic import op

from runs_svc.migrations import names_in_lists

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    names_in_lists.fill(op.get_bind())
