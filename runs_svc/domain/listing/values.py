"""Values in filters: words of a closed list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The values a field can have. They are found in any case, and by their names in the contract."""

    stored: tuple[str, ...]
    """As records hold them."""
    contract_prefix: str = ""
    """What the names in the contract begin with."""

    def read(self, text: str, *, is_prefix: bool = False) -> str | None:
        """A value as records hold it; None for a word that is none of them, or that none of them begins with.

        >>> Words(("OK", "BLOCKED"), "RUN_STATUS_").read("run_status_ok")
        'OK'
        """
        plain = text.casefold().removeprefix(self.contract_prefix.casefold())
        for value in self.stored:
            if value.casefold() == plain or (is_prefix and value.casefold().startswith(plain)):
                return value[: len(plain)]
        return None

    def read_part(self, text: str) -> str | None:
        """A part of a value, without the contract's beginning; None for one that no value has.

        >>> Words(("OK", "BLOCKED"), "RUN_STATUS_").read_part("RUN_STATUS_BLOCK")
        'block'
        """
        plain = text.casefold().removeprefix(self.contract_prefix.casefold())
        return plain if any(plain in value.casefold() for value in self.stored) else None
