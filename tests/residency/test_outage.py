"""Europe's database is away: Europeans read a polite page, Americans notice nothing."""

from collections.abc import Iterator

import pytest
from django.db import connections

from shopcloud.lib.resilience import breaker
from tests.conftest import PASSWORD
from tests.orders.goods import on_sale
from tests.residency.conftest import EU
from tests.residency.people import browser, buy, resident, rows, signed_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", EU])
AMERICAN, EUROPEAN, NOBODY = "ann@example.com", "eva@example.com", "nobody@example.com"


@pytest.fixture
def europe_goes() -> Iterator:
    """Call it to take Europe's database away; it is back after the test."""
    there = dict(connections[EU].settings_dict)

    def go() -> None:
        connections[EU].close()
        # Nobody listens on the port of discard.
        connections[EU].settings_dict.update(HOST="127.0.0.1", PORT="9")

    yield go
    connections[EU].close()
    connections[EU].settings_dict.update(there)
    breaker("home-eu").close()


def test_who_lives_there_is_asked_to_wait_and_nobody_else_notices(europe_goes):
    on_sale(units=5)
    resident(AMERICAN, "us"), resident(EUROPEAN, "eu")
    ann, eva, stranger = signed_in(AMERICAN), signed_in(EUROPEAN), browser()
    europe_goes()
    page = eva.get("/account/orders/")
    assert page.status_code == 503
    assert page["Retry-After"]
    assert "short break" in page.text
    assert buy(ann).status_code == 302
    assert ann.get("/account/orders/").status_code == 200
    assert buy(stranger).status_code == 302
    # The catalog is everybody's, also hers.
    assert eva.get("/c/lighting/").status_code != 503
    # She is still signed in: what was hers is not forgotten because nobody could be asked.
    told = {"login": AMERICAN, "password": PASSWORD}
    assert browser().post("/account/login/", told).status_code == 302
    before = rows("us")["accounts_user"]
    for path, form in (
        ("/account/login/", {"login": EUROPEAN, "password": PASSWORD}),
        ("/account/login/", {"login": NOBODY, "password": PASSWORD}),
        ("/account/signup/", {"email": NOBODY, "password1": PASSWORD}),
        ("/account/signup/", {"email": AMERICAN, "password1": PASSWORD}),
    ):
        assert browser().post(path, form).status_code == 503, (path, form)
    assert rows("us")["accounts_user"] == before
