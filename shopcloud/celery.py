"""The worker and the schedule. Every task may run twice without harm."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcloud.settings")

app = Celery("shopcloud")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
