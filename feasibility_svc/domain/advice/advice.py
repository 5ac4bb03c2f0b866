"""Everything there is to say about how to make a cut GREEN."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from feasibility_svc.domain.advice.change import SetupChange
from feasibility_svc.domain.advice.sensitivity import sensitivities
from feasibility_svc.domain.advice.setup_search import Setup, search_setups
from feasibility_svc.domain.advice.single_change import ChangeSearch
from feasibility_svc.domain.advice.wording import CALLED
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.search.sweep import score_rows

_MOST_TOOLS = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """The report as it stands, and what would make it GREEN."""

    report: Report
    present_cut_time_s: float | None
    setup: Setup | None
    single_changes: Sequence[SetupChange]
    pair_change: SetupChange | None
    """Of two fields, or of three."""
    tool_changes: Sequence[tuple[str, Setup]]
    sensitivities: Mapping[Category, Sequence[tuple[str, float]]]
    obstacles: Sequence[str]


def advise(engine: Engine, situation: Situation) -> Advice:
    """Search setups, single changes, sets of a few and tools, each only when the one before did not suffice."""
    report = engine.evaluate(situation)
    found = search_setups(engine, situation)
    setup = found.setup
    singles: Sequence[SetupChange] = []
    pair = None
    if report.verdict.risk is not RiskLevel.GREEN:
        search = ChangeSearch(engine, situation, target=RiskLevel.GREEN)
        singles = search.single()
        pair = None if singles else search.few()
    seconds = float(score_rows(engine, situation, {}, 1).cut_times_s[0])
    return Advice(
        report=report,
        present_cut_time_s=seconds if np.isfinite(seconds) else None,
        setup=setup,
        single_changes=singles,
        pair_change=pair,
        tool_changes=[] if setup is not None else _other_tools(engine, situation),
        sensitivities=sensitivities(engine, situation),
        obstacles=_obstacles(report, () if setup is not None or singles else found.never_green),
    )


def _other_tools(engine: Engine, situation: Situation) -> list[tuple[str, Setup]]:
    """Tools of the catalogue of the same kind with which a GREEN setup exists, fastest first."""
    found = []
    present = situation.context.tool
    for tool_id, entry in situation.catalogue.tools.items():
        if entry.tool.kind != present.kind or tool_id == present.tool_id:
            continue
        tool = entry.tool.model_copy(update={"wear": present.wear, "runout_mm": present.runout_mm})
        radial_mm = situation.find("cut.radial_width_mm")
        cut = situation.context.cut
        if radial_mm is not None and tool.diameter_mm is not None and present.diameter_mm is not None:
            scaled = radial_mm * tool.diameter_mm / present.diameter_mm
            cut = cut.model_copy(update={"radial_width_mm": scaled})
        context = situation.context.model_copy(update={"tool": tool, "cut": cut})
        setup = search_setups(engine, replace(situation, context=context, tool_entry=entry, memo={})).setup
        if setup is not None:
            found.append((tool_id, setup))
    found.sort(key=lambda item: (item[1].cut_time_s or np.inf, -item[1].removal_rate_mm3_per_min))
    return found[:_MOST_TOOLS]


def _obstacles(report: Report, never_green: Sequence[Category]) -> list[str]:
    """What has to be stated first, else what no speed, feed or depth makes GREEN; what is fine is no obstacle."""
    if report.verdict.risk is RiskLevel.UNKNOWN:
        return [item.text for item in report.recommendations]
    return [
        f"no setting of this machine mends {CALLED[item.category]}: {item.finding}"
        for item in report.assessments
        if item.category in never_green and item.risk in {RiskLevel.YELLOW, RiskLevel.RED}
    ]
