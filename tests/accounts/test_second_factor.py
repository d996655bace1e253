"""In production staff open the admin with a second factor, set up on the first visit and shown in every session."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.test import Client

from tests.conftest import PASSWORD, confirm

pytestmark = pytest.mark.django_db
STOCK = "/admin/orders/stockitem/"


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def browser(admin_person) -> Client:
    """Signed in at the admin's own door, with a password alone."""
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    answer = client.post("/admin/login/?next=" + STOCK, {"username": admin_person.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, STOCK)
    return client


@pytest.fixture
def secret(admin_person) -> str:
    """The secret of the app on this person's phone."""
    made = auth.generate_totp_secret()
    auth.TOTP.activate(admin_person, made)
    return made


def code_of(secret: str) -> str:
    counter = next(iter(auth.yield_hotp_counters_from_time()))
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def test_without_a_second_factor_staff_are_sent_to_set_one_up(browser):
    answer = browser.get(STOCK)
    assert answer["Location"].startswith("/account/2fa/totp/activate/")
    page = browser.get(answer["Location"], follow=True)
    assert "Staff sign in with a second factor" in page.content.decode()


def test_the_code_opens_the_page_that_was_asked_for(browser, secret):
    asked = browser.get(STOCK)["Location"]
    assert asked == "/account/2fa/reauthenticate/?next=%2Fadmin%2Forders%2Fstockitem%2F"
    assert browser.post(asked, {"code": "000000"}).status_code == 200
    assert browser.get(STOCK).status_code == 302
    answer = browser.post(asked, {"code": code_of(secret)})
    assert (answer.status_code, answer["Location"]) == (302, STOCK)
    assert browser.get(STOCK).status_code == 200


def test_a_form_sent_without_it_changes_nothing_and_leads_to_the_door(browser, secret):
    answer = browser.post(STOCK, {"action": "delete_selected"})
    assert answer["Location"] == "/account/2fa/reauthenticate/?next=%2Fadmin%2F"


def test_whose_second_factor_is_a_passkey_is_asked_for_that(browser, admin_person):
    Authenticator.objects.create(user=admin_person, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    assert browser.get(STOCK)["Location"].startswith("/account/2fa/webauthn/reauthenticate/")


def test_the_next_session_asks_again(browser, secret, admin_person):
    browser.post("/account/2fa/reauthenticate/", {"code": code_of(secret)})
    other = Client()
    other.force_login(admin_person, backend="django.contrib.auth.backends.ModelBackend")
    assert other.get(STOCK).status_code == 302


def test_signing_in_through_the_shop_with_the_code_is_enough(admin_person, secret):
    client = Client(headers={"Sec-Fetch-Site": "same-origin"})
    confirm(admin_person)
    client.post("/account/login/", {"login": admin_person.email, "password": PASSWORD})
    assert client.post("/account/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert client.get(STOCK).status_code == 200


def test_where_the_key_of_the_secrets_is_gone_the_door_says_so_politely_and_stays_shut(browser, secret, settings):
    asked = browser.get(STOCK)["Location"]
    settings.SEALING_KEYS = ["another key than the secrets were sealed with"]
    browser.raise_request_exception = False
    answer = browser.post(asked, {"code": code_of(secret)})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert browser.get(STOCK).status_code == 302


def test_strangers_and_buyers_meet_the_admins_own_door(client, signed_in):
    for somebody in (client, signed_in):
        assert somebody.get(STOCK)["Location"].startswith("/admin/login/")
