"""Between the contract and the domain: requests in, reports and catalogue entries out."""

import re

from google.protobuf.message import Message

from feasibility_svc.domain.dimensions.dimension import Profile
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.scoring.levels import RiskLevel
from feasibility_svc.domain.views.rule import Rule
from feasibility_svc.domain.views.rule_table import RULES
from feasibility_svc.service.report_messages import CATEGORIES, LEVELS
from feasibility_svc.usecases.evaluate import EarlierReport
from foundation.errors import InvalidFieldsError
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import context_pb2
from rpckit import field_rules, proto_json

_NAME = re.compile(r"([a-z]+)/([A-Za-z0-9_.-]{1,100})")
_RULE_IDS = frozenset(rule.rule_id for rule in RULES)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LONGEST_VERSION = 100
_ENGINE_ID = re.compile(r"[A-Za-z0-9_]{0,100}")


def require(message: Message, *fields: str) -> None:
    """Refuse a message without a message that the contract calls REQUIRED.

    Raises:
        InvalidFieldsError: Names the first that is absent.
    """
    for field in fields:
        if not message.HasField(field):
            raise InvalidFieldsError.one(field, "is required")


def read_context(message: context_pb2.Context) -> Context:
    """The context.

    Raises:
        InvalidFieldsError: A field breaks a rule; paths start with "context".
    """
    return field_rules.check(Context, proto_json.read(message, "context"), "context")


def read_engine_id(engine_id: str) -> str:
    if not _ENGINE_ID.fullmatch(engine_id):
        raise InvalidFieldsError.one("engine_id", f"{engine_id!r} is not [A-Za-z0-9_]+")
    return engine_id


def read_name(name: str, collection: str, *, field: str = "name") -> str:
    """The id in a resource name.

    Raises:
        InvalidFieldsError: The name does not have the form `collection/{id}`.
    """
    match = _NAME.fullmatch(name)
    if match is None or match[1] != collection:
        raise InvalidFieldsError.one(field, f"{name!r} is not of the form {collection}/{{id}}")
    return match[2]


def read_earlier(message: pb.EarlierReport) -> EarlierReport:
    """The report whose catalogue is wanted.

    Raises:
        InvalidFieldsError: A member is missing or not of its form.
    """
    if not _DIGEST.fullmatch(message.inputs_sha256):
        raise InvalidFieldsError.one("earlier_report.inputs_sha256", "is not 64 hex digits")
    if not message.engine_id or not _ENGINE_ID.fullmatch(message.engine_id):
        raise InvalidFieldsError.one("earlier_report.engine_id", f"{message.engine_id[:100]!r} is not [A-Za-z0-9_]+")
    if not 1 <= len(message.engine_version) <= _LONGEST_VERSION:
        raise InvalidFieldsError.one(
            "earlier_report.engine_version",
            f"{len(message.engine_version)} characters; allowed: 1 to {_LONGEST_VERSION}",
        )
    return EarlierReport(message.inputs_sha256, message.engine_id, message.engine_version)


def read_version(version: int) -> int:
    """The version that a caller has seen; 0 for none.

    Raises:
        InvalidFieldsError: It is negative.
    """
    if version < 0:
        raise InvalidFieldsError.one("expected_version", f"{version} is not allowed: 1 or more, or absent")
    return version


def write_engine(engine: Engine) -> pb.EngineInfo:
    return pb.EngineInfo(
        name=f"engines/{engine.engine_id}",
        engine_id=engine.engine_id,
        version=engine.version,
        description=engine.description,
    )


def write_category(profile: Profile) -> pb.CategoryInfo:
    return pb.CategoryInfo(
        category=CATEGORIES[profile.category],
        weight=profile.weight,
        mandatory=profile.mandatory,
        description=profile.description,
    )


def write_level(level: RiskLevel) -> pb.RiskLevelInfo:
    return pb.RiskLevelInfo(
        level=LEVELS[level], meaning=level.meaning, blocks=level.blocks, min_score=level.least_score
    )


def read_rule_ids(request: pb.ListRulesRequest) -> frozenset[str]:
    """The rules that are wanted; empty for all.

    Raises:
        InvalidFieldsError: There is no such rule.
    """
    for place, rule_id in enumerate(request.rule_ids):
        if rule_id not in _RULE_IDS:
            raise InvalidFieldsError.one(f"rule_ids[{place}]", f"{rule_id!r} is no rule; there are F001 to F041")
    return frozenset(request.rule_ids)


def write_rule(rule: Rule) -> pb.RuleInfo:
    return pb.RuleInfo(
        rule_id=rule.rule_id,
        level=LEVELS[rule.level],
        fires_when=rule.fires_when,
        hint=rule.hint,
        category=CATEGORIES[rule.category or "UNSPECIFIED"],
        explanation=rule.explanation,
    )
