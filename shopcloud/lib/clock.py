"""The one place that reads the wall clock. Views, tasks and commands read it and pass `now` down."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
