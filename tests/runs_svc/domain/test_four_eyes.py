"""Who is taken for whoever asked."""

from dataclasses import replace

import pytest

from foundation.identity import RecordedIdentity
from runs_svc.domain.errors import FourEyesError
from runs_svc.domain.ids import Digest, RunId
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.four_eyes import refuse_own, refuse_own_run
from runs_svc.domain.runs.run_view import RunView, view_of
from runs_svc.domain.workflow.policy import askers
from tests import builders

RUN = RunId("run_000000000001")
BOB = RecordedIdentity("password", "Bob", "person", "tok_0123456789ab")
TOOL = RecordedIdentity("api_key", "Bob", "tool", "0123456789ab")


def view(recorded_by: RecordedIdentity | None, attached_by: RecordedIdentity | None = None) -> RunView:
    program = Attachment(Digest("a" * 64), "gcode", "text/plain", "a.nc", 1, "", identity=attached_by)
    document = replace(builders.run_document(), identity=recorded_by)
    return replace(view_of(RUN, document, "a" * 64), attachments=[program])


@pytest.mark.parametrize("person", ["Bob", "bob", " BOB", "B\u043eb", "B\u200bob", "\uff22\uff4f\uff42"])
def test_another_spelling_is_no_other_person(person: str) -> None:
    with pytest.raises(FourEyesError, match="runs/run_000000000001"):
        refuse_own_run(person, view(BOB))


@pytest.mark.parametrize("maker", [None, RecordedIdentity(), TOOL])
def test_tools_and_unproven_names_ask_for_nobody(maker: RecordedIdentity | None) -> None:
    refuse_own_run("Bob", view(maker))


def test_what_was_attached_counts_where_programs_are_decided_on() -> None:
    brought = view(None, attached_by=BOB)
    refuse_own_run("Bob", brought)
    with pytest.raises(FourEyesError):
        refuse_own_run("Bob", brought, attached=True)


def test_somebody_else_decides() -> None:
    refuse_own("Ann", ["Bob", ""], kind="asset", name="assets/adv_0123456789ab", proven=False)


@pytest.mark.parametrize(
    "person", ["A. Anna", "A.Anna", "Anna A.", "anna", "\u0410nna", "Dr. Anna", "Anna Smith", "A."]
)
def test_a_name_that_may_be_theirs_is_theirs_where_nobody_proves_one(person: str) -> None:
    asset = "assets/adv_0123456789ab"
    with pytest.raises(FourEyesError, match=f"may be Anna, who asked for {asset}, so somebody else"):
        refuse_own(person, ["Anna"], kind="asset", name=asset, proven=False)


def test_accounts_tell_people_of_similar_names_apart() -> None:
    refuse_own("Anna Smith", ["Anna"], kind="asset", name="assets/adv_0123456789ab", proven=True)


def test_of_each_step_whoever_took_it_last_has_asked() -> None:
    steps = [("create", "Ann"), ("set_design", "Eve"), ("set_context", "Eve"), ("set_design", "Bob"), ("reject", "Joe")]
    assert askers(steps) == {"Ann", "Eve", "Bob"}
