"""Rosette searches on the wire."""

from feasibility_svc.domain.search.rosette_search import LONGEST_S, MOST_ATTEMPTS, Candidate, Outcome, RosetteQuery
from feasibility_svc.service.report_messages import CATEGORIES, LEVELS, rounded
from foundation.errors import InvalidFieldsError
from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.type.v1 import design_pb2
from rpckit import proto_json

_MOST_CANDIDATES, _CANDIDATES = 50, 5
_LEAST_MM, _MOST_MM = 1e-3, 1_000.0


def read_search(request: pb.SearchRosettesRequest) -> RosetteQuery:
    """What is searched.

    Raises:
        InvalidFieldsError: A bound is passed, or a length is missing.
    """
    return RosetteQuery(
        profile_id=request.profile_id or "default",
        soundhole_radius_mm=_length(request, "soundhole_radius_mm"),
        channel_depth_mm=_length(request, "channel_depth_mm"),
        upper_bout_width_mm=_length(request, "upper_bout_width_mm")
        if request.HasField("upper_bout_width_mm")
        else None,
        candidates=_bounded("max_candidates", request.max_candidates or _CANDIDATES, 1, _MOST_CANDIDATES),
        attempts=_bounded("max_attempts", request.max_attempts or MOST_ATTEMPTS, 1, MOST_ATTEMPTS),
        time_limit_s=_time_limit_s(request),
        seed=_bounded("seed", request.seed, 0, 2**32 - 1),
    )


def _length(request: pb.SearchRosettesRequest, field: str) -> float:
    if not request.HasField(field):  # type: ignore[arg-type]  # one of the optional fields
        raise InvalidFieldsError.one(field, "is required")
    value = float(getattr(request, field))
    if not _LEAST_MM <= value <= _MOST_MM:
        raise InvalidFieldsError.one(field, f"{value} is not allowed: {_LEAST_MM:g} to {_MOST_MM:g} mm")
    return value


def _time_limit_s(request: pb.SearchRosettesRequest) -> float:
    if not request.HasField("time_limit_s"):
        return LONGEST_S
    if not 0 < request.time_limit_s <= LONGEST_S:
        raise InvalidFieldsError.one(
            "time_limit_s", f"{request.time_limit_s} is not allowed: more than 0, at most {LONGEST_S:g} s"
        )
    return request.time_limit_s


def _bounded(field: str, value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise InvalidFieldsError.one(field, f"{value} is not allowed: {low} to {high}")
    return value


def write_candidate(rank: int, candidate: Candidate) -> pb.SearchRosettesResponse:
    verdict = candidate.report.verdict
    design = candidate.design.model_dump(exclude_none=True, exclude_defaults=True)
    return pb.SearchRosettesResponse(
        candidate=pb.RosetteCandidate(
            rank=rank,
            design=proto_json.write(design_pb2.Design, design),
            score=rounded(verdict.score),
            risk=LEVELS[verdict.risk],
            binding_category=CATEGORIES[verdict.binding],
        )
    )


def write_outcome(outcome: Outcome) -> pb.SearchRosettesResponse:
    return pb.SearchRosettesResponse(
        result=pb.RosetteSearchResult(
            attempt_count=outcome.attempts,
            refused_count=outcome.refused,
            duplicate_count=outcome.duplicates,
            timed_out=outcome.timed_out,
        )
    )
