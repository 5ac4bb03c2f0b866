"""The publisher, within the process of a test."""

from pathlib import Path

from runs_svc.adapters.archive.publisher import Publisher, rows_of


def publisher_of(url: str, root: Path) -> Publisher:
    return Publisher(root, rows_of(url))


def publish_everything(url: str, root: Path) -> None:
    publisher = publisher_of(url, root)
    publisher.publish_committed()
    publisher.close()
