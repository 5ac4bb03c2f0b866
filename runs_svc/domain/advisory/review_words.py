"""What a reviewer is offered to choose from; they may write something else."""

LICENCES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "LicenseRef-own-work")
"""SPDX identifiers; the last is a workshop's own picture that it gives to nobody."""
CONCEPTS = (
    *("rosette herringbone", "rosette rope", "rosette mosaic", "rosette purfling", "rosette solid"),
    *("guitar inlay", "guitar body", "guitar headstock", "guitar"),
)
"""As pictures without a concept of their own are called."""
LONGEST_CAPTION = 1_000
