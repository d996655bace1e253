"""Every route x every stranger x every method, with one owner's ids: nothing is read or written across owners."""

import pytest
from django.test import Client

from tests.doors.conftest import MARKS, STRANGERS, knock
from tests.doors.routes import DOORS, Door, door_of, routes

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REFUSED = {400, 401, 403, 404, 405, 409, 410, 415, 429}
# Knocking here ends the stranger's own visit.
LAST = ("account/logout/", "api/v1/me/sessions/", "_allauth/app/v1/auth/session")
SHOP = sorted({pattern for pattern in routes() if door_of(pattern) is not Door.STAFF}, key=lambda p: p in LAST)

# Thousands of requests, on machines that may be busy.
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]


def test_every_route_is_classed_and_every_class_has_a_route():
    assert [pattern for pattern in routes() if door_of(pattern) is None] == []
    assert set(DOORS) <= set(routes())


def test_the_owner_is_let_in_at_the_same_addresses(belongings):
    """Without this the sweep below would pass with addresses that open for nobody."""
    browser = Client(raise_request_exception=False, headers={"Sec-Fetch-Site": "same-origin"})
    browser.force_login(belongings.owner, backend="django.contrib.auth.backends.ModelBackend")
    told = {}
    for pattern in (pattern for pattern in SHOP if door_of(pattern) is Door.OWNED):
        answer = browser.get(belongings.address_of(pattern))
        assert answer.status_code in {200, 302, 405}, f"{pattern} -> {answer.status_code}"
        told[pattern] = [mark for mark in MARKS if mark.encode() in _body(answer)]
    assert len([pattern for pattern, marks in told.items() if marks]) >= 3


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_reads_or_writes_what_is_anothers(belongings, stranger, who):
    browser, before = stranger(who), belongings.rows()
    assert all(mark in before for mark in MARKS)
    for pattern in SHOP:
        address = belongings.address_of(pattern)
        for method in METHODS:
            answer = knock(browser, method, address)
            tried = f"{who}: {method} {address} -> {answer.status_code}"
            assert answer.status_code < 500, tried
            assert not any(mark.encode() in _body(answer) for mark in MARKS), tried
            if method != "OPTIONS":
                _is_right(door_of(pattern), method, answer, who, tried)
    assert belongings.rows() == before


def _body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _is_right(door: Door | None, method: str, answer, who: str, tried: str) -> None:
    if door is Door.OWNED:
        assert answer.status_code in REFUSED or _asks_to_sign_in(answer), tried
        if method == "GET" and who != "anonymous":
            # Before these are looked for the password is asked for once more, whosever they are.
            asks_first = "/2fa/webauthn/" in tried or "/account/exports/" in tried
            assert answer.status_code in {404, 405} or (asks_first and _asks_to_sign_in(answer)), tried
    if door is Door.PERSONAL and who == "anonymous":
        assert answer.status_code in REFUSED or _asks_to_sign_in(answer), tried
    if door is Door.SECRET:
        assert answer.status_code != 201, tried


def _asks_to_sign_in(answer) -> bool:
    doors = ("/account/login/", "/account/reauthenticate/")
    return answer.status_code == 302 and answer["Location"].startswith(doors)
