"""gunicorn for both HTTP processes, on a laptop and in a container alike.

``SHOPCLOUD_PROCESS`` tells them apart: ``web`` serves pages and REST from threads, ``realtime`` holds thousands of
open event streams on one event loop. ``WEB_CONCURRENCY`` sets the number of worker processes.
"""

import gc
import os
from pathlib import Path
from typing import Any

from deploy import metrics_folder

realtime = os.environ.get("SHOPCLOUD_PROCESS") == "realtime"

worker_class = "asgi" if realtime else "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or (1 if realtime else 2))
threads = 1 if realtime else 8
worker_connections = 10_000 if realtime else 1_000
# Django's ASGI handler has no lifespan protocol.
asgi_lifespan = "off"

# Nothing with threads or sockets may exist before the fork: each worker builds its own clients.
preload_app = False
# No request may last longer than this; the stores' own timeouts end it much earlier.
timeout = 30
# An event stream never ends by itself: its browser reconnects to the next process.
graceful_timeout = 1 if realtime else int(os.environ.get("GRACEFUL_SECONDS") or 5)
# Longer than a load balancer keeps an idle connection, so that it never sends into one just closed.
keepalive = 75
# Recycling bounds what a slow leak can take; the jitter keeps the workers from leaving together.
max_requests = 0 if realtime else 20_000
max_requests_jitter = 2_000
# The heartbeat file belongs in memory: on a busy disk a worker would look hung.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# A search by fifty brands fits.
limit_request_line = 8190
control_socket_disable = True
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"
loglevel = "warning"

# The workers inherit where they count.
metrics_folder.choose(os.environ.get("SHOPCLOUD_PROCESS") or "web")


def on_starting(server: object) -> None:
    """What was counted before the start is told already."""
    metrics_folder.empty()


def child_exit(server: object, worker: Any) -> None:
    """What the worker counted stays counted."""
    metrics_folder.let_go(worker.pid)


def post_worker_init(worker: object) -> None:
    """What was loaded stays for good: the garbage collector need not look through it again and again. The threads that
    answer requests, which are still to come, have room on the stack."""
    from shopcloud.lib.stack_room import give_threads_room

    give_threads_room()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
