"""Events that others than the shop may hear: told to a topic, where there is one, with ids and no people's data."""

import json

from django.conf import settings

from shopcloud.lib import aws
from shopcloud.lib.events import Event
from shopcloud.lib.resilience import TierUnavailable


class TopicUnavailable(TierUnavailable):
    """SNS does not answer; the event waits in the outbox."""


def tell(event: Event) -> None:
    """Publish an event, at least once. Raises TopicUnavailable."""
    if settings.EVENT_TOPIC_ARN:
        message = json.dumps({"event": event.name, "payload": event.payload()})
        away = TopicUnavailable("The topic of events cannot be reached right now.")
        aws.publish(settings.EVENT_TOPIC_ARN, message, event=event.name, unavailable=away)
