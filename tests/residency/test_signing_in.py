"""One address has one account in all the world, and nobody learns in which part of it."""

import time

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts import homes
from accounts.adapter import AccountAdapter
from accounts.models import User
from shopcloud.lib import residency
from tests.accounts.test_signing_in import seen
from tests.conftest import PASSWORD, code_in
from tests.residency.conftest import EU
from tests.residency.people import browser, resident, rows, signed_in

pytestmark = pytest.mark.django_db(databases=["default", EU])
AMERICAN, EUROPEAN, NOBODY = "ann@example.com", "eva@example.com", "nobody@example.com"
NEW = "another long phrase"


@pytest.fixture(autouse=True)
def two_people():
    return resident(AMERICAN, "us"), resident(EUROPEAN, "eu")


def is_in(client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.parametrize("email", [AMERICAN, EUROPEAN])
@pytest.mark.parametrize("prefix", ["", "/de"])
def test_everybody_signs_in_on_every_market(email, prefix):
    client = signed_in(email, prefix)
    assert is_in(client)
    assert email in client.get("/account/email/").text


def test_a_wrong_password_lets_nobody_in_anywhere():
    for email in (AMERICAN, EUROPEAN, NOBODY):
        client = browser()
        client.post("/account/login/", {"login": email, "password": "a wrong guess"})
        assert not is_in(client)


def test_a_code_by_mail_signs_a_european_in_on_the_american_site():
    client = browser()
    client.post("/account/login/code/", {"email": EUROPEAN})
    client.post("/account/login/code/confirm/", {"code": code_in(mail.outbox[-1].body)})
    assert is_in(client)


def test_a_forgotten_password_is_replaced_in_its_home(two_people):
    client = browser()
    client.post("/account/password/reset/", {"email": EUROPEAN})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    path = "/" + link.split("/", 3)[3]
    there = browser()
    form = there.get(path)
    there.post(form.url, {"password1": NEW, "password2": NEW})
    with residency.within("eu"):
        assert User.objects.get(email=EUROPEAN).check_password(NEW)


@pytest.mark.parametrize(("email", "prefix"), [(EUROPEAN, ""), (AMERICAN, "/de")])
def test_an_address_of_the_other_region_is_not_registered_again(email, prefix):
    before = [rows(home)["accounts_user"] for home in ("us", "eu")]
    client = browser()
    client.post(f"{prefix}/account/signup/", {"email": email, "password1": "a long enough phrase"})
    assert [rows(home)["accounts_user"] for home in ("us", "eu")] == before
    assert [sent.to for sent in mail.outbox] == [[email]]
    assert not is_in(client)
    assert is_in(signed_in(email))


FORMS = [
    ("/account/signup/", {"email": "", "password1": "a long enough phrase"}),
    ("/account/login/", {"login": "", "password": "a wrong guess"}),
    ("/account/login/code/", {"email": ""}),
    ("/account/password/reset/", {"email": ""}),
]


@pytest.mark.parametrize(("path", "form"), FORMS)
def test_no_page_tells_who_has_an_account_nor_where(path, form):
    told = set()
    for email in (AMERICAN, EUROPEAN, NOBODY):
        client = browser()
        answer = client.post(path, {name: value or email for name, value in form.items()})
        following = client.get(answer["Location"]) if answer.status_code == 302 else answer
        told.add((seen(answer, email), seen(following, email)))
    assert len(told) == 1


@pytest.mark.parametrize("email", [AMERICAN, EUROPEAN, NOBODY])
def test_both_homes_are_asked_the_same_whatever_they_answer(email):
    request = browser().post("/account/login/", {"login": email, "password": PASSWORD}).wsgi_request
    asked = []
    for using in ("default", EU):
        with CaptureQueriesContext(connections[using]) as caught:
            homes.home_of_typed(request)
        asked.append(len(caught))
    assert asked == [1, 1]


@pytest.mark.parametrize(("path", "form"), FORMS)
def test_who_is_not_let_in_has_the_answer_after_the_same_time(path, form, settings, monkeypatch):
    settings.SIGN_IN_SECONDS = 60.0
    ends = []
    monkeypatch.setattr(homes, "_wait_until", lambda moment: ends.append(moment - time.monotonic()))
    for email in (AMERICAN, EUROPEAN, NOBODY):
        browser().post(path, {name: value or email for name, value in form.items()})
    # Of each the clock began with the request, and what was left of it then was waited for.
    assert len(ends) == 3
    assert all(50 < left < 60 for left in ends)
    # Whoever gets in knows that they have an account.
    assert is_in(signed_in(EUROPEAN))
    assert len(ends) == 3


def test_an_answer_is_held_back_by_the_clock():
    began = time.monotonic()
    homes._wait_until(began + 0.05)
    assert time.monotonic() - began >= 0.05
    homes._wait_until(began)
    assert time.monotonic() - began < 5


def test_an_app_signs_in_and_its_tokens_lead_home(two_people):
    _ann, eva = two_people
    app = browser()
    body = {"email": EUROPEAN, "password": PASSWORD}
    meta = app.post("/_allauth/app/v1/auth/login", body, content_type="application/json").json()["meta"]
    profile = app.get("/api/v1/me/", headers={"Authorization": f"Bearer {meta['access_token']}"}).json()
    assert (profile["id"], profile["home_region"]) == (eva.pk, "eu")
    renewed = app.post(
        "/_allauth/app/v1/tokens/refresh", {"refresh_token": meta["refresh_token"]}, content_type="application/json"
    ).json()["data"]
    again = app.get("/api/v1/me/", headers={"Authorization": f"Bearer {renewed['access_token']}"}).json()
    assert again == profile


def test_two_who_sign_up_at_once_in_two_regions_do_not_both_prove_the_address():
    with residency.within("eu"):
        late = User.objects.create_user("both@example.com", PASSWORD)
        waiting = EmailAddress.objects.create(user=late, email=late.email, primary=True)
        resident("both@example.com", "us")
        assert not AccountAdapter().confirm_email(browser().get("/account/login/").wsgi_request, waiting)
        waiting.refresh_from_db()
        assert not waiting.verified
        with residency.within("us"):
            User.objects.get(email="both@example.com").delete()
        assert AccountAdapter().confirm_email(browser().get("/account/login/").wsgi_request, waiting)
