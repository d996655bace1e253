"""The realtime process: Server-Sent Events under `/events/` and nothing else."""

import os

from django.core.asgi import get_asgi_application

from shopcloud.lib import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcloud.settings")
os.environ.setdefault("SHOPCLOUD_PROCESS", "realtime")
# gunicorn loads this after its fork.
tracing.begin("realtime")
application = get_asgi_application()
