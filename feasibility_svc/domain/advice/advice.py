"""Everything there is to say about how to make a cut GREEN."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from feasibility_svc.domain.advice.change import SetupChange
from feasibility_svc.domain.advice.sensitivity import sensitivities
from feasibility_svc.domain.advice.setup_search import Setup, search_setups
from feasibility_svc.domain.advice.single_change import ChangeSearch
from feasibility_svc.domain.advice.usual_practice import LARGEST_FOR_TOPS_MM, is_delicate
from feasibility_svc.domain.advice.wording import CALLED
from feasibility_svc.domain.catalogue.catalogue import ToolEntry
from feasibility_svc.domain.cut.settable import settable
from feasibility_svc.domain.cut.situation import Situation
from feasibility_svc.domain.engine.engine import Engine
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.scoring.field_names import design_field_name
from feasibility_svc.domain.scoring.levels import Category, RiskLevel
from feasibility_svc.domain.search.sweep import score_rows

FRESH_EDGE = "change the dull bit first"
_FEED = "context.cut.feed_rate_mm_per_min"
_MOST_TOOLS, _MOST_TRIED_TOOLS = 3, 12


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
    redesign: "Redesign | None" = None
    """Lengths of the design together with settings, where neither suffices alone."""


@dataclass(frozen=True, slots=True)
class Redesign:
    """Lengths of the design to change, in words, and the settings that are GREEN with them."""

    lengths: Sequence[str]
    change: SetupChange | None
    """None where the lengths suffice together."""


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
    mended = any(advice.resulting_risk is RiskLevel.GREEN for advice in report.recommendations)
    redesign = None if setup is not None or singles or pair or mended else _redesigned(engine, situation, report)
    seconds = float(score_rows(engine, situation, {}, 1).cut_times_s[0])
    return Advice(
        report=report,
        present_cut_time_s=seconds if np.isfinite(seconds) else None,
        setup=setup,
        single_changes=singles,
        pair_change=pair,
        tool_changes=[] if setup is not None else _other_tools(engine, situation),
        sensitivities=sensitivities(engine, situation),
        obstacles=_obstacles(report, () if setup is not None or singles else found.never_green, situation),
        redesign=redesign,
    )


def _redesigned(engine: Engine, situation: Situation, report: Report) -> Redesign | None:
    """With every length of the design as the report asks for it, the settings that are then GREEN, if any are."""
    asked = {
        advice.field: advice.suggested_value
        for item in report.assessments
        for advice in item.recommendations
        if advice.field.startswith("design.") and advice.field.endswith("_mm") and advice.suggested_value is not None
    }
    changed, lengths = situation, []
    for path, wanted_mm in asked.items():
        length_mm = settable(path, wanted_mm, up=False, machine=situation.context.machine)
        if length_mm <= 0:
            return None  # shorter than anybody can set
        changed = changed.redesigned(path, length_mm)
        lengths.append(f"make the {design_field_name(path)} {length_mm:g} mm")
    if not lengths:
        return None
    if engine.evaluate(changed.sampled).verdict.risk is RiskLevel.GREEN:
        return Redesign(lengths, None)
    search = ChangeSearch(engine, changed, target=RiskLevel.GREEN)
    change = next(iter(search.single()), None) or search.few()
    return None if change is None else Redesign(lengths, change)


def _other_tools(engine: Engine, situation: Situation) -> list[tuple[str, Setup]]:
    """Tools of the catalogue of the same kind with which a GREEN setup exists, fastest first."""
    present = situation.context.tool
    radial_mm = situation.find("cut.radial_width_mm")
    if radial_mm is None or present.diameter_mm is None:
        return []
    found = []
    for entry in _likely_tools(situation, present.diameter_mm):
        assert entry.tool.diameter_mm is not None
        tool = entry.tool.model_copy(update={"wear": present.wear, "runout_mm": present.runout_mm})
        scaled = radial_mm * entry.tool.diameter_mm / present.diameter_mm
        cut = situation.context.cut.model_copy(update={"radial_width_mm": scaled})
        context = situation.context.model_copy(update={"tool": tool, "cut": cut})
        changed = replace(situation, context=context, tool_entry=entry, memo={}, assumed={}).completed()
        setup = search_setups(engine, changed).setup
        if setup is not None:
            found.append((entry.tool.tool_id, setup))
    found.sort(key=lambda item: (item[1].cut_time_s or np.inf, -item[1].removal_rate_mm3_per_min))
    return found[:_MOST_TOOLS]


def _likely_tools(situation: Situation, diameter_mm: float) -> Sequence[ToolEntry]:
    """Tools of the present kind, the nearest diameters first; for tops and rosettes small down-cut ones only."""
    present, delicate = situation.context.tool, is_delicate(situation)
    fitting = [
        (abs(log(entry.tool.diameter_mm / diameter_mm)), tool_id, entry)
        for tool_id, entry in situation.catalogue.tools.items()
        if entry.tool.kind == present.kind
        and tool_id != present.tool_id
        and entry.tool.diameter_mm is not None
        and not (delicate and not _suits_tops(entry.tool.diameter_mm, entry.tool.flute_direction))
    ]
    return [entry for _, _, entry in sorted(fitting, key=lambda item: item[:2])][:_MOST_TRIED_TOOLS]


def _suits_tops(diameter_mm: float, flute_direction: str | None) -> bool:
    return diameter_mm <= LARGEST_FOR_TOPS_MM and flute_direction == "DOWN"


def _obstacles(report: Report, never_green: Sequence[Category], situation: Situation) -> list[str]:
    """What has to be stated first, else what no speed, feed or depth makes GREEN and what else may help.

    What is fine is no obstacle, and nothing is where a slower hand makes all GREEN.
    """
    asides = [item.text for item in report.recommendations if item.resulting_risk is None]
    if report.verdict.risk is RiskLevel.UNKNOWN or not never_green:
        return asides if report.verdict.risk is RiskLevel.UNKNOWN else []
    if any(
        advice.field == _FEED and advice.suggested_value is None and advice.resulting_risk is RiskLevel.GREEN
        for advice in report.recommendations
    ):
        return asides
    dull = [FRESH_EDGE] if situation.context.tool.wear == "DULL" else []
    return [
        *dull,
        *(
            f"no setting of this machine mends {CALLED[item.category]}: {item.finding}"
            for item in sorted(report.assessments, key=lambda item: -item.risk.rank)
            if item.category in never_green and item.risk in {RiskLevel.YELLOW, RiskLevel.RED}
        ),
        *asides,
    ]
