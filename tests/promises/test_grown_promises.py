"""P9 in its short form, on the tests' own PostgreSQL and bucket, and how P7 ends; `make stores` tries both long."""

import os

import pytest

from testkit.postgres import PostgresServer
from testkit.seaweed import S3Server
from tests.promises import many_servers
from tests.promises.back_ends import PostgresBackEnd
from tests.promises.grown_model import model_on
from tests.promises.tally import Tally

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


def test_p7_a_walk_with_a_folder_ends_with_a_sound_store(postgres_server: PostgresServer) -> None:
    kind = model_on(PostgresBackEnd(postgres_server, None))
    kind.tally = Tally("P7 equals the model", seed=SEED)
    walk = kind()
    walk.begin()
    name = walk.create(None)
    walk.restart()
    walk.annotate(name, "dry wood")
    walk.teardown()  # fsck misses what was not published
    assert walk.tally.acknowledged == 2
