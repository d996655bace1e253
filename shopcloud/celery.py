"""The worker and the schedule. Every task may run twice without harm."""

import os
from typing import Any

from celery import Celery, Task
from celery.app.amqp import AMQP
from kombu import Connection

from deploy import metrics_folder
from shopcloud.lib.stack_room import with_stack_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcloud.settings")
if metrics_folder.is_celery_worker():
    # Before anything is counted: what counts looks for the folder once.
    metrics_folder.choose(os.environ.get("SHOPCLOUD_PROCESS") or "worker")
    metrics_folder.empty()


class BrokerConnection(Connection):
    """A connection that can be closed when it was lost, which Kombu's own (5.7) cannot: that ends the worker.

    Closing a channel that waits for messages first reads what it waits for. Where that fails the channel stays half
    open, and is closed once more when there is no address left to give back the messages to that it had taken.
    """

    def maybe_close_channel(self, channel: Any) -> None:
        super().maybe_close_channel(channel)
        # At once, while there is one: what was not waiting any more is closed now, and what is closed stays so.
        super().maybe_close_channel(channel)


class ShopAMQP(AMQP):
    Connection = BrokerConnection


class ShopTask(Task):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # A worker has told the task already of what it is asked; who calls it like a function has not.
        call = super().__call__ if self.request.called_directly else self.run
        return with_stack_room(call, *args, **kwargs)


app = Celery("shopcloud", amqp=ShopAMQP, task_cls=ShopTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
