"""What can go wrong with patterns, jobs and imports, for the answer table."""

from foundation.errors import Resource
from runs_svc.domain.errors import RunsError


class PatternNotFoundError(RunsError):
    """No pattern has this id."""

    def __init__(self, pattern_id: str) -> None:
        self.resource = Resource("pattern", f"patterns/{pattern_id}")
        super().__init__(f"no pattern is called {pattern_id}")


class StripFamilyNotFoundError(RunsError):
    """No strip family has this id."""

    def __init__(self, strip_family_id: str) -> None:
        self.resource = Resource("strip_family", f"stripFamilies/{strip_family_id}")
        super().__init__(f"no strip family is called {strip_family_id}")


class EntryExistsError(RunsError):
    """The id is taken by another content."""

    def __init__(self, kind: str, name: str) -> None:
        self.resource = Resource(kind, name)
        super().__init__(f"{name} exists with another content; entries are never changed, so choose another id")


class JobNotFoundError(RunsError):
    """No job has this id."""

    def __init__(self, job_id: str) -> None:
        self.resource = Resource("job", f"jobs/{job_id}")
        super().__init__(f"no job is called {job_id}")


class NothingToDrawError(RunsError):
    """The design holds no rings."""


class ImportUnreadableError(RunsError):
    """The document cannot be read as what it is said to be."""
