import pytest

from foundation.errors import TooManyCallsError
from rpckit.interceptors.admission import Admission


def test_streams_do_not_take_the_places_of_calls() -> None:
    admission = Admission(most_calls=1, most_streams=1)
    for streaming in (True, False):
        admission.enter(streaming=streaming)
        with pytest.raises(TooManyCallsError):
            admission.enter(streaming=streaming)
    assert (admission.active_calls, admission.active_streams) == (1, 1)


@pytest.mark.parametrize("streaming", [True, False])
def test_a_place_is_free_again_when_the_call_leaves(streaming: bool) -> None:
    admission = Admission(most_calls=1, most_streams=1)
    admission.enter(streaming=streaming)
    admission.leave(streaming=streaming)
    assert (admission.active_calls, admission.active_streams) == (0, 0)
    admission.enter(streaming=streaming)


def test_uploads_leave_places_for_other_streams() -> None:
    admission = Admission(most_calls=1, most_streams=4)
    for _ in range(2):
        admission.enter(streaming=True, upload=True)
    with pytest.raises(TooManyCallsError, match="2 uploads are open"):
        admission.enter(streaming=True, upload=True)
    admission.enter(streaming=True)
    assert (admission.active_streams, admission.active_uploads) == (3, 2)
    admission.leave(streaming=True, upload=True)
    admission.enter(streaming=True, upload=True)
