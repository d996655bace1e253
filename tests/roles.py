"""The roles of staff, for databases whose tables a test has emptied."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import apps
from django.db.migrations import RunPython

from accounts import migrations


def grant_roles() -> None:
    """What the migrations of accounts gave the roles, once more."""
    for found in sorted(module.name for module in iter_modules(migrations.__path__)):
        module = import_module(f"accounts.migrations.{found}")
        if hasattr(module, "grant_roles"):
            module.grant_roles(apps)
            continue
        for step in module.Migration.operations:
            if isinstance(step, RunPython) and step.code.__module__ == "accounts.roles":
                step.code(apps, None)
