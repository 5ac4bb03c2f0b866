"""How long a call may take, whatever its caller asks for: one with one answer, and a stream."""

import asyncio

from foundation.access_errors import CallTooLongError
from rpckit.interceptors.interceptor import Interceptor, ServedCall


class CallTimeInterceptor(Interceptor):
    """Ends a call that takes longer than any may. Callers who give up earlier are not watched: gRPC ends theirs."""

    def __init__(self, longest_s: float, longest_stream_s: float) -> None:
        self._longest_s = {False: longest_s, True: longest_stream_s}

    def before(self, call: ServedCall) -> None:
        remaining_s, longest_s = call.context.time_remaining(), self._longest_s[call.method.streaming]
        if remaining_s is None or remaining_s > longest_s:
            task = asyncio.current_task()
            assert task is not None
            call.notes[self] = asyncio.get_running_loop().call_later(longest_s, self._end, call, task)

    def succeeded(self, call: ServedCall) -> None:
        self._release(call)

    def failed(self, call: ServedCall, error: BaseException) -> None:
        """Stop watching.

        Raises:
            CallTooLongError: The call was ended here.
        """
        ended = call.notes.get(self) is None and self in call.notes
        self._release(call)
        if ended and isinstance(error, asyncio.CancelledError):
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            raise CallTooLongError(self._longest_s[call.method.streaming])

    def _end(self, call: ServedCall, task: "asyncio.Task[object]") -> None:
        call.notes[self] = None
        task.cancel()

    def _release(self, call: ServedCall) -> None:
        timer = call.notes.pop(self, None)
        if timer is not None:
            timer.cancel()
