"""Many servers: who publishes and how far that has come, and turns that one takes after another."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        'CREATE TABLE leases (name text COLLATE "C" PRIMARY KEY, holder text NOT NULL, fence bigint NOT NULL, '
        "until timestamptz NOT NULL)"
    )
    op.execute(
        'CREATE TABLE publications (name text COLLATE "C" PRIMARY KEY, fence bigint NOT NULL, place bigint NOT NULL, '
        'sha256 text COLLATE "C" NOT NULL, pending bigint[] NOT NULL)'
    )
    op.execute("INSERT INTO publications VALUES ('archive', 0, 0, '', '{}')")
    op.execute('CREATE TABLE turns (name text COLLATE "C" PRIMARY KEY)')
    op.execute("INSERT INTO turns VALUES ('budget')")
