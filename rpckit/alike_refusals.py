"""Of refusals that keep coming only some are noted: whoever is refused must not be able to fill the disk."""

_MOST_KINDS = 1_000
_PER_S, _AT_ONCE = 0.2, 20.0


class AlikeRefusals:
    """Buckets that fill with time, one for each kind of refusal."""

    def __init__(self) -> None:
        self._kinds: dict[str, _Bucket] = {}

    def count(self, kind: str, now_s: float) -> int | None:
        """How many others were left out before this one; None where it is left out too."""
        bucket = self._kinds.setdefault(kind, _Bucket(now_s))
        if len(self._kinds) > _MOST_KINDS:
            self._kinds.pop(next(iter(self._kinds)))
        return bucket.count(now_s)


class _Bucket:
    def __init__(self, now_s: float) -> None:
        self._level, self._since, self._left_out = _AT_ONCE, now_s, 0

    def count(self, now_s: float) -> int | None:
        filled = self._level + (now_s - self._since) * _PER_S
        self._level, self._since = min(_AT_ONCE, filled), now_s
        if self._level < 1.0:
            self._left_out += 1
            return None
        self._level -= 1.0
        left_out, self._left_out = self._left_out, 0
        return left_out
