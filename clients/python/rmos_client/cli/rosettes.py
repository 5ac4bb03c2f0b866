"""rmosctl rosettes, engines, rules: search designs, and what the engines judge by."""

from pathlib import Path
from typing import Annotated, Any

import typer

from rmos.feasibility.v1 import feasibility_service_pb2 as pb
from rmos.feasibility.v1.feasibility_service_pb2_grpc import FeasibilityServiceStub
from rmos_client.calls import call_stream
from rmos_client.cli.answers import print_list
from rmos_client.cli.calling import JsonOption, connected, length_option, pages
from rmos_client.cli.console import FEASIBILITY, FeasibilityAddress, console
from rmos_client.jobs import read_job

_MARGIN_S = 10.0


def rosettes(
    job_file: Annotated[Path, typer.Argument(help="Job file; its context is what they are cut with.")],
    *,
    profile: Annotated[str, typer.Option(help="Constraint profile; `rmosctl catalogue list profiles`.")],
    soundhole_radius_mm: Annotated[float, length_option("Radius of the sound hole.")],
    channel_depth_mm: Annotated[float, length_option("Depth of the channel.")],
    candidates: Annotated[int, typer.Option(min=1, help="At most so many designs.")] = 10,
    time_limit_s: Annotated[float, typer.Option(help="Search no longer than this.")] = 10.0,
    seed: Annotated[int, typer.Option(help="The same seed finds the same designs.")] = 1,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """Search rosettes that can be cut with the setup of a job, best first."""
    request = pb.SearchRosettesRequest(
        profile_id=profile,
        soundhole_radius_mm=soundhole_radius_mm,
        channel_depth_mm=channel_depth_mm,
        context=read_job(job_file).context,
        max_candidates=candidates,
        time_limit_s=time_limit_s,
        seed=seed,
    )
    with connected(FeasibilityServiceStub, feasibility) as stub:
        limit_s = time_limit_s + _MARGIN_S
        answers = list(call_stream(stub.SearchRosettes, request, request_id=None, timeout_s=limit_s))
    found = [answer.candidate for answer in answers if answer.HasField("candidate")]
    columns = ("rank", "risk", "score", "binding_category", "design.name")
    print_list(found, columns, name="candidates", as_json=as_json)
    for answer in answers:
        if answer.HasField("result") and not as_json:
            result = answer.result
            tried = f"{result.attempt_count} tried, {result.refused_count} refused"
            console.print(f"{tried}, {result.duplicate_count} the same as another", highlight=False)


def vocabulary(
    kind: Annotated[str, typer.Argument(help="engines, dimensions, levels or rules.")],
    ids: Annotated[list[str] | None, typer.Argument(help="with rules: only these, as F012.")] = None,
    as_json: JsonOption = False,
    feasibility: FeasibilityAddress = FEASIBILITY,
) -> None:
    """List the engines, the dimensions they judge, the levels, and the rules with their ids."""
    with connected(FeasibilityServiceStub, feasibility) as stub:
        known: dict[str, tuple[Any, Any, str, tuple[str, ...]]] = {
            "engines": (stub.ListEngines, pb.ListEnginesRequest(), "engines", _columns(pb.EngineInfo)),
            "dimensions": (stub.ListCategories, pb.ListCategoriesRequest(), "categories", _columns(pb.CategoryInfo)),
            "levels": (stub.ListRiskLevels, pb.ListRiskLevelsRequest(), "risk_levels", _columns(pb.RiskLevelInfo)),
            "rules": (stub.ListRules, pb.ListRulesRequest(rule_ids=ids), "rules", _columns(pb.RuleInfo)),
        }
        if kind not in known:
            raise typer.BadParameter(f"{kind!r}; allowed: {', '.join(known)}", param_hint="KIND")
        if ids and kind != "rules":
            raise typer.BadParameter(f"{kind} have no ids to choose by; only rules have", param_hint="IDS")
        method, request, items, columns = known[kind]
        print_list(pages(method, request, items), columns, name=items, as_json=as_json)


def _columns(kind: Any) -> tuple[str, ...]:
    """The fields that hold one value each."""
    return tuple(field.name for field in kind.DESCRIPTOR.fields if field.message_type is None and not field.is_repeated)
