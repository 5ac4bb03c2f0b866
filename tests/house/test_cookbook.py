"""docs/reference/cookbook.md has every method of the contract.

For a new one add a recipe in examples/cookbook, then `make cookbook`.
"""

import re
from pathlib import Path

from examples.cookbook.kitchen import RECIPES
from tests.services import METHODS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cookbook.md"


def test_every_method_has_a_recipe() -> None:
    cooked = {f"{service}/{item.method}" for service, items in RECIPES.items() for item in items}
    assert cooked == {f"{method.containing_service.full_name}/{method.name}" for method in METHODS}


def test_the_page_is_that_of_the_recipes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^### (\w+)$", text, re.MULTILINE) == [
        item.method for items in RECIPES.values() for item in items
    ]
