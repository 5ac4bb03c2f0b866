"""Settings of the runs server that are refused before anything is opened."""

import pytest

from rpckit.settings import ConfigurationError, load
from runs_svc.config import RunsSettings


def settings(url: str) -> RunsSettings:
    return load(RunsSettings, program="runs_svc", arguments=[], environ={"RMOS_DATABASE_URL": url})


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite://", "sqlite:///", "postgresql://u:hunter2@shop/rmos", "/x/rmos.db"]
)
def test_a_ledger_that_is_no_file_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError, match="RMOS_DATABASE_URL: only sqlite:///PATH is allowed") as refused:
        settings(url)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite:////data/rmos.db", "sqlite:///rmos.db"])
def test_a_ledger_in_a_file_is_taken(url: str) -> None:
    assert settings(url).ledger_url == url
