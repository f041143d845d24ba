"""What runs, what waits, what ended."""

from django.db.models import QuerySet

from wengu.jobs.models import Job, JobState


def jobs_of(*, by: str) -> QuerySet[Job]:
    """Return the jobs that someone started, the newest first."""
    return Job.objects.filter(by=by).order_by("-created")


def open_jobs() -> QuerySet[Job]:
    """Return every job that waits or runs, in the order in which they will be done."""
    return Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING]).order_by("created")


def all_jobs() -> QuerySet[Job]:
    """Return every job, the newest first: for the system administrator."""
    return Job.objects.order_by("-created")
