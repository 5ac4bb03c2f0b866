"""Time and randomness of this machine."""

import datetime
import secrets

from runs_svc.domain.ids import RunId


class SystemClock:
    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)


class RandomIds:
    def run_id(self) -> RunId:
        return RunId(self.fresh("run"))

    def fresh(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(6)}"
