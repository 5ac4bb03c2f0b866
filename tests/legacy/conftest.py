"""A v1 store."""

from pathlib import Path

import pytest

from tests.legacy.v1_store import COUNT, build


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return build(tmp_path / "v1", COUNT)
