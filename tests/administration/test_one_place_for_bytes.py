"""Servers of one database keep attachments in one place: one with another folder or bucket is refused at its start."""

from pathlib import Path

import obstore
import psycopg
import pytest

from rpckit.settings import ConfigurationError
from runs_svc.adapters.postgres.place_of_bytes import Place, claim
from runs_svc.adapters.s3.bucket import open_bucket
from runs_svc.composition.place_of_bytes import claim_place
from runs_svc.config import RunsSettings
from testkit.local_servers import LocalServer, ServerStartError
from tests.administration.filled_store import Filled
from tests.administration.grown_store import Grown

pytestmark = pytest.mark.xdist_group("postgres")
REFUSED = "the attachments of this database are kept in "


def test_a_second_server_with_a_folder_of_its_own_is_refused_and_a_folder_that_moved_is_not(
    filled: Filled, grown: Grown, tmp_path: Path
) -> None:
    def server(root: Path) -> LocalServer:
        flags = ["--runs-dir", str(root), *filled.runs.flags[2:]]
        return LocalServer("runs_svc", tmp_path / f"{root.name}-server", flags, {"RMOS_DATABASE_URL": grown.url})

    first = server(tmp_path / "first")
    first.start()
    try:
        with pytest.raises(
            ServerStartError, match=f"{REFUSED}{tmp_path}/first/attachments on .* keep them in {tmp_path}/second/"
        ):
            server(tmp_path / "second").start()
    finally:
        first.stop()
    (tmp_path / "first").rename(tmp_path / "elsewhere")
    claim_place(RunsSettings(runs_dir=tmp_path / "elsewhere", database_url=grown.url))
    with pytest.raises(ConfigurationError, match=f"{REFUSED}{tmp_path}/elsewhere/attachments on"):
        claim_place(RunsSettings(runs_dir=tmp_path / "second", database_url=grown.url))


def test_a_bucket_is_known_by_what_lies_in_it_and_restoring_settles_which_it_is(
    kept: Grown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in kept.environment.items():
        monkeypatch.setenv(name, value)
    own, copied = RunsSettings(runs_dir=tmp_path, database_url=kept.url, blobs_url=kept.blobs), f"{kept.blobs}_copied"
    for elsewhere in ({"blobs_url": copied}, {"blobs_url": None}):
        with pytest.raises(ConfigurationError, match=f"{REFUSED}{kept.blobs} at http"):
            claim_place(own.model_copy(update=elsewhere))
    claim_place(own)
    obstore.put(open_bucket(copied), "store", obstore.get(open_bucket(kept.blobs), "store").bytes())
    claim_place(own.model_copy(update={"blobs_url": copied}))  # as after a copy of the bucket
    obstore.delete(open_bucket(copied), "store")
    claim_place(own.model_copy(update={"blobs_url": copied}))  # it was called so the last time
    assert obstore.get(open_bucket(copied), "store").bytes() == obstore.get(open_bucket(kept.blobs), "store").bytes()
    with psycopg.connect(kept.owner_url) as database:
        database.execute("DELETE FROM leases WHERE name = 'bytes'")  # what the refusal says to do
    claim_place(own.model_copy(update={"blobs_url": None}))


def test_servers_that_start_together_on_a_new_bucket_agree_on_its_id(grown: Grown) -> None:
    first = claim(grown.url, Place("a" * 32, "s3://new", is_new=True))
    assert claim(grown.url, Place("b" * 32, "s3://new", is_new=True)) == first == "a" * 32
    with pytest.raises(ConfigurationError, match=f"{REFUSED}s3://new, and this server would keep them in s3://other"):
        claim(grown.url, Place("c" * 32, "s3://other", is_new=True))


def test_after_a_switch_the_new_store_knows_its_place(filled: Filled, grown: Grown) -> None:
    assert grown.move(filled.root, "--switch")[0] == 0
    with psycopg.connect(grown.url) as database:
        assert (
            database.execute("SELECT holder FROM leases WHERE name = 'bytes'").fetchall()[0][0].count(grown.blobs) == 1
        )
