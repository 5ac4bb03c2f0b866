"""Settings of the runs server that are refused before anything is opened."""

import pytest

from rpckit.settings import ConfigurationError, load
from runs_svc.config import RunsSettings


def settings(url: str) -> RunsSettings:
    return load(RunsSettings, program="runs_svc", arguments=[], environ={"RMOS_DATABASE_URL": url})


@pytest.mark.parametrize(
    "url",
    ["nonsense", "sqlite://", "sqlite:///", "postgresql://u:hunter2@shop", "mysql://u:hunter2@shop/rmos", "/x/rmos.db"],
)
def test_a_ledger_that_is_no_file_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="RMOS_DATABASE_URL: allowed are sqlite:///PATH") as refused:
        settings(url)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite:////data/rmos.db", "sqlite:///rmos.db"])
def test_a_ledger_in_a_file_is_taken(url: str) -> None:
    assert settings(url).ledger_url == url


def test_attachments_in_a_bucket_need_a_database_that_servers_share() -> None:
    database = "postgresql://rmos_service@shop/rmos"
    assert RunsSettings(database_url=database, blobs_url="s3://rmos/shop").is_shared
    assert not RunsSettings(database_url=database).is_shared
    with pytest.raises(ConfigurationError, match="RMOS_BLOBS_URL: attachments in a bucket need a ledger in PostgreSQL"):
        RunsSettings(blobs_url="s3://rmos/shop")
    with pytest.raises(ConfigurationError, match="RMOS_BLOBS_URL: 'http://rmos' is no bucket"):
        RunsSettings(database_url=database, blobs_url="http://rmos")
