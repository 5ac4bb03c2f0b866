"""How many calls and streams may be in flight: apart, so that streams cannot starve calls, and uploads no streams."""

from foundation.errors import TooManyCallsError
from rpckit.interceptors.interceptor import Interceptor, Method, ServedCall

_UNCOUNTED = "/grpc.health."  # a busy server says that it serves; watches have a limit of their own


class Admission:
    """Counts what is in flight. Used from the event loop only."""

    def __init__(self, *, most_calls: int, most_streams: int) -> None:
        self.most_calls = most_calls
        self.most_streams = most_streams
        self.active_calls = 0
        self.active_streams = 0
        self.most_uploads = max(1, most_streams // 2)
        self.active_uploads = 0
        """Streams that end with one answer; they are counted among the streams too."""

    def enter(self, *, streaming: bool, upload: bool = False) -> None:
        """Take a place for one call, until it leaves.

        Raises:
            TooManyCallsError: Every place of its kind is taken.
        """
        if upload and self.active_uploads >= self.most_uploads:
            raise TooManyCallsError(f"{self.most_uploads} uploads are open; try again shortly")
        if streaming:
            if self.active_streams >= self.most_streams:
                raise TooManyCallsError(f"{self.most_streams} streams are open; try again shortly")
            self.active_streams += 1
            self.active_uploads += upload
        else:
            if self.active_calls >= self.most_calls:
                raise TooManyCallsError(f"{self.most_calls} calls are in flight; try again shortly")
            self.active_calls += 1

    def leave(self, *, streaming: bool, upload: bool = False) -> None:
        """Give back the place of a call that entered."""
        if streaming:
            self.active_streams -= 1
            self.active_uploads -= upload
        else:
            self.active_calls -= 1


class AdmissionInterceptor(Interceptor):
    """Refuses a call when too many are in flight."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    def covers(self, method: Method) -> bool:
        return not method.name.startswith(_UNCOUNTED)

    def before(self, call: ServedCall) -> None:
        self._admission.enter(streaming=call.method.streaming, upload=call.method.upload)

    def succeeded(self, call: ServedCall) -> None:
        self._admission.leave(streaming=call.method.streaming, upload=call.method.upload)

    def failed(self, call: ServedCall, error: BaseException) -> None:
        self._admission.leave(streaming=call.method.streaming, upload=call.method.upload)
