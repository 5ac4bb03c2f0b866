"""Names of people in lists are compared in one form."""

from alembic import op

from runs_svc.migrations import names_in_lists

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    names_in_lists.fill(op.get_bind())
