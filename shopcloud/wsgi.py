"""The web process: storefront, admin and REST."""

import os

from django.core.wsgi import get_wsgi_application

from shopcloud.lib import tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcloud.settings")
# gunicorn loads this after its fork; the handler is made with what tracing adds to it.
tracing.begin("web")
application = tracing.only_from_inside(get_wsgi_application())
