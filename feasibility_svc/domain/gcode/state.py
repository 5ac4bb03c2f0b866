"""What a controller keeps in mind from line to line."""

from dataclasses import dataclass, field
from math import nan

from feasibility_svc.domain.gcode.codes import CYCLES, MOTION_OFF

MM_PER_INCH = 25.4
AXES = "XYZ"
LOST = -1
"""A motion mode whose moves cannot be followed. [tenths]"""


@dataclass(slots=True)
class State:
    """Modal state. Positions are in the work coordinates the program began with, whatever offset is in force. [mm]"""

    scale: float = 1.0
    """Millimetres per unit of the program."""
    units: int | None = None
    """200 or 210, once stated. [tenths]"""
    units_settled: bool = False
    """Whether units were stated, or their absence told."""
    absolute: bool = True
    centres_absolute: bool = False
    plane: int = 17
    motion: int | None = 0
    """[tenths]; None after G80."""
    feed: float = 0.0
    """0 while none was stated. [mm/min]"""
    feed_mode: int = 940
    """[tenths]"""
    feed_of_tool: int = 0
    """Tool for which F was last stated."""
    speed: float = 0.0
    spindle_on: bool = False
    tool: int = 0
    """Number of tool changes so far."""
    next_tool: int | None = None
    position: list[float] = field(default_factory=lambda: [nan, nan, nan])
    offset: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """Of G92 and G52: position = program value + offset. [mm]"""
    held_offset: list[float] | None = None
    """What G92.3 brings back."""
    offset_set: bool = False
    tool_length: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    """Of G43.1. [mm]"""
    length_of_table: bool = False
    """Whether G43 is in force."""
    work: int = 540
    """Work coordinates in force. [tenths]"""
    return_to_start: bool = True
    """G98: canned cycles end where they began."""
    cycle_code: int | None = None
    """Canned cycle that goes on. [tenths]"""
    cycle: dict[str, float] = field(default_factory=dict)
    """Its words that hold until it is cancelled. [mm, s]"""
    cycle_frame: tuple[bool, float] = (True, 0.0)
    """What its levels are measured from: whether distances are absolute, and the offset of Z."""
    cycle_start_z: float = nan
    doubt: str = ""
    """First thing that was not understood: what seems to be missing after it may have been there."""

    def take_motion(self, code: int | None) -> None:
        """A code becomes the motion; one outside the canned cycles cancels the one that went on. [tenths]"""
        if code not in CYCLES:
            self.leave_cycle()
        self.motion = None if code == MOTION_OFF else code

    def leave_cycle(self) -> None:
        """Cancel the canned cycle."""
        self.cycle_code = None
        self.cycle.clear()

    @property
    def running_speed(self) -> float:
        return self.speed if self.spindle_on else 0.0

    def target(self, values: dict[str, float]) -> list[float]:
        """Where the axis words lead. [mm]"""
        scale, target = self.scale, self.position.copy()
        for index, axis in enumerate(AXES):
            value = values.get(axis)
            if value is None:
                continue
            target[index] = value * scale + self.offset[index] if self.absolute else target[index] + value * scale
        return target
