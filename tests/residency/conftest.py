"""A shop of two regions: this worker's database is America's, and a second one on the same server is Europe's."""

from collections.abc import Iterator
from copy import deepcopy
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test import override_settings

from shopcloud.lib import aws, residency
from shopcloud.lib.resilience import TierUnavailable
from tests.orders.conftest import empty_shelves as empty_shelves

EU = "home_eu"
HOMES = {"us": "default", "eu": EU}
BUCKET = f"{settings.DOWNLOADS_BUCKET}-eu"
ROUTERS = ["shopcloud.lib.residency.HomeRouter"]


@pytest.fixture(scope="session")
def european_database(django_db_setup, django_db_blocker) -> Iterator[str]:
    """A copy of the worker's migrated, empty database; made once, and only where these tests run."""
    ours = str(connections["default"].settings_dict["NAME"])
    name = f"{ours}_eu"
    with django_db_blocker.unblock():
        _on_server(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            # Of threads that earlier tests left behind.
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{ours}'",
            f'CREATE DATABASE "{name}" TEMPLATE "{ours}"',
        )
    yield name
    with django_db_blocker.unblock():
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="package", autouse=True)
def two_regions(european_database, django_db_blocker) -> Iterator[None]:
    """Other tests of this worker find one region again."""
    connections.settings[EU] = deepcopy(connections.settings["default"]) | {"NAME": european_database}
    told = {"HOMES": HOMES, "REGION": "us", "DATABASE_ROUTERS": ROUTERS, "OTHER_BUCKETS": {"eu": BUCKET}}
    with override_settings(**told):
        with django_db_blocker.unblock():
            residency.begin_numbers(EU)
            connections[EU].close()
        yield
    connections[EU].close()
    del connections[EU]
    del connections.settings[EU]


@pytest.fixture(scope="package", autouse=True)
def european_bucket(stores) -> None:
    aws.make_bucket(BUCKET, unavailable=TierUnavailable())


@pytest.fixture(autouse=True)
def europe_opens(db) -> Iterator[None]:
    """What a region's shop begins with: where it sends to, and for how much."""
    with residency.within("eu"):
        import_module("orders.migrations.0014_shipping").open_zones(apps, None)
    yield
    residency.unsettle()


def _on_server(*statements: str) -> None:
    """A database can be copied while nobody is connected to it."""
    connections.close_all()
    aside = connections["default"].copy()
    with aside._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in statements:
            cursor.execute(statement)
