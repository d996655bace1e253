"""The worker and the schedule. Every task may run twice without harm."""

import os

from celery import Celery

from deploy import metrics_folder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcloud.settings")
if metrics_folder.is_celery_worker():
    # Before anything is counted: what counts looks for the folder once.
    metrics_folder.choose(os.environ.get("SHOPCLOUD_PROCESS") or "worker")
    metrics_folder.empty()

app = Celery("shopcloud")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
