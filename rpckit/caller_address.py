"""Where a call comes from, for what is counted by address."""

_HERE = ("ipv4:127.", "ipv6:[::1]", "ipv6:%5B::1%5D", "unix:")
_LONGEST = 64


def caller_address(peer: str, forwarded_for: str = "") -> str:
    """The host of a caller, or, where a proxy on this machine handed the call on, what the proxy says of it.

    Args:
        peer: As grpc has it.
        forwarded_for: The metadata `x-forwarded-for`. Other machines could write there what they like: not believed.

    >>> caller_address("ipv4:10.0.0.7:51234"), caller_address("ipv6:[fd00::7]:51234")
    ('ipv4:10.0.0.7', 'ipv6:[fd00::7]')
    >>> caller_address("ipv4:127.0.0.1:51234", "1.2.3.4, 10.0.0.7"), caller_address("ipv4:10.0.0.8:1", "1.2.3.4")
    ('10.0.0.7', 'ipv4:10.0.0.8')
    """
    last = forwarded_for.rpartition(",")[2].strip()
    if last and peer.startswith(_HERE):
        return last[:_LONGEST]
    return peer.rpartition(":")[0] or peer
