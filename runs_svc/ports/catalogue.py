"""The catalogue of woods, tools and machines."""

from collections.abc import Mapping
from typing import Protocol

from foundation.canonical_json import JsonMapping


class PresetCatalogue(Protocol):
    """What presets are called, and what they are."""

    async def entries(self, presets: Mapping[str, str]) -> Mapping[str, JsonMapping]:
        """What is known of presets: their members, and `display_name`.

        Args:
            presets: Ids by group: `material`, `tool`, `machine`.

        Returns:
            By group; without those that are not known, and empty where the catalogue does not answer in time.
        """
        ...
