"""The state machine of workflow sessions."""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class SessionState(StrEnum):
    """Where a session stands."""

    DRAFT = "draft"
    CONTEXT_READY = "context_ready"
    FEASIBILITY_REQUESTED = "feasibility_requested"
    FEASIBILITY_READY = "feasibility_ready"
    DESIGN_REVISION_REQUIRED = "design_revision_required"
    APPROVED = "approved"
    TOOLPATHS_REQUESTED = "toolpaths_requested"
    TOOLPATHS_READY = "toolpaths_ready"
    REJECTED = "rejected"
    ARCHIVED = "archived"


class Action(StrEnum):
    """A step."""

    CREATE = "create"
    SET_DESIGN = "set_design"
    SET_CONTEXT = "set_context"
    REQUEST_FEASIBILITY = "request_feasibility"
    STORE_FEASIBILITY = "store_feasibility"
    FAIL_FEASIBILITY = "fail_feasibility"
    REQUIRE_REVISION = "require_revision"
    APPROVE = "approve"
    REJECT = "reject"
    REQUEST_TOOLPATHS = "request_toolpaths"
    STORE_TOOLPATHS = "store_toolpaths"
    ARCHIVE = "archive"


class SessionMode(StrEnum):
    """How the work is approached."""

    DESIGN_FIRST = "design_first"
    CONSTRAINT_FIRST = "constraint_first"
    AI_ASSISTED = "ai_assisted"


class Role(StrEnum):
    """Who acts."""

    USER = "user"
    OPERATOR = "operator"
    SYSTEM = "system"
    AI = "ai"


PEOPLE = frozenset({Role.USER, Role.OPERATOR})

_S, _A = SessionState, Action
TRANSITIONS: Mapping[tuple[SessionState, Action], Sequence[SessionState]] = {
    (_S.DRAFT, _A.SET_DESIGN): (_S.DRAFT,),
    (_S.DRAFT, _A.SET_CONTEXT): (_S.CONTEXT_READY,),
    (_S.CONTEXT_READY, _A.SET_DESIGN): (_S.CONTEXT_READY,),
    (_S.CONTEXT_READY, _A.SET_CONTEXT): (_S.CONTEXT_READY,),
    (_S.CONTEXT_READY, _A.REQUEST_FEASIBILITY): (_S.FEASIBILITY_REQUESTED,),
    (_S.FEASIBILITY_REQUESTED, _A.REQUEST_FEASIBILITY): (_S.FEASIBILITY_REQUESTED,),
    (_S.FEASIBILITY_REQUESTED, _A.STORE_FEASIBILITY): (_S.FEASIBILITY_READY, _S.REJECTED),
    (_S.FEASIBILITY_REQUESTED, _A.FAIL_FEASIBILITY): (_S.CONTEXT_READY,),
    (_S.FEASIBILITY_READY, _A.REQUIRE_REVISION): (_S.DESIGN_REVISION_REQUIRED,),
    (_S.FEASIBILITY_READY, _A.APPROVE): (_S.APPROVED,),
    (_S.FEASIBILITY_READY, _A.REJECT): (_S.REJECTED,),
    (_S.DESIGN_REVISION_REQUIRED, _A.SET_DESIGN): (_S.CONTEXT_READY,),
    (_S.DESIGN_REVISION_REQUIRED, _A.SET_CONTEXT): (_S.CONTEXT_READY,),
    (_S.APPROVED, _A.REQUEST_TOOLPATHS): (_S.TOOLPATHS_REQUESTED,),
    (_S.TOOLPATHS_REQUESTED, _A.STORE_TOOLPATHS): (_S.TOOLPATHS_READY,),
    (_S.TOOLPATHS_READY, _A.ARCHIVE): (_S.ARCHIVED,),
    (_S.REJECTED, _A.ARCHIVE): (_S.ARCHIVED,),
    (_S.REJECTED, _A.REQUIRE_REVISION): (_S.DESIGN_REVISION_REQUIRED,),
}
"""From which state which step leads where. A verdict that may not be approved leads to rejected.

Asking again while an answer is awaited goes on after a server that stopped in between.
"""
