"""Fixtures every test may use: clean stores, and people named by their role."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from shopcloud.lib import aws, redis, snapshot
from tests import clean_database

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> None:
    """bcrypt at its lowest work factor: the tests sign in hundreds of times."""
    from django.contrib.auth.hashers import BCryptSHA256PasswordHasher

    BCryptSHA256PasswordHasher.rounds = 4


@pytest.fixture(scope="session", autouse=True)
def stores() -> None:
    """This worker's tables and buckets, and an index of nothing, as a new shop has: without one no search answers."""
    from analytics.services import create_bucket
    from catalog.search.index import search_index
    from catalog.services import create_stores
    from media.services import create_buckets

    for name in aws.dynamodb().list_tables()["TableNames"]:
        if name.startswith(settings.DYNAMODB_TABLE_PREFIX):
            aws.dynamodb().delete_table(TableName=name)
    shutil.rmtree(Path(urlsplit(settings.SEARCH_URL).path), ignore_errors=True)
    create_stores()
    create_buckets()
    create_bucket()
    search_index().rebuild(iter([]))


@pytest.fixture(autouse=True)
def clean_redis() -> Iterator[None]:
    """Every test starts with none of this worker's keys, and with nothing remembered in the process."""
    from catalog import cache, categories
    from catalog.api import views
    from catalog.views import search
    from shopcloud import pages

    forget_keys()
    pages._memory.clear()
    for kept in (cache.at_hand, search._pages, views._shown):
        kept.clear()
    caches["template_fragments"].clear()
    categories.forget()
    snapshot.forget_all()
    yield


@pytest.fixture(autouse=True)
def mails_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker runs in a test: what people are written about their account is sent where it is written."""
    from accounts.tasks import send_mail

    monkeypatch.setattr(send_mail, "delay", send_mail)


def forget_keys() -> None:
    store = redis.store()
    found = list(store.scan_iter(match=f"{settings.REDIS_PREFIX}*", count=1000))
    found += list(store.scan_iter(match=f":*{settings.REDIS_PREFIX}*", count=1000))
    if found:
        store.delete(*found)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit leave the zones, prices and roles that a shop begins with."""
    with django_db_blocker.unblock():
        clean_database.remember()


@pytest.fixture
def make_person(db):
    """Makes accounts: `make_person("mara@example.com", staff=True)`."""
    from accounts.models import User

    def make(email: str, *, staff: bool = False, admin: bool = False) -> User:
        return User.objects.create_user(email, PASSWORD, is_staff=staff or admin, is_superuser=admin)

    return make


def confirm(person) -> None:
    """This person has proved their address, as they must before they can sign in."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})


def code_in(mail: str) -> str:
    """The code that a mail brings, on a line of its own."""
    found = re.search(r"^[A-Z0-9]{3,4}(-[A-Z0-9]{3,4})+$", mail, re.MULTILINE)
    assert found, mail
    return found[0]


@pytest.fixture
def buyer(make_person):
    return make_person("buyer@example.com")


@pytest.fixture
def other_buyer(make_person):
    return make_person("other@example.com")


@pytest.fixture
def admin_person(make_person):
    return make_person("admin@example.com", admin=True)


@pytest.fixture
def guest() -> Client:
    """A browser that nobody has signed in with; errors come back as pages, not as exceptions."""
    return Client(raise_request_exception=False)


@pytest.fixture
def signed_in(buyer) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    return client
