"""What errors say: the sentence for people, and the resource or precondition for programs."""

import pytest

from foundation.errors import Precondition, Resource, ServiceError
from runs_svc.domain import errors
from runs_svc.domain.advisory.errors import ProviderNotConfiguredError, ProviderNotFoundError
from runs_svc.domain.runs.program_errors import NothingToAcceptError, OtherFindingsError
from runs_svc.domain.shop.errors import (
    EntryExistsError,
    JobNotFoundError,
    PatternNotFoundError,
    StripFamilyNotFoundError,
)
from runs_svc.domain.workflow.errors import SessionNotFoundError

RUN, NAME, DIGEST = "run_0123456789ab", "runs/run_0123456789ab", "a" * 64


@pytest.mark.parametrize(
    ("error", "resource", "said"),
    [
        (errors.RunExistsError(RUN), Resource("run", NAME), f"a run called {RUN} exists"),
        (errors.RunCorruptError(RUN), Resource("run", NAME), "restore it from the archive"),
        (errors.RunCorruptError("jobs_1"), Resource("record", "jobs_1"), "the record of jobs_1 is altered"),
        (errors.InexactRecordError(RUN), Resource("run", NAME), "holds a number beyond 2^53-1"),
        (
            errors.AttachmentNotFoundError(DIGEST, where="attachments[2]"),
            Resource("attachment", DIGEST),
            f"attachments[2]: no attachment with sha256 {DIGEST}; upload it first",
        ),
        (errors.AttachmentCorruptError(DIGEST), Resource("attachment", DIGEST), "are altered or missing"),
        (errors.ConcurrentChangeError(RUN), Resource("run", NAME), f"others are adding to {RUN}"),
        (OtherFindingsError(RUN, found_sha256=DIGEST), Resource("run", NAME), "the findings are others than those"),
        (
            ProviderNotFoundError("dalle", "local, stub"),
            Resource("provider", "dalle"),
            "no image provider is called 'dalle'; there are: local, stub",
        ),
        (PatternNotFoundError("rope"), Resource("pattern", "patterns/rope"), "no pattern is called rope"),
        (
            StripFamilyNotFoundError("maple"),
            Resource("strip_family", "stripFamilies/maple"),
            "no strip family is called maple",
        ),
        (EntryExistsError("pattern", "patterns/rope"), Resource("pattern", "patterns/rope"), "choose another id"),
        (JobNotFoundError("job_1"), Resource("job", "jobs/job_1"), "no job is called job_1"),
        (SessionNotFoundError("ws_1"), Resource("session", "sessions/ws_1"), "no session is called ws_1"),
    ],
)
def test_an_error_names_what_it_is_about(error: ServiceError, resource: Resource, said: str) -> None:
    assert error.resource == resource
    assert said in str(error)


@pytest.mark.parametrize(
    ("error", "preconditions", "said"),
    [
        (
            errors.GateClosedError(RUN, ""),
            [Precondition("GATE", NAME, "no reason was recorded")],
            f"{RUN} is blocked, so no program is released to it: no reason was recorded",
        ),
        (
            errors.InputsNotRecordedError(RUN),
            [
                Precondition(
                    "INPUTS", NAME, "it was imported without its design and context, so it cannot be evaluated again"
                )
            ],
            "so it cannot be evaluated again",
        ),
        (
            errors.ExecutionOutOfOrderError(RUN, step="FINISHED", last="SCRAPPED"),
            [Precondition("EXECUTION", NAME, "the last step is SCRAPPED")],
            f"{RUN}: FINISHED does not follow SCRAPPED",
        ),
        (
            errors.RecordTooLargeError(NAME, 12, 10),
            [Precondition("SIZE", NAME, "it would have 12 bytes; allowed: at most 10")],
            "nothing was recorded",
        ),
        (
            errors.ReplayBlockedError(RUN, ["the engine changed", "the tool changed"]),
            [Precondition("DRIFT", NAME, "the engine changed"), Precondition("DRIFT", NAME, "the tool changed")],
            "give a note that says why it is replayed",
        ),
        (
            NothingToAcceptError(RUN),
            [Precondition("PROGRAM", NAME, "nothing holds its programs back")],
            "nothing in its programs waits to be accepted",
        ),
        (
            ProviderNotConfiguredError("openai", "set OPENAI_API_KEY"),
            [Precondition("CONFIGURATION", "openai", "set OPENAI_API_KEY")],
            "the image provider openai is not configured: set OPENAI_API_KEY",
        ),
    ],
)
def test_an_error_names_what_has_to_be_true_first(
    error: ServiceError, preconditions: list[Precondition], said: str
) -> None:
    assert list(error.preconditions) == preconditions
    assert said in str(error)


@pytest.mark.parametrize(
    ("error", "metadata", "said"),
    [
        (
            errors.IdempotencyKeyReusedError(key="k", recorded_sha256="a", given_sha256="b"),
            {"idempotency_key": "k", "recorded_payload_sha256": "a", "given_payload_sha256": "b"},
            "use a new key for a new attempt",
        ),
        (
            errors.OffsetOutOfRangeError(9, 5),
            {"available_bytes": "5"},
            "offset 9 lies past the 5 bytes that are there",
        ),
        (
            errors.VersionTakenError("ws_1", 4),
            {"subject_id": "ws_1", "version": "4"},
            "ws_1 was changed by another writer",
        ),
        (OtherFindingsError(RUN, found_sha256=DIGEST), {"findings_sha256": DIGEST}, "read them again and decide"),
    ],
)
def test_an_error_hands_over_what_a_program_needs(error: ServiceError, metadata: dict[str, str], said: str) -> None:
    assert error.metadata == metadata
    assert said in str(error)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (errors.StoreDamagedError(), "stop the server and check the store with fsck"),
        (errors.AttachmentTooLargeError(11, 10), "11 bytes are over the limit of 10"),
        (errors.UploadInProgressError(DIGEST), f"another upload of {DIGEST} is under way"),
        (errors.TooManyWatchersError(64), "64 watchers are there already"),
        (errors.ComparisonTooLargeError("20 MiB"), "the comparison was given up: 20 MiB"),
        (errors.DrawingUnavailableError("it is away"), "the program was not drawn: it is away"),
        (errors.ProgramNotDrawableError(RUN, "it is over 10 MB"), f"{RUN}: it is over 10 MB"),
    ],
)
def test_an_error_says_what_to_do(error: ServiceError, said: str) -> None:
    assert said in str(error)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(errors.TooManyPacksError(), 5.0), (errors.ReplayUnavailableError(RUN, "it is away"), 1.0)],
)
def test_what_passes_says_when_to_try_again(error: ServiceError, seconds: float) -> None:
    assert error.retry_after_s == seconds
