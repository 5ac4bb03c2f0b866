"""Client of the RMOS servers: one typed object, errors as exceptions, job files.

from rmos_client import Rmos, read_job

job = read_job("rosette.yaml")
with Rmos(feasibility="127.0.0.1:50061", runs="127.0.0.1:50062") as rmos:
    report = rmos.evaluate(job.design, job.context)
"""

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
