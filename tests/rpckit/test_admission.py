import pytest

from rpckit.admission import Admission
from rpckit.failure import TooManyCallsError


def test_streams_do_not_take_the_places_of_calls() -> None:
    admission = Admission(most_calls=1, most_streams=1)
    with admission.admit(streaming=True), admission.admit(streaming=False):
        assert (admission.active_calls, admission.active_streams) == (1, 1)
        for streaming in (True, False):
            with pytest.raises(TooManyCallsError), admission.admit(streaming=streaming):
                pass
    assert (admission.active_calls, admission.active_streams) == (0, 0)


def test_a_place_is_freed_when_the_call_fails() -> None:
    admission = Admission(most_calls=1, most_streams=1)
    with pytest.raises(RuntimeError), admission.admit(streaming=False):
        raise RuntimeError
    with admission.admit(streaming=False):
        pass
