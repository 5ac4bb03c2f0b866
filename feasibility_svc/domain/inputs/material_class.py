"""Which materials cut alike: the classes that chip load, holding, chip room and precedent are stated for."""

from collections.abc import Mapping
from enum import StrEnum

from feasibility_svc.domain.inputs.context import MaterialKind


class MaterialClass(StrEnum):
    """Materials that share an envelope."""

    WOOD = "wood"
    BOARD = "board"
    PLASTIC = "plastic"
    METAL = "metal"
    PHENOLIC = "phenolic"
    LAMINATE = "laminate"
    BRITTLE = "brittle"
    OTHER = "other"
    """Of a material that no kind fits, whose bites and force the request states: judged like the most delicate one."""


_CLASSES: Mapping[MaterialKind, MaterialClass] = {
    "SOFTWOOD": MaterialClass.WOOD,
    "HARDWOOD": MaterialClass.WOOD,
    "PLYWOOD": MaterialClass.BOARD,
    "MDF": MaterialClass.BOARD,
    "PARTICLEBOARD": MaterialClass.BOARD,
    "PLASTIC_SOFT": MaterialClass.PLASTIC,
    "PLASTIC_HARD": MaterialClass.PLASTIC,
    "SOLID_SURFACE": MaterialClass.PLASTIC,
    "ALUMINIUM": MaterialClass.METAL,
    "BRASS": MaterialClass.METAL,
    "PHENOLIC": MaterialClass.PHENOLIC,
    "CARBON_FIBRE": MaterialClass.LAMINATE,
    "LAMINATE": MaterialClass.LAMINATE,
    "BONE": MaterialClass.BRITTLE,
    "SHELL": MaterialClass.BRITTLE,
}


def material_class(kind: MaterialKind) -> MaterialClass:
    """The class of a kind.

    >>> material_class("MDF").value, material_class("CARBON_FIBRE").value
    ('board', 'laminate')
    """
    return _CLASSES[kind]
