"""What a rollback takes out of a ledger, and what it leaves."""

import pytest

from runs_svc.domain.errors import RunCorruptError
from runs_svc.domain.ids import Digest
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.document import StoredDocument
from runs_svc.domain.runs.stored_run import document_of
from runs_svc.domain.upkeep.rollback import plan_rollback
from tests import builders

SHARED, OWN = Digest("a" * 64), Digest("b" * 64)


def run(number: int, *, parent: int | None = None, blobs: tuple[Digest, ...] = ()) -> StoredDocument:
    attachments = tuple(
        Attachment(digest, "gcode", "text/x-gcode", "a.nc", 5, "2026-03-01T12:00:00.000000Z") for digest in blobs
    )
    linkage = {} if parent is None else {"parent_run_id": f"run_{parent:012x}"}
    return document_of(builders.record(number, attachments=attachments, linkage=linkage))


def ids(*numbers: int) -> list[str]:
    return [f"run_{number:012x}" for number in numbers]


def test_runs_that_nothing_else_names_go_with_what_only_they_name() -> None:
    gone, other = run(1, blobs=(SHARED, OWN)), run(2, blobs=(SHARED,))
    plan = plan_rollback(ids(1), [gone, other])
    assert (plan.documents, plan.blobs, plan.kept) == ([gone], [OWN], {})


def test_a_parent_of_a_run_that_stays_stays_with_its_bytes() -> None:
    parent, gone, child = run(1, blobs=(SHARED,)), run(2, blobs=(SHARED, OWN)), run(3, parent=1)
    plan = plan_rollback(ids(1, 2), [parent, gone, child, run(4, parent=3)])
    assert (plan.documents, plan.blobs) == ([gone], [OWN])
    assert plan.kept == {ids(1)[0]: f"{ids(3)[0]} names it"}


def test_parents_go_together_with_their_children() -> None:
    parent, child = run(1), run(2, parent=1)
    plan = plan_rollback(ids(1, 2), [parent, child])
    assert (plan.documents, plan.kept) == ([parent, child], {})


def test_a_run_with_something_behind_it_stays() -> None:
    first = run(1)
    plan = plan_rollback(ids(1), [first, first._replace(ordinal=1)])
    assert (plan.documents, plan.kept) == ([], {ids(1)[0]: "something was added to it here"})


def test_a_run_that_is_not_there_is_no_matter() -> None:
    plan = plan_rollback(ids(9), [run(1)])
    assert (plan.documents, plan.blobs, plan.kept) == ([], [], {})


def test_a_record_that_cannot_be_read_might_name_anything() -> None:
    damaged = run(2)._replace(sha256="0" * 64)
    with pytest.raises(RunCorruptError, match=ids(2)[0]):
        plan_rollback(ids(1), [run(1), damaged])
