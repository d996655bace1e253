"""The web process: storefront, admin and REST."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

from shopcloud.lib import tracing
from shopcloud.lib.stack_room import with_stack_room

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcloud.settings")
# gunicorn loads this after its fork; the handler is made with what tracing adds to it.
tracing.begin("web")
_serve = tracing.only_from_inside(get_wsgi_application())


def application(environ: dict[str, Any], start_response: Any) -> Any:
    return with_stack_room(_serve, environ, start_response)
