"""A session and its events, as values and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.json_members import child, text
from foundation.names import canonical_label
from runs_svc.domain.entities.revision import State, to_json
from runs_svc.domain.runs.gate import RiskLevel
from runs_svc.domain.workflow.states import Action, Role, SessionMode, SessionState


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step."""

    role: Role
    name: str


SYSTEM = Actor(Role.SYSTEM, "runs_svc")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the feasibility service said, and the run that holds it."""

    run_id: str
    risk_level: RiskLevel
    score: float | None
    block_reason: str
    feasibility_sha256: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's yes."""

    run_id: str
    actor: Actor
    reason: str
    risk_acknowledged: bool
    approved_at_utc: str


@dataclass(frozen=True, slots=True)
class Toolpaths:
    """What was made: digests by kind."""

    run_id: str
    sha256: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it is."""

    session_id: str
    state: SessionState
    mode: SessionMode
    workflow_type: str
    title: str
    creator: Actor
    created_at_utc: str
    design: JsonObject | None = None
    context: JsonObject | None = None
    verdict: Verdict | None = None
    approval: Approval | None = None
    toolpaths: Toolpaths | None = None
    attempt_count: int = 0
    last_run_id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A step that was taken."""

    actor: Actor
    action: Action
    from_state: SessionState | None
    to_state: SessionState
    summary: str
    details: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A session after a step, and the event."""

    session: Session
    event: Event


def write_session(session: Session) -> JsonObject:
    """The session as a JSON object."""
    return to_json(session)


def read_session(value: State) -> Session:
    """The session in a JSON object of `write_session`."""
    verdict, approval, toolpaths = value["verdict"], value["approval"], value["toolpaths"]
    known = {
        "state": SessionState(value["state"]),
        "mode": SessionMode(value["mode"]),
        "creator": _read_actor(value["creator"]),
        "verdict": verdict and Verdict(**{**verdict, "risk_level": RiskLevel(verdict["risk_level"])}),
        "approval": approval and Approval(**{**approval, "actor": _read_actor(approval["actor"])}),
        "toolpaths": toolpaths and Toolpaths(**toolpaths),
    }
    return Session(**{**value, **known})


def write_event(event: Event) -> JsonObject:
    """The event as a JSON object."""
    return to_json(event)


def _read_actor(value: Mapping[str, str]) -> Actor:
    return Actor(Role(value["role"]), value["name"])


def index_fields(session: Session, *, updated_at_utc: str) -> Mapping[str, str]:
    """The index fields of a session."""
    context = session.context or {}
    presets = {name: _preset(context, name) for name in ("machine", "material", "tool")}
    return {
        "updated_at_utc": updated_at_utc,
        "status": session.state.value,
        "workflow_type": session.workflow_type,
        "mode": session.mode.value,
        "user_id": canonical_label(session.creator.name),
        "machine_id": presets["machine"],
        "material_id": presets["material"],
        "tool_id": presets["tool"],
        "risk_level": session.verdict.risk_level.value if session.verdict else "",
    }


def _preset(context: JsonMapping, group: str) -> str:
    return text(child(context, group), f"{group}_id")
