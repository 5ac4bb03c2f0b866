"""Speeds and feeds that a tool's library gives, as the start of a cut."""

from rmos.feasibility.v1 import catalog_service_pb2 as pb
from rmos.type.v1 import context_pb2
from rmos_client.jobs import JobFileError

_FIELDS = (
    "spindle_speed_rpm",
    "feed_rate_mm_per_min",
    "plunge_rate_mm_per_min",
    "axial_depth_mm",
    "radial_width_mm",
)


def fill_cut(context: context_pb2.Context, tool: pb.ToolPreset, name: str) -> None:
    """Set what the cut leaves out to what a preset says; what the job says itself stays.

    Raises:
        JobFileError: The tool has no preset of this name.
    """
    preset = next((item for item in tool.presets if item.name == name), None)
    if preset is None:
        known = ", ".join(repr(item.name) for item in tool.presets) or "none"
        raise JobFileError(f"{tool.display_name or tool.name} has no preset {name!r}; it has {known}")
    missing = {field.name for field, _ in preset.ListFields()} - {field.name for field, _ in context.cut.ListFields()}
    for field in missing.intersection(_FIELDS):
        setattr(context.cut, field, getattr(preset, field))
