"""The publisher, within the process of a test."""

from pathlib import Path

from runs_svc.adapters.archive.publisher import Publisher


def publisher_of(url: str, root: Path) -> Publisher:
    return Publisher(root, Path(url.removeprefix("sqlite:///")))


def publish_everything(url: str, root: Path) -> None:
    publisher = publisher_of(url, root)
    publisher.publish_committed()
    publisher.close()
