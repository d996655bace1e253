"""Events of the catalog are recorded where its tables lie, and concern people of every region."""

from functools import wraps
from typing import Any

from django.conf import settings

from shopcloud.lib import residency
from shopcloud.lib.outbox import Handler


def everywhere(handler: Handler) -> Handler:
    """The handler in every home, one after the other; where one fails or is away, all of it comes again later."""

    @wraps(handler)
    def in_every_home(event: Any) -> None:
        for home in settings.HOMES:
            with residency.within(home):
                handler(event)

    return in_every_home
