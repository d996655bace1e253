from django.apps import AppConfig
from django.db.backends.signals import connection_created

from shopcloud.lib.observability import install_sql_timing


class LibConfig(AppConfig):
    name = "shopcloud.lib"
    label = "platform"
    verbose_name = "Platform"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Every response names the databases that answered it.
        connection_created.connect(install_sql_timing, dispatch_uid="sql_timing")
        from shopcloud.lib import audit

        connection_created.connect(audit.tell_new, dispatch_uid="audit")
