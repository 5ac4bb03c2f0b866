"""Which providers there are: the built-in one always, others as configured."""

from collections.abc import Mapping

from runs_svc.adapters.image_providers.rosette import RosetteProvider
from runs_svc.adapters.image_providers.settings import ProviderSettings
from runs_svc.adapters.rendering.painter import Painter
from runs_svc.ports import ImageProvider

PROVIDER_KINDS = ("openai", "automatic1111", "comfyui")


class Providers:
    """The providers of this server, and what is missing of the others."""

    def __init__(self, configured: Mapping[str, ProviderSettings], environ: Mapping[str, str]) -> None:
        """Set the configured ones up.

        Raises:
            ConfigurationError: One of them lacks a file.
        """
        built_in = RosetteProvider(Painter())
        self.ready: dict[str, ImageProvider] = {built_in.name: built_in}
        self.missing: dict[str, str] = {
            kind: f'set RMOS_IMAGE_PROVIDERS to a TOML file with a table [{kind}] and kind = "{kind}"'
            for kind in PROVIDER_KINDS
            if not any(settings.kind == kind for settings in configured.values())
        }
        for name, settings in configured.items():
            key = environ.get(settings.api_key_variable, "")
            if settings.kind == "openai" and not key:
                variable = (
                    settings.api_key_variable or "an api_key_variable in its table, and that environment variable"
                )
                self.missing[name] = f"set {variable} to the key"
                continue
            self.ready[name] = _make(name, settings, key)

    async def close(self) -> None:
        for provider in self.ready.values():
            await provider.close()


def _make(name: str, settings: ProviderSettings, api_key: str) -> ImageProvider:
    """Each kind is loaded only where it is configured: HTTP takes longer to load than the server has to start."""
    if settings.kind == "openai":
        from runs_svc.adapters.image_providers.openai import OpenAiProvider

        return OpenAiProvider(name, settings, api_key=api_key)
    if settings.kind == "automatic1111":
        from runs_svc.adapters.image_providers.automatic1111 import Automatic1111Provider

        return Automatic1111Provider(name, settings)
    from runs_svc.adapters.image_providers.comfyui import ComfyUiProvider

    return ComfyUiProvider(name, settings)
