"""The engines of this server."""

import re
from collections.abc import Iterator, Sequence

from feasibility_svc.domain.dimensions.chatter import Chatter
from feasibility_svc.domain.dimensions.chip_clearance import ChipClearance
from feasibility_svc.domain.dimensions.chip_load import ChipLoad
from feasibility_svc.domain.dimensions.cut_time import CutTime
from feasibility_svc.domain.dimensions.feed_limits import FeedLimits
from feasibility_svc.domain.dimensions.geometry import Geometry
from feasibility_svc.domain.dimensions.hand import Hand
from feasibility_svc.domain.dimensions.heat import Heat
from feasibility_svc.domain.dimensions.material_efficiency import MaterialEfficiency
from feasibility_svc.domain.dimensions.precedent import Precedent
from feasibility_svc.domain.dimensions.rim_speed import RimSpeed
from feasibility_svc.domain.dimensions.safety_constraints import SafetyLimits
from feasibility_svc.domain.dimensions.spindle_power import SpindlePower
from feasibility_svc.domain.dimensions.tabs import HeldPart
from feasibility_svc.domain.dimensions.tear_out import TearOut
from feasibility_svc.domain.dimensions.tool_deflection import ToolDeflection
from feasibility_svc.domain.dimensions.workholding import WorkHolding
from feasibility_svc.domain.engine.engine import DimensionEngine, Engine
from feasibility_svc.domain.scoring.errors import EngineNotFoundError

_ENGINE_ID = re.compile(r"[A-Za-z0-9_]+")


class EngineRegistry:
    """Engines by id; the first is the default. An unknown id is never replaced by another engine."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        if not engines:
            raise ValueError("a server needs at least one engine")
        for engine in engines:
            if not _ENGINE_ID.fullmatch(engine.engine_id):
                raise ValueError(f"engine id {engine.engine_id!r} is not [A-Za-z0-9_]+")
        self._engines = {engine.engine_id: engine for engine in engines}
        self._default = engines[0]

    def get(self, engine_id: str) -> Engine:
        """The engine with an id; the default for an empty one.

        Raises:
            EngineNotFoundError: No engine has this id.
        """
        if not engine_id:
            return self._default
        if engine_id not in self._engines:
            raise EngineNotFoundError(engine_id)
        return self._engines[engine_id]

    def __iter__(self) -> Iterator[Engine]:
        return iter(self._engines.values())


def baseline_engine() -> DimensionEngine:
    """The engine every report comes from unless another is named."""
    return DimensionEngine(
        engine_id="baseline_v2",
        version="2.0.0",
        description="published physics of wood cutting: chip load charts, Curti force law, surface heat, beam "
        "deflection, rim speed limits, stock yield, geometry, safety constraints, spindle power, chatter, "
        "tear-out, workholding, feed limits, cut time, room for chips, work by hand, tabs, precedent",
        dimensions=(
            ChipLoad(),
            Heat(),
            ToolDeflection(),
            RimSpeed(),
            MaterialEfficiency(),
            Geometry(),
            SafetyLimits(),
            SpindlePower(),
            Chatter(),
            TearOut(),
            WorkHolding(),
            FeedLimits(),
            CutTime(),
            ChipClearance(),
            Hand(),
            HeldPart(),
            Precedent(),
        ),
    )
