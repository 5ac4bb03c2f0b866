"""Why no server answers, in words: what the transport says is for those who know it.

The transport gives no codes, only sentences. What none of them fits is passed on as it is.
"""

import re
from collections.abc import Mapping

_ADDRESS = "say where it is: --runs or RMOS_RUNS_ADDRESS, --feasibility or RMOS_FEASIBILITY_ADDRESS"
_START = f"start the server (`make serve`), or {_ADDRESS}"
_REASONS: Mapping[str, tuple[str, str]] = {
    r"Connection refused|No such file or directory": ("nothing listens at {address}", _START),
    r"tcp handshaker shutdown|connect\(\) timed out|Failed to connect.*([Tt]imeout|timed out)": (
        "no machine answers at {address}",
        f"see whether it is on and in this network, or {_ADDRESS}",
    ),
    r"timed out before receiving SETTINGS|Handshake read failed|[Tt]imeout|timed out": (
        "{address} takes connections and does not answer",
        f"see whether the server is well, or {_ADDRESS}",
    ),
    r"No route to host|Network is unreachable|Host is down": ("{address} cannot be reached from here", _ADDRESS),
    r"Misformatted domain name": ("{address} is no address: one is HOST:PORT", _ADDRESS),
    r"Could not contact DNS": ("the name in {address} cannot be looked up: no name server answers", _ADDRESS),
    r"errors resolving|[Dd]omain name not found": ("the name in {address} belongs to no machine", _ADDRESS),
    r"WRONG_VERSION_NUMBER": ("{address} speaks no TLS", "leave RMOS_CA out, if the server is on this machine"),
    r"certificate has expired": (
        "the certificate of {address} has ended",
        "whoever looks after the server gives it another",
    ),
    r"CERTIFICATE_VERIFY_FAILED": (
        "the certificate of {address} is from nobody whom RMOS_CA names",
        "let RMOS_CA name the file of the authority that signed it",
    ),
    r"Hostname Verification": (
        "the certificate of {address} is for another name",
        "call the server by a name that stands in its certificate",
    ),
    r"http1|HTTP/2|frame type": ("what listens at {address} is no server of gRPC", _ADDRESS),
    r"last error.*(Socket closed|reset by peer)": (
        "{address} closes connections",
        "a server with TLS wants RMOS_CA, and one that asks for certificates RMOS_CERTIFICATE and RMOS_KEY",
    ),
    r"RST_STREAM": ("the server was lost in the middle of its answer", "ask again"),
    r"Socket closed|reset by peer|GOAWAY": ("the server has closed the connection", "ask again"),
}
"""What a sentence of the transport has in it, what that means, and what to do about it; the first that fits holds."""
_AT = re.compile(r"(?:last error: [A-Z_]+: (?:ipv[46]:)?|errors resolving )(?P<address>\S+?):? (?=\S)")


def in_words(details: str) -> tuple[str, str]:
    """What keeps a server from answering, and the remedy; where nobody knows, the sentence itself."""
    for pattern, (said, remedy) in _REASONS.items():
        if re.search(pattern, details):
            found = _AT.search(details)
            address = found["address"].replace("%5B", "[").replace("%5D", "]") if found else "the server"
            return said.format(address=address), remedy
    return details, _START
