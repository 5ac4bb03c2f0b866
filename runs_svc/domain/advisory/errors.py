"""What can go wrong with assets, providers and budgets, for the answer table."""

from collections.abc import Sequence

from foundation.errors import Precondition, Resource
from runs_svc.domain.errors import RunsError


class AssetNotFoundError(RunsError):
    """No asset has this id."""

    def __init__(self, asset_id: str) -> None:
        self.resource = Resource("asset", f"assets/{asset_id}")
        super().__init__(f"no asset is called {asset_id}")


class ReviewAlreadyDecidedError(RunsError):
    """There is a decision already, or none to take back."""

    def __init__(self, asset_id: str, state: str) -> None:
        text = f"it is {state}; an earlier decision is taken back with reversal, and only by the other one"
        self.preconditions = (Precondition("REVIEW", f"assets/{asset_id}", text),)
        super().__init__(f"{asset_id}: {text}")


class NotApprovedError(RunsError):
    """Nobody has approved the asset."""

    def __init__(self, asset_id: str, state: str) -> None:
        self.preconditions = (Precondition("REVIEW", f"assets/{asset_id}", f"it is {state}"),)
        super().__init__(f"{asset_id} is {state}; only approved assets are attached or exported")


class ProviderNotFoundError(RunsError):
    """No image provider has this name."""

    def __init__(self, provider: str, known: str) -> None:
        self.resource = Resource("provider", provider)
        super().__init__(f"no image provider is called {provider!r}; there are: {known}")


class ProviderNotConfiguredError(RunsError):
    """The provider lacks its configuration; the message says what to set."""

    may_charge = False

    def __init__(self, provider: str, what: str) -> None:
        self.preconditions = (Precondition("CONFIGURATION", provider, what),)
        super().__init__(f"the image provider {provider} is not configured: {what}")


class ProviderUnavailableError(RunsError):
    """The provider does not answer, or answers nothing that can be used.

    `may_charge` is False only where it surely asks no money for that: it was never reached, or says that it failed.
    """

    retry_after_s = 5.0

    def __init__(self, text: str, *, may_charge: bool = True) -> None:
        super().__init__(text)
        self.may_charge = may_charge


class PromptRefusedError(RunsError):
    """The provider refused the prompt. That is the caller's result: it is not tried again."""

    may_charge = False

    def __init__(self, provider: str, reason: str) -> None:
        self.preconditions = (Precondition("PROMPT", provider, reason),)
        super().__init__(f"{provider} refused the prompt: {reason}")


class RequestRefusedError(RunsError):
    """The provider refused the request, for something else than its prompt. The same request is refused again."""

    may_charge = False

    def __init__(self, provider: str, reason: str) -> None:
        self.preconditions = (Precondition("REQUEST", provider, reason),)
        super().__init__(f"{provider} refused the request: {reason}")


class ProviderAccountError(RunsError):
    """The workshop's account at the provider lacks credit, quota or permission. Asking again does not help."""

    may_charge = False

    def __init__(self, provider: str, reason: str) -> None:
        self.preconditions = (Precondition("ACCOUNT", provider, reason),)
        super().__init__(f"the account at {provider} does not allow it: {reason}")


class BudgetExhaustedError(RunsError):
    """The budget does not allow what this could cost."""

    def __init__(self, period: str, *, limit_usd: float, used_usd: float, asked_usd: float) -> None:
        self.metadata = {
            "period": period,
            "limit_usd": f"{limit_usd:.4f}",
            "used_usd": f"{used_usd:.4f}",
            "asked_usd": f"{asked_usd:.4f}",
        }
        super().__init__(
            f"the {period} budget of {limit_usd:.2f} USD has {max(limit_usd - used_usd, 0):.2f} left, "
            f"and this could cost {asked_usd:.2f}"
        )


class TrainingNotReadyError(RunsError):
    """There are too few pictures."""

    def __init__(self, usable: int, least: int, left_out: Sequence[str] = ()) -> None:
        self.preconditions = (
            Precondition("IMAGES", "teaching", f"{usable} of at least {least} pictures are usable"),
            *(Precondition("IMAGES", "left out", reason) for reason in left_out),
        )
        more = f" (left out: {', '.join(left_out)})" if left_out else ""
        super().__init__(
            f"{usable} pictures are usable, and at least {least} are needed{more}; approve more, or ask for fewer"
        )


class ExportNotFoundError(RunsError):
    """No training export has this id."""

    def __init__(self, export_id: str) -> None:
        self.resource = Resource("export", f"exports/{export_id}")
        super().__init__(f"no training export is called {export_id}")
