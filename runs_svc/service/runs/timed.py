"""Amendments as their messages name their members."""

from foundation.canonical_json import JsonMapping, JsonObject
from foundation.identity import made_by
from rpckit.authentication.identity_messages import identity_member


def timed(amendment: JsonMapping) -> JsonObject:
    """An amendment as its message names its members."""
    value = {**amendment, **identity_member(made_by(amendment))}
    value["create_time"] = value.pop("created_at_utc")
    return value
