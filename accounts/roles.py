"""Staff roles are Django groups made by migrations; this is what such a migration says."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations


def grant(label: str, roles: Mapping[str, Sequence[str]]) -> migrations.RunPython:
    """The migration step that gives roles permissions of one app: `grant("orders", {"support": ["view_mailing"]})`.

    The migration must depend on the one that made the models. Taken back, the permissions leave these roles again.
    """

    def give(apps: Any, schema_editor: Any) -> None:
        # Permissions are made after all migrations; the roles need them now.
        config = apps.get_app_config(label)
        models = getattr(config, "models_module", None)
        config.models_module = models or True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = models
        for group, permissions in _granted(apps):
            group.permissions.add(*permissions)

    def take_back(apps: Any, schema_editor: Any) -> None:
        for group, permissions in _granted(apps):
            group.permissions.remove(*permissions)

    def _granted(apps: Any) -> list[tuple[Any, Any]]:
        groups, permissions = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
        return [
            (
                groups.objects.get_or_create(name=name)[0],
                permissions.objects.filter(content_type__app_label=label, codename__in=codenames),
            )
            for name, codenames in roles.items()
        ]

    return migrations.RunPython(give, take_back)
