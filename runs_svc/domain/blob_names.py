"""Which stored bytes a record names."""

from collections.abc import Mapping
from typing import Any


def blobs_named(document: Mapping[str, Any]) -> set[str]:
    """Digests of the bytes that must be there for a record to be whole.

    >>> blobs_named({"attachment": {"sha256": "ab"}}), blobs_named({"state": {"content": None}})
    ({'ab'}, set())
    """
    items = [*document.get("attachments", []), document.get("attachment"), document.get("state", {}).get("content")]
    return {item["sha256"] for item in items if item}
