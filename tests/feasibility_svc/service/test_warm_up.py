"""The evaluation before the first caller."""

import time

from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.registry import EngineRegistry, baseline_engine
from feasibility_svc.service.encoded_reports import ReportEncoder
from feasibility_svc.service.warm_up import warm_up
from feasibility_svc.usecases.evaluate import EvaluateSetup
from rmos.type.v1 import risk_pb2


def test_the_warm_up_goes_through_every_dimension(catalogue: Catalogue) -> None:
    class BuiltIn:
        current = catalogue

    evaluation = EvaluateSetup(EngineRegistry([baseline_engine()]), BuiltIn(), stopwatch=time.perf_counter)
    report = warm_up(ReportEncoder(evaluation))
    assert all(item.risk != risk_pb2.RISK_LEVEL_UNKNOWN for item in report.assessments)
