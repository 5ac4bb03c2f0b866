"""A small identity provider: `python -m testkit.oidc_issuer 127.0.0.1:50080`, to try servers with one.

Its tokens are real (ES256, discovery, JWKS), but it gives them to everybody who asks: for a test on one machine only.

    GET  /.well-known/openid-configuration
    GET  /keys        the public keys (JWKS)
    POST /token       form fields name and groups (commas between them); the answer is the token alone
"""

import json
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

AUDIENCE, KEY_ID, LIFETIME_S = "rmos", "one", 600
_MOST_BYTES = 10_000


class OidcIssuer(ThreadingHTTPServer):
    """Signs with a key that exists as long as it runs."""

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), _Handler)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.address = f"http://{host}:{self.server_port}"

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint": f"{self.address}/token",
            "id_token_signing_alg_values_supported": ["ES256"],
        }

    def keys(self) -> dict[str, Any]:
        public = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": KEY_ID, "alg": "ES256", "use": "sig"}]}

    def token(self, name: str, **claims: Any) -> str:
        """A token for somebody; `claims` take the place of those it would have."""
        now = int(time.time())
        whole = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
            "jti": str(uuid.uuid4()),
            "preferred_username": name,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_S,
            **claims,
        }
        return jwt.encode(whole, self._key, algorithm="ES256", headers={"kid": KEY_ID})


class _Handler(BaseHTTPRequestHandler):
    server: OidcIssuer

    def do_GET(self) -> None:
        pages = {"/.well-known/openid-configuration": self.server.configuration, "/keys": self.server.keys}
        page = pages.get(self.path)
        if page is None:
            self.send_error(404)
        else:
            self._answer(json.dumps(page()).encode(), "application/json")

    def do_POST(self) -> None:
        if self.path != "/token":
            self.send_error(404)
            return
        size = min(int(self.headers.get("Content-Length") or 0), _MOST_BYTES)
        fields = parse_qs(self.rfile.read(size).decode())
        groups = [group for group in fields.get("groups", [""])[0].split(",") if group]
        self._answer(self.server.token(fields.get("name", [""])[0], groups=groups).encode(), "text/plain")

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each call."""


def main() -> None:
    host, _, port = sys.argv[1].rpartition(":")
    OidcIssuer(host, int(port)).serve_forever()


if __name__ == "__main__":
    main()
