# made from teaching.py by protos/asynchronous.py: edit that file
"""Training sets exported."""

from collections.abc import Callable

from rmos.teaching.v1 import teaching_service_pb2 as pb
from rmos_client.async_calls import call_stream
from rmos_client.asynchronous.stubs import AsyncServiceStubs
from rmos_client.teaching import _EXPORT_TIMEOUT_S


class AsyncTraining(AsyncServiceStubs):
    """Training sets of approved pictures."""

    async def export_training_set(
        self,
        request: pb.ExportTrainingSetRequest,
        *,
        progress: Callable[[int], None] = lambda written_count: None,
        request_id: str | None = None,
    ) -> pb.TrainingExport:
        """Export approved pictures; the export as recorded.

        Raises:
            RmosError: TRAINING_NOT_READY, INVALID_FILTER, STORAGE_FULL …
        """
        exported = pb.TrainingExport()
        steps = call_stream(
            self.teaching.ExportTrainingSet, request, request_id=request_id, timeout_s=_EXPORT_TIMEOUT_S
        )
        async for step in steps:
            if step.HasField("export"):
                exported = step.export
            else:
                progress(step.written_count)
        return exported
