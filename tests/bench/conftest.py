"""Every setup from practice with its report, made once."""

from collections.abc import Sequence

import pytest

from bench.practice.setup import read_setups
from bench.practice.verdicts import Judge, Judged
from feasibility_svc.domain.catalogue.catalogue import Catalogue
from feasibility_svc.domain.engine.registry import baseline_engine


@pytest.fixture(scope="session")
def judge(catalogue: Catalogue) -> Judge:
    return Judge(baseline_engine(), catalogue)


@pytest.fixture(scope="session")
def judged(judge: Judge) -> Sequence[Judged]:
    return [judge.judge(setup) for setup in read_setups()]
