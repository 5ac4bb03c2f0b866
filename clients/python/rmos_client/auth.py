"""Façade of logging in."""

from rmos.auth.v1 import auth_service_pb2 as pb
from rmos.auth.v1 import auth_service_pb2_grpc
from rmos_client.calls import call
from rmos_client.channel import open_channel


class AuthClient:
    """Logs in and out, and says who calls. Use as a context manager, or call `close`."""

    def __init__(self, address: str) -> None:
        self._channel = open_channel(address)
        self._stub = auth_service_pb2_grpc.AuthServiceStub(self._channel)

    def __enter__(self) -> "AuthClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._channel.close()

    def login(self, name: str, password: str) -> pb.LoginResponse:
        """A token, and until when it is good.

        Raises:
            RmosError: CREDENTIALS_INVALID …
        """
        request = pb.LoginRequest(name=name, password=password)
        return call(self._stub.Login, request, request_id=None, timeout_s=None)

    def logout(self) -> None:
        """End the token that this client carries.

        Raises:
            RmosError: CREDENTIALS_INVALID …
        """
        call(self._stub.Logout, pb.LogoutRequest(), request_id=None, timeout_s=None)

    def who_am_i(self) -> pb.WhoAmIResponse:
        """Who calls, with which roles.

        Raises:
            RmosError: CREDENTIALS_MISSING …
        """
        return call(self._stub.WhoAmI, pb.WhoAmIRequest(), request_id=None, timeout_s=None)
