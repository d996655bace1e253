from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from shopcloud.lib import residency
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
        pre_migrate.connect(_stay_at_home, sender=self, dispatch_uid="home_migrations")
        post_migrate.connect(_number_rows, sender=self, dispatch_uid="home_numbers")


def _stay_at_home(using: str, **_: Any) -> None:
    residency.refuse_others(using)


def _number_rows(using: str, **_: Any) -> None:
    """Every migration may bring tables whose rows are to be told apart from those of other regions."""
    residency.begin_numbers(using)
