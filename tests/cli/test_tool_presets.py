"""A preset of a tool's library as the start of a cut."""

import pytest

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.type.v1 import context_pb2
from rmos_client.jobs import JobFileError
from rmos_client.tool_presets import fill_cut

TOOL = pb.ToolPreset(
    display_name="1/4 downcut",
    presets=[pb.CuttingPreset(name="Maple", spindle_speed_rpm=18_000, feed_rate_mm_per_min=1_500)],
)


def test_a_preset_fills_what_the_cut_leaves_out_and_nothing_else() -> None:
    context = context_pb2.Context(cut=context_pb2.Cut(feed_rate_mm_per_min=900, axial_depth_mm=1))
    fill_cut(context, TOOL, "Maple")
    assert context.cut == context_pb2.Cut(spindle_speed_rpm=18_000, feed_rate_mm_per_min=900, axial_depth_mm=1)


def test_a_preset_that_the_tool_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(JobFileError, match="1/4 downcut has no preset 'Oak'; it has 'Maple'"):
        fill_cut(context_pb2.Context(), TOOL, "Oak")
