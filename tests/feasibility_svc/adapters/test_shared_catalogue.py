"""What every home of the workshop's catalogue promises: journals in a folder, tables in PostgreSQL."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import psycopg
import pytest

from feasibility_svc.adapters.import_journal import ImportJournal
from feasibility_svc.adapters.journal import CatalogueJournal
from feasibility_svc.adapters.postgres import copying, schema
from feasibility_svc.adapters.postgres.catalogue import DatabaseCatalogue
from feasibility_svc.adapters.postgres.imports import DatabaseImports
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.catalogue.workshop import Change
from feasibility_svc.domain.scoring.errors import CatalogBusyError, CatalogReadOnlyError
from feasibility_svc.ports import ImportLog, WorkshopCatalogue
from rpckit.postgres_connection import BoundedConnection
from rpckit.settings import ConfigurationError
from testkit.postgres import PostgresServer
from tests.feasibility_svc.adapters.test_import_journal import EVENT
from tests.feasibility_svc.adapters.test_journal import own_tools, tool

pytestmark = pytest.mark.xdist_group("postgres")
_PATIENCE_S = 30.0


class Home:
    """A place for a catalogue, which any number of servers may open."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.folder, self.url = folder, url
        self._opened: list[DatabaseCatalogue] = []

    def open(self) -> WorkshopCatalogue:
        if self.url is None:
            return CatalogueJournal(Catalogue(), self.folder)
        opened = DatabaseCatalogue(Catalogue(), self.url)
        self._opened.append(opened)
        return opened

    def imports(self) -> ImportLog:
        return ImportJournal(self.folder) if self.url is None else DatabaseImports(self.url)

    def close(self) -> None:
        for opened in self._opened:
            opened.close()


@pytest.fixture
def database(postgres_server: PostgresServer) -> tuple[str, str]:
    """An empty database with the catalogue's tables, as its owner and as the servers know it."""
    name = f"catalogue_{uuid.uuid4().hex}"
    postgres_server.run(f"CREATE DATABASE {name}")
    schema.create(postgres_server.url(name), "rmos_service")
    return postgres_server.url(name), postgres_server.url(name, user="rmos_service")


@pytest.fixture(params=["journal", "PostgreSQL"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    url = request.getfixturevalue("database")[1] if request.param == "PostgreSQL" else None
    with closing(Home(tmp_path / "catalogue", url)) as opened:
        yield opened


def _given(change: Change, _: Catalogue) -> list[Change]:
    return [change]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_was_added_is_there_at_once_and_for_whoever_opens_it_later(home: Home) -> None:
    first = home.open()
    assert first.append(lambda _: [tool(1)]) == [tool(1)]
    assert first.append(lambda _: [tool(2), tool(3)]) == [tool(2), tool(3)]
    assert first.append(lambda _: []) == []
    assert own_tools(first) == own_tools(home.open()) == {"bit_1", "bit_2", "bit_3"}
    assert first.current.revision == home.open().current.revision


def test_several_servers_see_each_others_entries_and_decide_on_what_is_there(home: Home) -> None:
    one, other = home.open(), home.open()
    one.append(lambda _: [tool(1)])
    assert other.append(lambda now: [tool(2)] if "bit_1" in now.tools else []) == [tool(2)]
    until(lambda: own_tools(one) == own_tools(other) == {"bit_1", "bit_2"})
    assert one.current.revision == other.current.revision


def test_entries_of_many_servers_at_once_are_all_there_once(home: Home) -> None:
    opened = [home.open() for _ in range(4)]

    def add(server: int) -> None:
        for number in range(5):
            change = tool(server * 5 + number)
            opened[server].append(partial(_given, change))

    adding = [threading.Thread(target=add, args=[server]) for server in range(4)]
    for thread in adding:
        thread.start()
    for thread in adding:
        thread.join(_PATIENCE_S)
    assert len(own_tools(home.open())) == 20
    until(lambda: len({catalogue.current.revision for catalogue in opened}) == 1)


def test_import_attempts_of_every_server_are_listed_in_their_order(home: Home) -> None:
    other = EVENT.model_copy(update={"file_name": "other.json"})
    home.imports().note(EVENT)
    home.imports().note(other)
    assert home.imports().events() == [EVENT, other]


def test_a_change_that_is_refused_leaves_nothing(home: Home) -> None:
    catalogue = home.open()

    def refuse(_: Catalogue) -> list[Change]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        catalogue.append(refuse)
    assert catalogue.append(lambda _: [tool(1)]) == [tool(1)]
    assert own_tools(home.open()) == {"bit_1"}


def test_the_servers_role_only_adds_and_nobody_changes(database: tuple[str, str]) -> None:
    owner, service = database
    schema.check(service)
    with pytest.raises(ConfigurationError, match="superuser"):
        schema.check(owner)
    with closing(DatabaseCatalogue(Catalogue(), service)) as catalogue:
        catalogue.append(lambda _: [tool(1)])
    with psycopg.connect(service) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE catalogue_journal SET line = ''")
    with psycopg.connect(owner) as connection, pytest.raises(psycopg.errors.RestrictViolation):
        connection.execute("DELETE FROM catalogue_journal")


def test_an_altered_row_is_told_at_the_start_and_a_replaced_database_is_not_written_to(
    database: tuple[str, str],
) -> None:
    owner, service = database
    with closing(DatabaseCatalogue(Catalogue(), service)) as catalogue:
        catalogue.append(lambda _: [tool(1)])
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute("ALTER TABLE catalogue_journal DISABLE TRIGGER ALL")
            connection.execute("UPDATE catalogue_journal SET chain_sha256 = repeat('0', 64)")
        with pytest.raises(CatalogReadOnlyError, match="does not hold what this server has read"):
            catalogue.append(lambda _: [tool(2)])
        assert own_tools(catalogue) == {"bit_1"}
    with pytest.raises(ConfigurationError, match="altered"):
        DatabaseCatalogue(Catalogue(), service)
    with psycopg.connect(owner) as connection:
        assert connection.execute("SELECT count(*) FROM catalogue_journal").fetchone() == (1,)


def test_a_row_that_no_server_wrote_is_told_and_nothing_is_added_to_it(database: tuple[str, str]) -> None:
    _, service = database
    with closing(DatabaseCatalogue(Catalogue(), service)) as catalogue:
        catalogue.append(lambda _: [tool(1)])
        with psycopg.connect(service, autocommit=True) as connection:
            connection.execute("INSERT INTO catalogue_journal VALUES (2, '{}', repeat('0', 64))")
        with pytest.raises(CatalogReadOnlyError, match="a row at place 2 that was altered"):
            catalogue.append(lambda _: [tool(2)])
        with pytest.raises(CatalogReadOnlyError, match="a row at place 2 that was altered"):
            catalogue.earlier(lambda revision: revision == "of no state")
        assert own_tools(catalogue) == {"bit_1"}, "reading goes on"


def test_a_database_that_is_away_refuses_and_is_found_again(database: tuple[str, str]) -> None:
    owner, service = database
    name = service.rpartition("/")[2]
    with closing(DatabaseCatalogue(Catalogue(), service)) as catalogue:
        catalogue.append(lambda _: [tool(1)])
        with psycopg.connect(owner.replace(name, "postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS off")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            with pytest.raises(CatalogBusyError, match="cannot be reached; nothing was added"):
                catalogue.append(lambda _: [tool(2)])
            assert own_tools(catalogue) == {"bit_1"}, "reading goes on"
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS on")
        with closing(DatabaseCatalogue(Catalogue(), service)) as other:
            other.append(lambda _: [tool(3)])
        until(lambda: own_tools(catalogue) == {"bit_1", "bit_3"})


def test_a_database_that_is_paused_holds_up_neither_an_addition_nor_the_follower(
    database: tuple[str, str],
    postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    _, service = database
    with closing(DatabaseCatalogue(Catalogue(), service)) as catalogue, ExitStack() as pausing:

        def pause(_: Catalogue) -> list[Change]:
            pausing.enter_context(postgres_server.paused())
            return [tool(1)]

        monkeypatch.setattr(BoundedConnection, "answer_within_s", 1.0)
        with pytest.raises(CatalogBusyError, match="cannot be reached; nothing was added"):
            catalogue.append(pause)
        until(lambda: "no news of the catalogue" in caplog.text)
        pausing.close()
        monkeypatch.undo()
        assert not own_tools(catalogue)
        with closing(DatabaseCatalogue(Catalogue(), service)) as other:
            other.append(lambda _: [tool(2)])
        until(lambda: own_tools(catalogue) == {"bit_2"})


def test_a_catalogue_goes_into_a_database_and_out_again_with_the_same_bytes(
    database: tuple[str, str], tmp_path: Path
) -> None:
    _, url = database
    folder = tmp_path / "catalogue"
    journal = CatalogueJournal(Catalogue(), folder)
    journal.append(lambda _: [tool(1)])
    journal.append(lambda _: [tool(2), tool(3)])
    ImportJournal(folder).note(EVENT)
    assert copying.import_journals(folder, url) == 2
    with pytest.raises(ConfigurationError, match="holds a catalogue already"):
        copying.import_journals(folder, url)
    with closing(DatabaseCatalogue(Catalogue(), url)) as catalogue:
        assert catalogue.current.revision == journal.current.revision
    assert copying.export_journals(url, tmp_path / "out") == 2
    for name in ("journal.jsonl", "imports.jsonl"):
        assert (tmp_path / "out" / name).read_bytes() == (folder / name).read_bytes()
    with pytest.raises(ConfigurationError, match="exists"):
        copying.export_journals(url, tmp_path / "out")


def test_the_catalogue_is_found_as_it_was(home: Home) -> None:
    catalogue = home.open()
    seen = [catalogue.current]
    for number in range(3):
        catalogue.append(lambda _, number=number: [tool(number), tool(10 + number)])  # type: ignore[misc]
        seen.append(catalogue.current)
    for state in seen:
        found = catalogue.earlier(lambda revision, state=state: revision == state.revision)  # type: ignore[misc]
        assert found is not None
        assert (found.revision, found.tools.keys()) == (state.revision, state.tools.keys())
    assert catalogue.earlier(lambda _: False) is None
