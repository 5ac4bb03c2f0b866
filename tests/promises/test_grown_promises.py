"""P9 in its short form, on the tests' own PostgreSQL and bucket; `make stores` and `make campaign` try it long."""

import os

import pytest

from testkit.postgres import PostgresServer
from testkit.seaweed import S3Server
from tests.promises import many_servers
from tests.promises.back_ends import PostgresBackEnd

pytestmark = pytest.mark.xdist_group("postgres")
SEED = int(os.environ.get("PROMISES_SEED", "20261121"))
SHORT = (
    "cut the lines to the database",
    "kill a server",
    "cut the lines to the bucket",
    "kill the database",
)


def test_p9_two_servers_lose_and_double_nothing_while_what_they_rest_on_fails(
    postgres_server: PostgresServer, s3_server: S3Server
) -> None:
    place = PostgresBackEnd(postgres_server, s3_server)
    tally = many_servers.try_servers(len(SHORT), seed=SEED, place=place, chosen=SHORT)
    assert tally.kept, str(tally)
    assert tally.acknowledged >= 20, f"too little traffic to prove anything: {tally}"
