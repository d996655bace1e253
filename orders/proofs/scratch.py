"""A place on the shop's own engines that holds nothing but races: made for one run of the proofs, removed after it."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection
from psycopg import sql

from catalog import services as catalog
from orders.proofs.databases import patient_cursor
from shopcloud.lib import redis

PREFIX = "scratch_"
# Tasks of the races must reach no worker of the real shop: as far as they can tell, the broker is away.
NOWHERE = "redis://127.0.0.1:1/0"


@dataclass(frozen=True, slots=True)
class Scratch:
    """`name` is the database, and the prefix of all other names; `folder` takes files and logs."""

    name: str
    folder: Path

    def environment(self, database_url: str) -> Mapping[str, str]:
        """What to change in the environment of a process so that it works here and nowhere else."""
        dashed = self.name.replace("_", "-")
        return {
            "DATABASE_URL": urlsplit(database_url)._replace(path=f"/{self.name}").geturl(),
            "DATABASE_REPLICA_URL": "",
            "REDIS_PREFIX": self.name,
            "DYNAMODB_TABLE_PREFIX": f"{dashed}-",
            "DAX_ENDPOINT": "",
            "MEDIA_BUCKET": f"{dashed}-media",
            "DOWNLOADS_BUCKET": f"{dashed}-downloads",
            "LAKE_BUCKET": f"{dashed}-lake",
            "SEARCH_URL": f"tantivy://{self.folder}/search",
            "EMAIL_URL": f"file://{self.folder}/mail",
            "SHOPCLOUD_VAR": str(self.folder),
            "STATIC_ROOT": str(self.folder / "static"),
            "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            "CELERY_BROKER_URL": NOWHERE,
            "PAYMENT_GATEWAY": "sandbox",
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "SECURE_SSL_REDIRECT": "false",
            "SHOPCLOUD_PROCESS": "web",
            "API_RATE": "100000000/min",
            "API_ORDER_RATE": "100000000/min",
        }


@contextmanager
def scratch() -> Iterator[Scratch]:
    """A scratch place beside the shop this process is configured for; gone when the block ends, however it ends."""
    place = Scratch(PREFIX + secrets.token_hex(4), Path(tempfile.mkdtemp(prefix="prove-")))
    (place.folder / "static").mkdir()
    with patient_cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(place.name)))
    try:
        yield place
    finally:
        remove(place.name)
        shutil.rmtree(place.folder, ignore_errors=True)


def left_behind() -> list[str]:
    """Scratch places that a killed run could not remove."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{PREFIX}[0-9a-f]{{8}}$"])
        return sorted(name for (name,) in cursor.fetchall())


def remove(name: str) -> None:
    """Remove what a run named `name` has on the engines; what is gone already is no error."""
    with patient_cursor() as cursor:
        # The place itself last: as long as it is there, a removal that was cut short can be repeated.
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname = %s OR starts_with(datname, %s) ORDER BY datname DESC",
            [name, f"{name}_"],
        )
        for (database,) in cursor.fetchall():
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
    catalog.drop_stores(prefix=name.replace("_", "-") + "-")
    store = redis.store()
    for pattern in (f"{name}:*", f":*{name}:*"):
        for key in store.scan_iter(match=pattern, count=1000):
            store.delete(key)
