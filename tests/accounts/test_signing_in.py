"""Every way in, and what a stranger learns from trying them."""

import os
import re
import time
from statistics import median

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import BCryptSHA256PasswordHasher
from django.test import Client

from accounts.templatetags.people import device
from tests.conftest import PASSWORD, code_in, confirm

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}
UNKNOWN = "nobody@nowhere.example"


def browser() -> Client:
    return Client(headers=OURS)


def sign_in(email: str, password: str = PASSWORD) -> Client:
    client = browser()
    client.post("/account/login/", {"login": email, "password": password})
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def seen(answer, *emails: str) -> tuple:
    """What a stranger sees of an answer, without their own input and the form's token."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)
    for email in emails:
        page = page.replace(email, "")
    return answer.status_code, answer.get("Location"), page


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/account/signup/", {"email": "", "password1": "a long enough phrase"}),
        ("/account/login/", {"login": "", "password": "a wrong guess"}),
        ("/account/login/code/", {"email": ""}),
        ("/account/password/reset/", {"email": ""}),
    ],
)
def test_no_page_tells_who_has_an_account(buyer, path, form):
    confirm(buyer)
    told = []
    for email in (buyer.email, UNKNOWN):
        client = browser()
        given = {name: value or email for name, value in form.items()}
        answer = client.post(path, given)
        following = client.get(answer["Location"]) if answer.status_code == 302 else answer
        told.append((seen(answer, email), seen(following, email)))
    assert told[0] == told[1]


def test_the_owner_hears_of_a_sign_up_with_their_address(buyer, mailoutbox):
    confirm(buyer)
    client = browser()
    client.post("/account/signup/", {"email": buyer.email, "password1": "a long enough phrase"})
    assert [mail.to for mail in mailoutbox] == [[buyer.email]]
    assert "already exists" in mailoutbox[0].body
    assert get_user_model().objects.count() == 1
    assert not is_in(client)
    assert is_in(sign_in(buyer.email))


def test_an_address_that_is_not_confirmed_lets_nobody_in(buyer, mailoutbox):
    client = sign_in(buyer.email)
    assert not is_in(client)
    client.post("/account/confirm-email/", {"code": code_in(mailoutbox[-1].body)})
    assert is_in(client)


def test_a_code_from_the_mail_signs_in_once_and_only_in_the_browser_that_asked(buyer, mailoutbox):
    confirm(buyer)
    client, thief = browser(), browser()
    client.post("/account/login/code/", {"email": buyer.email})
    code = {"code": code_in(mailoutbox[-1].body)}
    thief.post("/account/login/code/confirm/", code)
    assert not is_in(thief)
    client.post("/account/login/code/confirm/", code)
    assert is_in(client)
    client.post("/account/logout/")
    client.post("/account/login/code/confirm/", code)
    assert not is_in(client)


def test_a_new_address_counts_once_its_code_is_entered(buyer, mailoutbox):
    confirm(buyer)
    client = sign_in(buyer.email)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    client.post("/account/email/", {"email": "new@example.com", "action_add": ""})
    assert mailoutbox[-1].to == ["new@example.com"]
    buyer.refresh_from_db()
    assert buyer.email == "buyer@example.com"
    client.post("/account/confirm-email/", {"code": code_in(mailoutbox[-1].body)})
    buyer.refresh_from_db()
    assert buyer.email == "new@example.com"
    assert [row.email for row in EmailAddress.objects.filter(user=buyer)] == ["new@example.com"]
    assert mailoutbox[-1].to == ["buyer@example.com"], "the old address is told"
    assert is_in(sign_in("new@example.com")) and not is_in(sign_in("buyer@example.com"))


def test_a_session_alone_does_not_change_the_address(buyer):
    confirm(buyer)
    client = sign_in(buyer.email)
    answer = client.post("/account/email/", {"email": "thief@example.com", "action_add": ""})
    assert "/account/reauthenticate/" in answer["Location"]


def test_a_person_sees_their_devices_and_signs_the_others_out(buyer):
    confirm(buyer)
    laptop, phone = sign_in(buyer.email), sign_in(buyer.email)
    page = laptop.get("/account/sessions/").text
    assert page.count("badge-good") == 1 and page.count('<li class="panel">') == 2
    laptop.post("/account/sessions/")
    assert is_in(laptop) and not is_in(phone)
    assert "You are signed in nowhere else" in laptop.get("/account/sessions/").text
    assert UserSession.objects.count() == 1
    assert laptop.get("/account/sessions/").text.count("badge-good") == 1


def test_who_came_in_by_the_door_of_staff_sees_that_device_too(admin_person):
    confirm(admin_person)
    laptop, desk = sign_in(admin_person.email), browser()
    desk.post("/admin/login/?next=/admin/", {"username": admin_person.email, "password": PASSWORD})
    assert laptop.get("/account/sessions/").text.count('<li class="panel">') == 2
    laptop.post("/account/sessions/")
    assert desk.get("/admin/").status_code == 302


def test_a_new_password_signs_the_other_devices_out(buyer):
    confirm(buyer)
    laptop, phone = sign_in(buyer.email), sign_in(buyer.email)
    new = {"oldpassword": PASSWORD, "password1": "another long phrase", "password2": "another long phrase"}
    laptop.post("/account/password/change/", new)
    assert is_in(laptop) and not is_in(phone)


def test_a_forgotten_password_is_set_anew_by_the_link(buyer, mailoutbox):
    confirm(buyer)
    client = browser()
    client.post("/account/password/reset/", {"email": buyer.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", mailoutbox[-1].body)[1]
    form = client.get(link)["Location"]
    client.post(form, {"password1": "another long phrase", "password2": "another long phrase"})
    assert is_in(sign_in(buyer.email, "another long phrase")) and not is_in(sign_in(buyer.email))


def test_without_keys_no_other_provider_is_offered():
    page = browser().get("/account/login/").text
    assert "passkey" in page and "Google" not in page and "Apple" not in page
    assert browser().get("/account/google/login/").status_code == 404


def test_passwords_are_kept_by_bcrypt(buyer):
    assert buyer.password.startswith("bcrypt_sha256$")


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("", "An app or an unknown browser"),
    ],
)
def test_devices_are_named_as_people_name_them(agent, said):
    assert device(agent) == said


@pytest.mark.skipif("TIMING" not in os.environ, reason="opt-in: TIMING=1 takes minutes of real bcrypt")
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/account/login/", {"login": "", "password": "a wrong guess"}),
        ("/account/password/reset/", {"email": ""}),
        ("/account/signup/", {"email": "", "password1": "a long enough phrase"}),
    ],
)
def test_no_answer_takes_longer_for_who_has_an_account(buyer, settings, monkeypatch, path, form):
    """The medians of `TIMING_TRIES` (200) tries lie within 10 ms; both kinds take turns, so that noise is shared.

    By the clock, as a stranger measures, on a machine that does nothing else; the processor's time tells where a
    difference comes from.
    """
    confirm(buyer)
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr(BCryptSHA256PasswordHasher, "rounds", 12)
    buyer.set_password(PASSWORD)
    buyer.save()
    took: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for turn in range(int(os.environ.get("TIMING_TRIES", "200")) + 3):
        for known in (True, False):
            email = buyer.email if known else f"nobody{turn}@nowhere.example"
            client, given = browser(), {name: value or email for name, value in form.items()}
            began = time.process_time(), time.perf_counter()
            client.post(path, given)
            if turn >= 3:
                took[known].append((time.process_time() - began[0], time.perf_counter() - began[1]))
    work, wait = ({known: median(t[kind] * 1000 for t in times) for known, times in took.items()} for kind in (0, 1))
    for name, medians in (("processor", work), ("clock", wait)):
        print(f"{path} by the {name}: known {medians[True]:.1f} ms, unknown {medians[False]:.1f} ms")
    assert abs(work[True] - work[False]) < 10
    assert abs(wait[True] - wait[False]) < 10
