"""Where outages are tried: a store whose bucket, database or disk can be taken away and given back."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from testkit.postgres import PostgresServer
from testkit.seaweed import S3Server
from tests.promises.back_ends import PostgresBackEnd
from tests.promises.small_disk import SmallDisk, small_disk

_DATABASE_MIB, _BUCKET_MIB, _FOLDER_MIB = 320, 400, 96
_UPLOAD_BYTES, _LARGE_BYTES = 20_000, 9 * 1024 * 1024
_NO_RESERVE = ("--min-free-disk-percent", "0")


@dataclass(frozen=True, slots=True)
class Outage:
    """A kind of outage."""

    spares_records: bool
    """Whether everything but bytes goes on."""
    is_full: bool = False


OUTAGES: Mapping[str, Outage] = {
    "kill the bucket": Outage(spares_records=True),
    "kill the database": Outage(spares_records=False),
    "fill the folder": Outage(spares_records=True, is_full=True),
    "fill the database": Outage(spares_records=False, is_full=True),
    "pause the bucket": Outage(spares_records=True),
    "pause the database": Outage(spares_records=False),
    "fill the bucket": Outage(spares_records=True, is_full=True),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A store of servers, and how something of it is taken away and given back."""

    settings: Mapping[str, str]
    begin: Callable[[], None]
    end: Callable[[], None]
    folder: Path | None = None
    """Where the one server keeps bytes, if there is no bucket."""
    flags: Sequence[str] = field(default=())
    upload_bytes: int = _UPLOAD_BYTES


def open_place(name: str, place: PostgresBackEnd, opened: ExitStack) -> Place:
    """A place for an outage: the one that is given, or one whose disk is small."""
    assert place.bucket is not None
    deed, _, victim = name.partition(" the ")
    if deed == "fill":
        return _MAKERS[victim](place, opened)
    away: PostgresServer | S3Server = place.database if victim == "database" else place.bucket
    begin, end = (away.pause, away.go_on) if deed == "pause" else (away.kill, away.start)
    return Place(place.places(), begin, end)


def _small_database(place: PostgresBackEnd, opened: ExitStack) -> Place:
    disk = opened.enter_context(small_disk(_DATABASE_MIB))
    (folder := disk.folder / "postgres").mkdir()
    database = PostgresServer(folder)
    database.start()
    opened.callback(lambda: database.stop() if database.is_running else None)

    def end() -> None:
        disk.empty()
        if not database.is_running:  # it gives up where it cannot write its log; whoever makes room starts it again
            database.start()

    return Place(PostgresBackEnd(database, place.bucket).places(), disk.fill, end)


def _small_bucket(place: PostgresBackEnd, opened: ExitStack) -> Place:
    disk = opened.enter_context(small_disk(_BUCKET_MIB))
    (folder := disk.folder / "s3").mkdir()
    bucket = S3Server(folder)
    bucket.start()
    opened.callback(bucket.kill)

    def end() -> None:
        disk.empty()
        bucket.kill()  # its own database of names refuses writes for ever once it found no room
        bucket.start()

    return Place(PostgresBackEnd(place.database, bucket).places(), disk.fill, end)


def _small_folder(place: PostgresBackEnd, opened: ExitStack) -> Place:
    disk: SmallDisk = opened.enter_context(small_disk(_FOLDER_MIB))
    settings = PostgresBackEnd(place.database, None).places()
    return Place(settings, disk.fill, disk.empty, disk.folder, _NO_RESERVE, _LARGE_BYTES)


_MAKERS: Mapping[str, Callable[[PostgresBackEnd, ExitStack], Place]] = {
    "database": _small_database,
    "bucket": _small_bucket,
    "folder": _small_folder,
}
