"""A store on its way into a database in PostgreSQL, and out of it: who must be alone, and who is seen."""

import threading

import pytest

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres import intake
from runs_svc.adapters.postgres.engine import APPLICATION, OFFLINE, as_offline, open_reader
from runs_svc.adapters.postgres.intake import leave, refuse_moving, require_no_servers
from testkit.postgres import PostgresServer
from tests.ends import PATIENCE_S, join_all
from tests.stores.postgres_connections import connected

pytestmark = pytest.mark.xdist_group("postgres")


def test_a_server_that_is_just_leaving_keeps_no_store_from_moving(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_LEAVES_WITHIN_S", PATIENCE_S)
    server = open_reader(postgres_url)
    server.connect().close()  # into its pool
    leaving = threading.Timer(0.5, server.dispose)
    leaving.start()
    leave(postgres_url, "elsewhere")()
    join_all([leaving])


async def test_an_attempt_to_move_takes_back_only_what_it_said_itself(
    postgres_url: str, postgres_server: PostgresServer
) -> None:
    looking, server = open_reader(as_offline(postgres_url)), open_reader(postgres_url)

    def said() -> str | None:
        with looking.connect() as connection:
            return refuse_moving(connection)

    leave(postgres_url, "elsewhere")()
    assert said() is None
    try:
        leave(postgres_url, "elsewhere")  # and is killed
        leave(postgres_url, "elsewhere")()
        assert "was moved to elsewhere" in str(said())
        with server.connect(), pytest.raises(ConfigurationError, match="servers are connected to the database"):
            leave(postgres_url, "elsewhere")
        assert "was moved to elsewhere" in str(said())
    finally:
        looking.dispose()
        server.dispose()
        postgres_server.run("DELETE FROM moves", database="store")


async def test_a_url_does_not_hide_a_server_from_those_who_must_be_alone(postgres_url: str) -> None:
    with connected(open_reader(f"{postgres_url}?application_name=workshop")) as connection:
        assert connection.exec_driver_sql("SHOW application_name").scalar_one() == APPLICATION
        with pytest.raises(ConfigurationError, match="servers are connected to the database"):
            require_no_servers(connection)
    with connected(open_reader(as_offline(postgres_url))) as connection:
        assert connection.exec_driver_sql("SHOW application_name").scalar_one() == OFFLINE
