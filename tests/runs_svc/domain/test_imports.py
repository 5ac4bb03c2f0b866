"""Attempts to import something, as they are kept."""

import pytest

from runs_svc.domain.shop.imports import (
    ImportAttempt,
    ImportedFile,
    ImportOutcome,
    attempt_index_fields,
    read_attempt,
    write_attempt,
)


@pytest.mark.parametrize("files", [(), (ImportedFile("a.nc", "b" * 64, 3),)])
def test_an_attempt_is_read_as_it_was_written(files: tuple[ImportedFile, ...]) -> None:
    attempt = ImportAttempt("v1", ImportOutcome.REJECTED, "runs.json", "a" * 64, 9, "why", {"runs": 1}, files)
    written = write_attempt(attempt)
    assert ("attachments" in written) is bool(files)
    assert read_attempt(written) == attempt


def test_an_attempt_is_found_by_kind_outcome_and_bytes() -> None:
    attempt = ImportAttempt("tools", ImportOutcome.ACCEPTED, "bits.csv", "a" * 64, 9)
    assert attempt_index_fields(attempt) == {
        "import_kind": "tools",
        "outcome": "accepted",
        "source_sha256": "a" * 64,
    }
