"""Façade of training sets."""

from collections.abc import Callable, Iterator

from rmos.teaching.v1 import teaching_service_pb2 as pb
from rmos.teaching.v1 import teaching_service_pb2_grpc
from rmos_client.calls import call, call_stream, pages
from rmos_client.channel import open_channel

_EXPORT_TIMEOUT_S = 3_600.0


class TeachingClient:
    """Training sets of approved pictures. Use as a context manager, or call `close`."""

    def __init__(self, address: str) -> None:
        self._channel = open_channel(address)
        self._teaching = teaching_service_pb2_grpc.TeachingServiceStub(self._channel)

    def __enter__(self) -> "TeachingClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def export(
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
            self._teaching.ExportTrainingSet, request, request_id=request_id, timeout_s=_EXPORT_TIMEOUT_S
        )
        for step in steps:
            if step.HasField("export"):
                exported = step.export
            else:
                progress(step.written_count)
        return exported

    def exports(self) -> Iterator[pb.TrainingExport]:
        """Every export, newest first.

        Raises:
            RmosError: The call failed.
        """
        yield from pages(self._teaching.ListTrainingExports, pb.ListTrainingExportsRequest(), "exports")

    def stats(self) -> pb.GetTeachingStatsResponse:
        """What there is to train with."""
        return call(self._teaching.GetTeachingStats, pb.GetTeachingStatsRequest(), request_id=None, timeout_s=None)

    def readiness(self) -> pb.GetTrainingReadinessResponse:
        """Whether there is enough to train with."""
        request = pb.GetTrainingReadinessRequest()
        return call(self._teaching.GetTrainingReadiness, request, request_id=None, timeout_s=None)

    def workflow(self) -> pb.GetTeachingWorkflowResponse:
        """What is to be done next."""
        request = pb.GetTeachingWorkflowRequest()
        return call(self._teaching.GetTeachingWorkflow, request, request_id=None, timeout_s=None)
