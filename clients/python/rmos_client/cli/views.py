"""How much of a rosette a picture shows, as an option."""

from enum import StrEnum
from typing import Annotated

import typer

from rmos.type.v1 import design_pb2


class View(StrEnum):
    whole = "whole"
    quarter = "quarter"
    close_up = "close-up"

    @property
    def wire(self) -> design_pb2.RosetteView.ValueType:
        return design_pb2.RosetteView.Value(f"ROSETTE_VIEW_{self.name.upper()}")


ViewOption = Annotated[View, typer.Option("--view", help="How much of the rosette is shown.")]
