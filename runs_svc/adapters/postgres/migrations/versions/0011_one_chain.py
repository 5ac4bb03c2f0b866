"""What follows has one number and one file for every database: this schema holds what SQLite's eleventh does."""

revision = "0011"
down_revision = "0005"


def upgrade() -> None:
    """Nothing: the chains meet here."""
