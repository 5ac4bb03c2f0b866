"""Whatever nobody states, an UNKNOWN says which field answers it; also of a material that no kind fits."""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.cut.resolving import resolve
from feasibility_svc.domain.engine.registry import baseline_engine
from feasibility_svc.domain.engine.report import Report
from feasibility_svc.domain.inputs.context import Context
from feasibility_svc.domain.inputs.design import Design
from feasibility_svc.domain.scoring.levels import Category, RiskLevel

Fields = Mapping[str, Any]
CUTTER = {"kind": "END_MILL", "diameter_mm": 6.35, "flute_count": 2, "stickout_mm": 35.0, "flute_length_mm": 25.0}
CUT = {
    "spindle_speed_rpm": 16_000.0,
    "feed_rate_mm_per_min": 1_500.0,
    "plunge_rate_mm_per_min": 500.0,
    "axial_depth_mm": 2.0,
    "radial_width_mm": 2.5,
}
MACHINE = {
    "tier": "HOBBY",
    "spindle_kind": "ROUTER",
    "spindle_power_w": 800.0,
    "spindle_rated_speed_rpm": 30_000.0,
    "max_feed_rate_mm_per_min": 5_000.0,
}
STOCK = {"width_mm": 300.0, "length_mm": 600.0, "thickness_mm": 20.0}
CONTEXT: Fields = {
    "material": {"kind": "HARDWOOD", "density_kg_per_m3": 650.0},
    "tool": CUTTER,
    "machine": MACHINE,
    "cut": CUT,
    "stock": STOCK,
    "workholding": {"method": "CLAMPS"},
}
FRET_CUTTER = {"kind": "FRET_SLOT_END_MILL", "diameter_mm": 0.58, "flute_count": 2, "runout_mm": 0.005}
DRILL = {"kind": "DRILL", "diameter_mm": 6.0, "flute_count": 2}
BLADE = {"kind": "SAW_BLADE", "diameter_mm": 254.0, "flute_count": 60, "kerf_mm": 2.8}
V_BIT = {"kind": "V_BIT", "diameter_mm": 12.7, "flute_count": 2, "tip_angle_deg": 60.0, "tip_diameter_mm": 0.2}
BALL = {"kind": "BALL_NOSE", "diameter_mm": 6.35, "flute_count": 2}
TAPERED = {**BALL, "kind": "TAPERED_BALL", "taper_angle_deg": 5.0, "tip_diameter_mm": 1.0}
ROUNDED = {**CUTTER, "kind": "BULL_NOSE", "corner_radius_mm": 1.0}
SURFACE = {"length_mm": 300.0, "width_mm": 60.0, "stepover_mm": 0.5}
JOBS: Mapping[str, tuple[Fields, Fields]] = {
    "pocket": ({"pocket": {"width_mm": 40.0, "length_mm": 80.0, "depth_mm": 10.0, "corner_radius_mm": 5.0}}, {}),
    "profile": ({"profile": {"length_mm": 500.0, "depth_mm": 6.0}}, {}),
    "channel": (
        {
            "rosette_channel": {
                "soundhole_radius_mm": 42.0,
                "inner_radius_mm": 50.0,
                "outer_radius_mm": 60.0,
                "depth_mm": 2.0,
                "further_channels": [{"inner_radius_mm": 70.0, "outer_radius_mm": 80.0, "depth_mm": 2.0}],
            }
        },
        {},
    ),
    "rings": ({"rosette_rings": {"rings": [{"inner_radius_mm": 50.0, "width_mm": 5.0}], "depth_mm": 2.0}}, {}),
    "frets": (
        {
            "fret_slots": {
                "fret_count": 22,
                "straight": {"scale_length_mm": 648.0},
                "slot_width_mm": 0.6,
                "slot_depth_mm": 2.5,
                "nut_width_mm": 43.0,
                "heel_width_mm": 56.0,
                "board_length_mm": 500.0,
                "fretboard_radius_mm": 300.0,
            }
        },
        {"tool": FRET_CUTTER, "cut": {**CUT, "axial_depth_mm": 0.3, "radial_width_mm": 0.58}},
    ),
    "holes": ({"drilling": {"hole_diameter_mm": 6.0, "depth_mm": 12.0, "hole_count": 6}}, {"tool": DRILL}),
    "saw": (
        {"saw_cut": {"depth_mm": 20.0, "length_mm": 400.0}},
        {"tool": BLADE, "cut": {**CUT, "spindle_speed_rpm": 4_000.0}},
    ),
    "v-carve": ({"v_carve": {"length_mm": 300.0, "widest_line_mm": 3.0, "narrowest_line_mm": 1.0}}, {"tool": V_BIT}),
    "facing": ({"facing": {"length_mm": 300.0, "width_mm": 200.0, "removal_mm": 2.0}}, {}),
    "ledge": (
        {
            "binding_ledge": {
                "length_mm": 1_500.0,
                "ledge_width_mm": 2.0,
                "ledge_height_mm": 6.0,
                "side_thickness_mm": 2.5,
                "lining_thickness_mm": 6.0,
                "top_thickness_mm": 3.0,
            }
        },
        {},
    ),
    "board": (
        {"radius_board": {**SURFACE, "board_radius_mm": 300.0}},
        {"tool": BALL, "cut": {**CUT, "axial_depth_mm": 0.5}},
    ),
    "contour": ({"contour_3d": {**SURFACE, "depth_mm": 10.0, "max_slope_deg": 40.0}}, {"tool": TAPERED}),
    "rounded": ({"pocket": {"width_mm": 40.0, "length_mm": 80.0, "depth_mm": 10.0}}, {"tool": ROUNDED}),
}
"""A job of each operation and of each kind of tool that needs a shape of its own."""
_REQUIRED = ("rings",)
"""What a request without is refused for."""
PHYSICS = {
    "chip_load_window": {"min_mm": 0.02, "max_mm": 0.2},
    "specific_cutting_force_n_per_mm2": 20.0,
    "edge_force_n_per_mm": 2.0,
}


def report_on(catalogue: Catalogue, design: Fields, context: Fields) -> Report:
    return baseline_engine().evaluate(
        resolve(Design.model_validate(design), Context.model_validate(context), catalogue)
    )


def without_each_field(value: Any) -> Iterator[Any]:
    """The value once without each of its members, however deep."""
    if isinstance(value, dict):
        for key, member in value.items():
            rest = {other: kept for other, kept in value.items() if other != key}
            if key not in _REQUIRED:
                yield rest
            yield from ({**rest, key: smaller} for smaller in without_each_field(member))
    elif isinstance(value, list):
        for place, member in enumerate(value):
            yield from ([*value[:place], smaller, *value[place + 1 :]] for smaller in without_each_field(member))


def incomplete(job: str) -> Iterator[tuple[Fields, Fields]]:
    """The job without one of its fields, in every way that leaves a kind of operation."""
    design, context = JOBS[job][0], {**CONTEXT, **JOBS[job][1]}
    yield from ((design, less) for less in without_each_field(context))
    yield from ((less, context) for less in without_each_field(design) if less)


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation such as `list[Model] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {Union, UnionType} or get_args(annotation):
        return next((found for part in get_args(annotation) if (found := model_in(part))), None)
    return None


def is_field(path: str) -> bool:
    """Whether a request has a field with this path."""
    group, *names = path.split(".")
    models: Mapping[str, type[BaseModel]] = {"design": Design, "context": Context}
    model: type[BaseModel] | None = models[group]
    for name in names:
        if model is None or name.split("[")[0] not in model.model_fields:
            return False
        model = model_in(model.model_fields[name.split("[")[0]].annotation)
    return True


@pytest.mark.parametrize("job", JOBS)
def test_a_complete_job_is_known(catalogue: Catalogue, job: str) -> None:
    report = report_on(catalogue, JOBS[job][0], {**CONTEXT, **JOBS[job][1]})
    assert [item.finding for item in report.assessments if item.risk is RiskLevel.UNKNOWN] == []


@pytest.mark.parametrize("job", JOBS)
def test_every_gap_names_fields_that_can_be_stated_and_an_unknown_report_asks_for_them(
    catalogue: Catalogue, job: str
) -> None:
    gaps_seen = 0
    for design, context in incomplete(job):
        report = report_on(catalogue, design, context)
        gaps = [gap for item in report.assessments for gap in item.unknown_reasons]
        assert [gap for gap in gaps if not gap.cures] == []
        cures = {cure for gap in gaps for cure in gap.cures}
        assert [cure for cure in cures if not is_field(cure.field)] == []
        assert [cure for cure in cures if not cure.text.startswith(("state ", "or, for a material", "take "))] == []
        if report.verdict.risk is RiskLevel.UNKNOWN:
            assert {cure.text for cure in cures} <= {advice.text for advice in report.recommendations}
        gaps_seen += len(gaps)
    assert gaps_seen


@pytest.mark.parametrize("job", JOBS)
def test_a_material_of_no_kind_is_judged_by_the_bites_and_forces_that_are_stated(
    catalogue: Catalogue, job: str
) -> None:
    design, context = JOBS[job][0], {**CONTEXT, **JOBS[job][1], "material": {}}
    unknown = report_on(catalogue, design, context)
    assert unknown.verdict.risk is RiskLevel.UNKNOWN
    asked = [advice.text for advice in unknown.recommendations]
    assert "state the kind of material" in asked
    assert any("context.physics.chip_load_window" in text and "edge_force_n_per_mm" in text for text in asked)
    known = report_on(catalogue, design, {**context, "physics": PHYSICS})
    assert [item.finding for item in known.assessments if item.risk is RiskLevel.UNKNOWN] == []


def test_half_of_what_a_material_bears_does_not_stand_for_its_kind(catalogue: Catalogue) -> None:
    for left_out in PHYSICS:
        some = {name: value for name, value in PHYSICS.items() if name != left_out}
        report = report_on(catalogue, JOBS["pocket"][0], {**CONTEXT, "material": {}, "physics": some})
        assert report.verdict.risk is RiskLevel.UNKNOWN


def test_a_material_of_no_kind_has_the_precedent_and_the_slots_of_the_most_delicate(catalogue: Catalogue) -> None:
    design = {"profile": {"length_mm": 500.0, "depth_mm": 19.05}}
    cut = {**CUT, "axial_depth_mm": 1.905, "radial_width_mm": 6.35}
    context = {**CONTEXT, "material": {}, "physics": PHYSICS, "cut": cut}
    scores = {item.category: item.score for item in report_on(catalogue, design, context).assessments}
    assert scores[Category.CHIP_CLEARANCE] == 50.0
    assert scores[Category.PRECEDENT] == pytest.approx(80.0 - 30.0 * (0.3 / 0.2 - 1.25) / 1.75)
