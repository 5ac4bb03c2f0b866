"""Client of the RMOS servers: typed façade, errors as exceptions, job files.

from rmos_client import FeasibilityClient, RunsClient, read_job

job = read_job("rosette.yaml")
with FeasibilityClient("127.0.0.1:50061") as feasibility:
    report = feasibility.evaluate(job.design, job.context)
"""

from rmos_client.async_rmos import AsyncRmos
from rmos_client.errors import FieldViolation, RmosError
from rmos_client.feasibility import FeasibilityClient
from rmos_client.jobs import Job, JobFileError, read_job
from rmos_client.rmos import Rmos
from rmos_client.runs import RunsClient, Upload

__all__ = [
    "AsyncRmos",
    "FeasibilityClient",
    "FieldViolation",
    "Job",
    "JobFileError",
    "Rmos",
    "RmosError",
    "RunsClient",
    "Upload",
    "read_job",
]
