from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "shopcloud.lib"
    label = "platform"
    verbose_name = "Platform"
    default_auto_field = "django.db.models.BigAutoField"
