"""Which stored bytes a record names."""

from collections.abc import Mapping
from typing import Any


def blobs_named(document: Mapping[str, Any]) -> set[str]:
    """Digests of the bytes that must be there for a record to be whole.

    >>> blobs_named({"attachment": {"sha256": "ab"}}), blobs_named({"state": {"content": None}})
    ({'ab'}, set())
    """
    state = document.get("state", {})
    kept = state.get("attachments", []) if document.get("kind") == "import" else []
    items = [*document.get("attachments", []), document.get("attachment"), state.get("content"), *kept]
    return {item["sha256"] for item in items if item}
