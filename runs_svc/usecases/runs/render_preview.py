"""Draw the rosette of a run, and attach the picture when that is asked for."""

from dataclasses import dataclass

from foundation.call import Call
from runs_svc.domain.ids import RunId
from runs_svc.domain.runs.attachment import Attachment
from runs_svc.domain.runs.inputs import Inputs
from runs_svc.domain.shop.views import View
from runs_svc.ports import Ledger, RosettePainter, RosetteScene
from runs_svc.usecases.runs.attach import Attach
from runs_svc.usecases.runs.read import read_run


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture, and the attachment it became."""

    content: bytes
    attachment: Attachment | None


class RenderPreview:
    def __init__(self, ledger: Ledger, painter: RosettePainter, attach: Attach) -> None:
        self._ledger = ledger
        self._painter = painter
        self._attach = attach

    async def render(self, run_id: RunId, *, mime: str, size_px: int, view: View, attach: bool, call: Call) -> Preview:
        """The picture of the design the run was evaluated with.

        Raises:
            RunNotFoundError, RunCorruptError: There is no such run, or it is altered.
            NothingToDrawError: Its design has no rings.
            As `Attach`, when the picture is attached.
        """
        scene = scene_of(read_run(await self._ledger.get(run_id)).document.inputs, view)
        content = await self._painter.paint(scene, size_px=size_px, mime=mime)
        if not attach:
            return Preview(content, None)
        suffix = "png" if mime == "image/png" else "svg"
        attached = await self._attach.content(
            content, kind="preview", mime=mime, filename=f"{run_id}.preview.{suffix}", run_id=run_id, call=call
        )
        return Preview(content, attached)


def scene_of(inputs: Inputs, view: View = View.WHOLE) -> RosetteScene:
    """What the picture of a run shows. Rings that are cut free lie in no top; it is shown as spruce."""
    in_top = "rosette_channel" in inputs.design
    return RosetteScene(inputs.design, inputs.preset_id("material") if in_top else "", view)
