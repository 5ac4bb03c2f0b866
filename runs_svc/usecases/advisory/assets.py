"""Advisory assets: taken in, decided by people, found again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from foundation.call import Call
from foundation.canonical_json import JsonObject
from rpckit.page_tokens import Room
from runs_svc.domain.advisory.asset import (
    REJECTION_REASONS,
    Asset,
    AssetState,
    Review,
    asset_index_fields,
    check_review,
    check_usable,
    image_distance,
    read_asset,
    reviewed,
    write_asset,
)
from runs_svc.domain.advisory.errors import AssetNotFoundError, ReviewAlreadyDecidedError
from runs_svc.domain.advisory.money import whole_usd
from runs_svc.domain.advisory.prompt import BODY_SHAPES, CATEGORIES, FINISHES, jaccard
from runs_svc.domain.advisory.review_keys import decided_under
from runs_svc.domain.entities.revision import to_json
from runs_svc.domain.errors import FourEyesError, VersionTakenError
from runs_svc.domain.listing import filters
from runs_svc.domain.listing.filters import And, Comparison, Filter
from runs_svc.domain.listing.values import Words
from runs_svc.ports import Clock, EntityStore
from runs_svc.usecases.entities.drawn_ids import add_new
from runs_svc.usecases.entities.entity import Change, EntityKind, EntityPage, Revision
from runs_svc.usecases.entities.repository import EntityRepository

log = logging.getLogger("rmos.advisory")
FIELDS = filters.Fields(
    texts=frozenset(
        {
            "state",
            "asset_type",
            "provider",
            "model",
            "requester",
            "category",
            "body_shape",
            "finish",
            "is_favorite",
            "rejection_reason",
            "prompt",
        }
    ),
    words={
        "state": Words(tuple(AssetState), "ASSET_STATE_"),
        "asset_type": Words(("image", "suggestion", "analysis", "pattern"), "ASSET_TYPE_"),
        "is_favorite": Words(("true", "false")),
        "rejection_reason": Words((*REJECTION_REASONS, ""), "REJECTION_REASON_"),
        "category": Words((*dict.fromkeys(CATEGORIES.values()), "")),
        "body_shape": Words((*dict.fromkeys(BODY_SHAPES.values()), "")),
        "finish": Words((*dict.fromkeys(FINISHES.values()), "")),
    },
    labels=frozenset({"requester"}),
    numbers=frozenset({"rating", "cost_usd", "confidence"}),
)
_MOST_DUPLICATES = 100
_ALIKE_WORDS, _ALIKE_BITS = 0.8, 6


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An asset like another."""

    asset_id: str
    prompt_similarity: float
    image_distance: int | None
    state: AssetState = AssetState.PENDING


@dataclass(frozen=True, slots=True)
class AssetStatistics:
    """Assets counted."""

    by_state: dict[str, int]
    by_provider: dict[str, int]
    by_reason: dict[str, int]
    by_rating: dict[str, int]
    average_rating: float | None
    total_cost_usd: float
    favorites: int


ASSET: EntityKind[Asset] = EntityKind(
    name="asset",
    fields=FIELDS,
    read=read_asset,
    write=write_asset,
    index_fields=lambda asset, now: asset_index_fields(asset),
)


class Assets:
    def __init__(self, entities: EntityStore, *, clock: Clock, four_eyes: bool) -> None:
        self._entities = entities
        self.four_eyes = four_eyes
        self._repository = EntityRepository(entities, ASSET, clock=clock)

    def now(self) -> str:
        return self._repository.now()

    async def add(self, asset: Asset, *, call: Call) -> tuple[Revision[Asset], bool]:
        """The asset, and False when one with this id and content was there already.

        Raises:
            VersionTakenError: The id is taken by another content.
        """
        try:
            return await self._repository.add(asset.asset_id, Change(asset, {"action": "create"}), call=call), True
        except VersionTakenError:
            known = await self.get(asset.asset_id)
            if _bytes_of(known.entity) != _bytes_of(asset):
                raise
            return known, False

    async def add_new(self, asset: Asset, draw: Callable[[], str], *, call: Call) -> Revision[Asset]:
        """The asset under an id that is drawn."""
        return await add_new(
            self._repository,
            draw,
            lambda asset_id: Change(replace(asset, asset_id=asset_id), {"action": "create"}),
            call=call,
        )

    async def get(self, asset_id: str) -> Revision[Asset]:
        """An asset as it stands.

        Raises:
            AssetNotFoundError, RunCorruptError: It is not there, or altered.
        """
        return await self._repository.expect(asset_id, None, AssetNotFoundError(asset_id))

    async def history(self, asset_id: str) -> Sequence[Revision[Asset]]:
        """Every event of an asset.

        Raises:
            AssetNotFoundError: There is no such asset.
        """
        await self.get(asset_id)
        return await self._repository.history(asset_id)

    async def page(
        self, room: Room[Revision[Asset]], *, filter_text: str, order_by: str, page_size: int, page_token: str
    ) -> tuple[EntityPage[Asset], int]:
        """A page of assets, and how many match in all."""
        page = await self._repository.page(
            room, filter_text=filter_text, order_by=order_by, page_size=page_size, page_token=page_token
        )
        return page, await self._repository.count(filters.parse(filter_text, FIELDS))

    async def pending(
        self, room: Room[Revision[Asset]], *, page_size: int, page_token: str
    ) -> tuple[EntityPage[Asset], int]:
        """A page of what waits for a person, oldest first, and how many wait in all."""
        condition = Comparison("state", "=", AssetState.PENDING.value)
        page = await self._repository.page_of(
            condition, room, query="pending", page_size=page_size, page_token=page_token, order=("", False)
        )
        return page, await self._repository.count(condition)

    async def review(
        self, asset_id: str, review: Review, *, idempotency_key: str | None = None, call: Call
    ) -> Revision[Asset]:
        """The asset after a decision, and as it stands where that was made under its key before.

        A refused attempt stays in the history too.

        Raises:
            AssetNotFoundError, ReviewAlreadyDecidedError, FourEyesError: The decision is refused.
            IdempotencyKeyReusedError: The key is that of another decision.
            ConcurrentChangeError: Others kept changing it.
        """
        refusal: ReviewAlreadyDecidedError | FourEyesError | None = None
        key: JsonObject = {} if idempotency_key is None else {"idempotency_key": idempotency_key}
        done = None if idempotency_key is None else partial(decided_under, idempotency_key, review)

        def decide(asset: Asset) -> Change[Asset]:
            nonlocal refusal
            refusal = None
            event: JsonObject = {"action": "review", "review": to_json(review), "refused": False, **key}
            try:
                check_review(asset, review, four_eyes=self.four_eyes, proven=call.identity is not None)
            except (ReviewAlreadyDecidedError, FourEyesError) as error:
                refusal = error
                return Change(asset, {**event, "refused": True})
            return Change(reviewed(asset, review, now=self.now(), request_id=call.request_id), event)

        decided = await self._repository.update(asset_id, AssetNotFoundError(asset_id), decide, done=done, call=call)
        if refusal is not None:
            raise refusal
        log.info(
            "review.decided",
            extra={"asset_id": asset_id, "status": str(decided.entity.state), "request_id": call.request_id},
        )
        return decided

    async def set_favorite(self, asset_id: str, *, is_favorite: bool, call: Call) -> Revision[Asset]:
        """The asset with its mark.

        Raises:
            AssetNotFoundError, ConcurrentChangeError: It is not there, or others kept changing it.
        """
        event: JsonObject = {"action": "favorite", "is_favorite": is_favorite}
        return await self._update(asset_id, event, lambda asset: replace(asset, is_favorite=is_favorite), call)

    async def used_in_run(self, asset_id: str, run_id: str, *, call: Call) -> Revision[Asset]:
        """The asset, once it is known that a run names it.

        Raises:
            AssetNotFoundError, NotApprovedError, ConcurrentChangeError: It may not be attached.
        """

        def use(asset: Asset) -> Asset:
            check_usable(asset)
            return replace(asset, runs=tuple(dict.fromkeys((*asset.runs, run_id))))

        return await self._update(asset_id, {"action": "attach", "run_id": run_id}, use, call)

    async def used_in_export(self, asset_id: str, export_id: str, *, call: Call) -> Revision[Asset]:
        """The asset, once it left in an export."""

        def use(asset: Asset) -> Asset:
            return replace(asset, exports=tuple(dict.fromkeys((*asset.exports, export_id))))

        return await self._update(asset_id, {"action": "export", "export_id": export_id}, use, call)

    async def changed(
        self, condition: Filter | None, *, after: int, size: int
    ) -> Sequence[tuple[int, Revision[Asset] | None]]:
        """Assets that match and changed after a place of the ledger, in the order of their places; None for one that
        cannot be read."""
        return await self._repository.changed(condition, after=after, size=size)

    async def every(self, condition: Filter | None) -> Sequence[Revision[Asset]]:
        """Every asset that matches and can be read, oldest first."""
        return await self._repository.every(condition)

    async def duplicates(self, asset_id: str) -> Sequence[Duplicate]:
        """Assets that say or show the same, the most alike first."""
        asset = (await self.get(asset_id)).entity
        found: list[Duplicate] = []
        async for some in self._repository.some_at_a_time(None):
            found += (alike for version in some if (alike := _compared(asset, version.entity)) is not None)
            found = sorted(found, key=_unlikeness)[:_MOST_DUPLICATES]
        return found

    async def statistics(self, filter_text: str) -> AssetStatistics:
        """Assets counted.

        Raises:
            InvalidFilterError: The filter cannot be read.
        """
        condition = filters.parse(filter_text, FIELDS)
        rating = await self._entities.spread(ASSET.name, "rating", condition)
        cost = await self._entities.spread(ASSET.name, "cost_usd", condition)
        ratings = await self._entities.tally(ASSET.name, "rating", condition)
        favorites = await self._entities.tally(ASSET.name, "is_favorite", condition)
        reasons = await self._entities.tally(ASSET.name, "rejection_reason", condition)
        return AssetStatistics(
            by_state=dict(await self._entities.tally(ASSET.name, "state", condition)),
            by_provider=dict(await self._entities.tally(ASSET.name, "provider", condition)),
            by_reason={name: count for name, count in reasons.items() if name},
            by_rating={str(int(float(name))): count for name, count in ratings.items() if name != "None"},
            average_rating=rating.mean if rating else None,
            total_cost_usd=whole_usd(cost.mean * cost.count) if cost else 0.0,
            favorites=favorites.get("true", 0),
        )

    async def count(self, *conditions: Comparison) -> int:
        """How many assets match all of some comparisons."""
        return await self._repository.count(And(tuple(conditions)) if conditions else None)

    async def tally(self, field: str, *conditions: Comparison) -> dict[str, int]:
        """How many assets that match have each value of a field."""
        return dict(await self._entities.tally(ASSET.name, field, And(tuple(conditions)) if conditions else None))

    async def _update(
        self, asset_id: str, event: JsonObject, change: Callable[[Asset], Asset], call: Call
    ) -> Revision[Asset]:
        def apply(asset: Asset) -> Change[Asset] | None:
            after = change(asset)
            return None if after == asset else Change(after, event)

        return await self._repository.update(asset_id, AssetNotFoundError(asset_id), apply, call=call)


def _bytes_of(asset: Asset) -> tuple[object, ...]:
    """What an asset consists of, without what this version reads from it."""
    content = asset.content
    return (content and (content.sha256, content.size_bytes, content.mime), asset.suggestion_data)


def _compared(asset: Asset, other: Asset) -> Duplicate | None:
    """How much another asset is like one; None when it is not."""
    if other.asset_id == asset.asset_id:
        return None
    words = jaccard(asset.prompt, other.prompt) if asset.prompt and other.prompt else 0.0
    bits = image_distance(_hash_of(asset), _hash_of(other))
    alike = words >= _ALIKE_WORDS or (bits is not None and bits <= _ALIKE_BITS)
    return Duplicate(other.asset_id, words, bits, other.state) if alike else None


def _hash_of(asset: Asset) -> str:
    return asset.content.picture.perceptual_hash if asset.content and asset.content.picture else ""


def _unlikeness(item: Duplicate) -> tuple[int, float]:
    return (64 if item.image_distance is None else item.image_distance, -item.prompt_similarity)
