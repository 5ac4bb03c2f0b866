"""Connections of tests to PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def connected(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that is not left in a pool, where those who must be alone would see it."""
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
