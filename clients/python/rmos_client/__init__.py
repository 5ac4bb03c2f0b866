"""Client of the RMOS servers: one typed object, errors as exceptions, job files.

from rmos_client import Rmos, read_job

job = read_job("rosette.yaml")
with Rmos(feasibility="127.0.0.1:50061", runs="127.0.0.1:50062") as rmos:
    report = rmos.evaluate(job.design, job.context)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rmos_client.async_rmos import AsyncRmos
    from rmos_client.errors import FieldViolation, RmosError
    from rmos_client.jobs import Job, JobFileError, read_job
    from rmos_client.rmos import Rmos
    from rmos_client.transfers import Upload

__all__ = [
    "AsyncRmos",
    "FieldViolation",
    "Job",
    "JobFileError",
    "Rmos",
    "RmosError",
    "Upload",
    "read_job",
]
_WHERE = {
    "AsyncRmos": "async_rmos",
    "FieldViolation": "errors",
    "Job": "jobs",
    "JobFileError": "jobs",
    "Rmos": "rmos",
    "RmosError": "errors",
    "Upload": "transfers",
    "read_job": "jobs",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """What is asked for is read then: a program of threads starts without event loops, one that only
        reads job files without grpc."""
        if name in _WHERE:
            return getattr(import_module(f"rmos_client.{_WHERE[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
