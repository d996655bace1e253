"""An error is a page for people and a problem document for the API; an outage is a polite 503."""

import pytest
from django.db import OperationalError
from django.test import Client

from shopcloud import errors
from shopcloud.lib import redis
from shopcloud.lib.resilience import TierUnavailable


@pytest.mark.parametrize("error", [OperationalError("gone"), redis.Unavailable[0]("gone"), TierUnavailable("gone")])
def test_a_store_that_is_away_is_an_outage_also_as_the_cause_of_another_error(error):
    try:
        try:
            raise error
        except Exception as cause:
            raise KeyError("later") from cause
    except KeyError as later:
        assert errors.is_outage(later)
    assert not errors.is_outage(KeyError("ours"))


@pytest.mark.django_db
def test_an_unknown_page_is_a_404_with_a_way_back():
    response = Client().get("/no/such/page/")
    assert (response.status_code, response["Cache-Control"]) == (404, "no-store")
    assert b"href" in response.content


@pytest.mark.django_db
def test_an_unknown_api_path_is_a_problem_document():
    response = Client().get("/api/v1/no-such/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.django_db
@pytest.mark.parametrize(("prefix", "said"), [("", "Too many tries"), ("/de", "Zu viele Versuche")])
def test_who_tries_to_sign_up_too_often_reads_it_on_a_page_of_the_shop(prefix, said):
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    answers = [browser.post(f"{prefix}/account/signup/", {"email": "ada@example.com"}) for _ in range(25)]
    refused = answers[-1]
    assert (refused.status_code, refused["Cache-Control"], refused["Retry-After"]) == (429, "no-store", "60")
    assert said in refused.content.decode()
    assert 'class="site-header"' in refused.content.decode()
