"""The page on which people have themselves forgotten."""

import pytest
from django.test import Client

from accounts.models import ErasureRequest, User
from tests.conftest import PASSWORD, confirm

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/account/erasure/"


@pytest.fixture
def browser(buyer) -> Client:
    client = Client()
    confirm(buyer)
    client.post("/account/login/", {"login": buyer.email, "password": PASSWORD})
    return client


def prove(browser: Client) -> None:
    browser.post("/account/reauthenticate/", {"password": PASSWORD})


def test_looking_at_the_page_changes_nothing(browser):
    answer = browser.get(PAGE)
    assert "cannot be undone" in answer.text
    assert not ErasureRequest.objects.exists()


def test_who_says_their_password_once_more_is_taken_at_their_word(browser, mailoutbox):
    prove(browser)
    assert browser.post(PAGE)["Location"].endswith(PAGE)
    assert ErasureRequest.objects.count() == 1
    assert "is being deleted" in browser.get(PAGE).text
    assert len(mailoutbox) == 1


def test_a_session_alone_is_not_enough(browser):
    answer = browser.post(PAGE)
    assert "/account/reauthenticate/" in answer["Location"]
    assert not ErasureRequest.objects.exists()


def test_strangers_sign_in_first(guest):
    assert "/account/login/" in guest.post(PAGE)["Location"]


def test_staff_are_told_who_closes_their_account(browser, buyer):
    User.objects.filter(pk=buyer.pk).update(is_staff=True)
    prove(browser)
    browser.post(PAGE)
    assert not ErasureRequest.objects.exists()
    assert "administrator" in browser.get(PAGE).text
