"""Messages that are too large or cannot be read are refused with a reason; the transport would give none."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import DecodeError

from foundation import errors, message_size
from rpckit.interceptors.interceptor import Codec, Interceptor, ServedCall


class MessageCheckInterceptor(Interceptor):
    """Checks requests before the handler gets them, and answers before the transport does."""

    def wrap_codec(self, codec: Codec) -> Codec:
        return Codec(_careful_deserializer(codec), _bounded_serializer(codec))

    def before(self, call: ServedCall) -> None:
        if call.method.request_streaming:
            call.request = _check_each(call.request)
        elif isinstance(call.request, _Refused):
            raise call.request.error


@dataclass(frozen=True, slots=True)
class _Refused:
    """Stands for bytes that are not read, until the call can be answered properly."""

    error: errors.ServiceError


def _careful_deserializer(codec: Codec) -> Any:
    """One that never raises: grpcio would answer INTERNAL, without reason and request id."""
    deserialize = codec.deserialize

    def attempt(data: bytes) -> Any:
        if len(data) > message_size.LARGEST_REQUEST:
            return _Refused(errors.MessageTooLargeError(len(data), message_size.LARGEST_REQUEST))
        try:
            return deserialize(data)
        except DecodeError:
            text = "the bytes are not a message of this method's request type"
            return _Refused(errors.InvalidFieldsError.one("request", text))

    return attempt


def _bounded_serializer(codec: Codec) -> Any:
    """One that refuses, with a reason, what the transport would break at."""
    serialize = codec.serialize

    def attempt(answer: Any) -> bytes:
        data = serialize(answer)
        if len(data) > message_size.LARGEST_CARRIED:
            raise errors.AnswerTooLargeError(len(data), message_size.LARGEST_CARRIED)
        return data

    return attempt


async def _check_each(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        if isinstance(request, _Refused):
            raise request.error
        yield request
