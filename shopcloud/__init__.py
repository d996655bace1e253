"""The project: settings, wiring of the apps to one another, and what every app builds on (`lib`)."""

from shopcloud.celery import app as celery_app

__all__ = ["celery_app"]
