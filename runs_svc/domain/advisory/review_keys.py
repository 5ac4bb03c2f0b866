"""A decision that is sent again under its key is the same decision."""

from collections.abc import Iterable

from foundation.canonical_json import JsonMapping, dumps, sha256_hex
from foundation.json_members import child
from runs_svc.domain.advisory.asset import Review, read_review
from runs_svc.domain.entities.revision import to_json
from runs_svc.domain.errors import IdempotencyKeyReusedError


def decided_under(key: str, review: Review, events: Iterable[JsonMapping]) -> bool:
    """Whether a decision stands under a key among the events of an asset.

    Refused attempts do not count: what they were refused for may be gone by now.

    Raises:
        IdempotencyKeyReusedError: It is another decision.
    """
    recorded = next((event for event in events if event.get("idempotency_key") == key and not event["refused"]), None)
    if recorded is None:
        return False
    stands = read_review(child(recorded, "review"))
    if stands != review:
        raise IdempotencyKeyReusedError(key=key, recorded_sha256=_digest(stands), given_sha256=_digest(review))
    return True


def _digest(review: Review) -> str:
    return sha256_hex(dumps(to_json(review)))
