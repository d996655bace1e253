"""A person has the copy of their data from an app as from the page: by their password, and nobody else."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from rest_framework.test import APIClient

from accounts import copies
from accounts.exports import DataExport
from shopcloud.lib import clock
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
EXPORT, FILE = "/api/v1/me/data-export/", "/api/v1/me/data-export/file/"


@pytest.fixture
def app(buyer) -> APIClient:
    app = APIClient()
    app.force_authenticate(buyer)
    return app


def send(app, path, password=PASSWORD):
    return app.post(path, {"password": password}, format="json")


def test_a_copy_is_asked_for_once_made_and_fetched(app, buyer):
    assert app.get(EXPORT).status_code == 404
    assert send(app, EXPORT).json()["state"] == "waiting"
    assert send(app, EXPORT).status_code == 202
    assert send(app, FILE).status_code == 404
    wish = DataExport.objects.get(user=buyer)
    copies.go_on(export_id=wish.pk, now=clock.now() + timedelta(hours=1))
    assert app.get(EXPORT).json()["state"] == "ready"
    fetched = send(app, FILE)
    assert fetched.status_code == 201
    assert urlsplit(fetched.json()["url"]).path
    assert requests.get(fetched.json()["url"], timeout=10).content[:2] == b"PK"


def test_only_who_knows_the_password_has_it(app, buyer):
    assert send(app, EXPORT, "a guess").json()["code"] == "wrong_password"
    assert not DataExport.objects.exists()
    copies.go_on(export_id=copies.ask(user=buyer, now=clock.now()).pk, now=clock.now() + timedelta(hours=1))
    refused = send(app, FILE, "a guess")
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_password")
    assert "url" not in refused.json()


def test_nobody_has_anothers_copy(app, other_buyer):
    copies.go_on(export_id=copies.ask(user=other_buyer, now=clock.now()).pk, now=clock.now() + timedelta(hours=1))
    assert app.get(EXPORT).status_code == 404
    assert send(app, FILE).status_code == 404
