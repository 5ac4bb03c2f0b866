"""Which stored bytes a record names."""

from foundation.canonical_json import JsonMapping
from foundation.json_members import child, children, text


def blobs_named(document: JsonMapping) -> set[str]:
    """Digests of the bytes that must be there for a record to be whole.

    >>> blobs_named({"attachment": {"sha256": "ab"}}), blobs_named({"state": {"content": None}})
    ({'ab'}, set())
    """
    state = child(document, "state")
    kept = children(state, "attachments") if document.get("kind") == "import" else []
    items = [*children(document, "attachments"), child(document, "attachment"), child(state, "content"), *kept]
    return {text(item, "sha256") for item in items if item}
