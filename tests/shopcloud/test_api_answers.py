"""What every answer of the API has in common: its problems, its limits, its language, and what it says of its end."""

from datetime import date

import pytest
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import spectacular_settings
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.views import APIView

from shopcloud.lib.deprecation import deprecated
from shopcloud.lib.problems import Problem
from shopcloud.lib.throttle import ClientThrottle
from shopcloud.markets import GERMANY, UK, US, in_accepted_language

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> APIClient:
    return APIClient(raise_request_exception=False)


@pytest.mark.parametrize(
    ("method", "address", "headers", "status", "code"),
    [
        ("get", "nosuch/", {}, 404, "not_found"),
        ("get", "", {}, 404, "not_found"),
        ("post", "nosuch/deeper/", {}, 404, "not_found"),
        ("delete", "categories/", {}, 405, "method_not_allowed"),
        ("get", "categories/", {"Accept": "text/csv"}, 406, "not_acceptable"),
        ("post", "orders/", {"Content-Type": "text/csv"}, 415, "unsupported_media_type"),
        ("get", "me/", {}, 401, "not_authenticated"),
        ("get", "me/", {"Authorization": "Bearer nonsense"}, 401, "authentication_failed"),
    ],
)
def test_every_refusal_is_a_problem_document(app, method, address, headers, status, code):
    kind = headers.pop("Content-Type", "application/json")
    answer = app.generic(method.upper(), f"/api/v1/{address}", "{}", content_type=kind, headers=headers)
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (told["type"], told["code"], told["status"]) == (f"urn:shopcloud:problem:{code}", code, status)
    assert told["title"]
    assert told["detail"]
    if status == 405:
        assert "GET" in answer["Allow"]


def test_every_answer_tells_what_may_still_be_asked(app, monkeypatch):
    monkeypatch.setattr(ClientThrottle, "THROTTLE_RATES", {"client": "3/min", "orders": "60/min"})
    answers = [app.get("/api/v1/categories/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"client";q=3;w=60'}
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    refused = answers[-1]
    assert refused.json()["code"] == "throttled"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit"].endswith(f"t={refused['Retry-After']}")


def test_a_tighter_limit_is_told_beside_the_clients_own(app):
    answer = app.post("/api/v1/orders/", {}, format="json")
    assert answer["RateLimit-Policy"] == '"client";q=1200;w=60, "orders";q=60;w=60'


def test_what_was_not_sent_again_still_tells_the_limit(app):
    kept = app.get("/api/v1/categories/")["ETag"]
    again = app.get("/api/v1/categories/", headers={"If-None-Match": kept})
    assert (again.status_code, again["RateLimit"].split(";")[0]) == (304, '"client"')


@pytest.mark.parametrize(
    ("market", "header", "language"),
    [
        (US, "", "en"),
        (US, "de-AT,de;q=0.9,en;q=0.5", "de"),
        (US, "pt-BR, fr;q=0.8", "fr"),
        (US, "pt, *;q=0.1", "en"),
        (US, "en-GB", "en-gb"),
        (UK, "en", "en-gb"),
        (GERMANY, "en;q=0.3, de;q=0.2", "en"),
        (GERMANY, "not a language \x00", "de"),
    ],
)
def test_an_app_may_ask_for_a_language(market, header, language):
    found = in_accepted_language(market, header)
    assert (found.language, found.code, found.currency) == (language, market.code, market.currency)


def test_the_language_of_an_answer_is_the_apps_and_the_prices_are_the_markets(app):
    answer = app.get("/api/v1/me/?market=us", headers={"Accept-Language": "de"})
    assert "Anmelde" in answer.json()["detail"]
    assert answer["Content-Language"] == "de"
    assert "Accept-Language" in answer["Vary"]
    assert app.get("/api/v1/me/?market=fr")["Content-Language"] == "fr"


class Bygone(APIView):
    @deprecated(since=date(2026, 12, 1), sunset=date(2027, 12, 1), instead="/api/v1/categories/")
    def get(self, request):
        if "fail" in request.query_params:
            raise Problem(409, "gone_wrong", "It did.")
        return Response([])


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?fail", 409)])
def test_a_deprecated_operation_says_so_and_until_when(query, status):
    answer = Bygone.as_view()(APIRequestFactory().get(f"/api/v1/bygone/{query}"))
    assert answer.status_code == status
    assert answer["Deprecation"] == "@1796083200"
    assert answer["Sunset"] == "Wed, 01 Dec 2027 00:00:00 GMT"
    assert answer["Link"] == '</api/v1/categories/>; rel="successor-version"'


def test_the_schema_marks_what_is_deprecated(monkeypatch):
    # What the shop adds to its own operations knows this one not.
    monkeypatch.setattr(spectacular_settings, "POSTPROCESSING_HOOKS", [])
    described = SchemaGenerator(patterns=[path("api/v1/bygone/", Bygone.as_view())]).get_schema(public=True)
    assert described["paths"]["/api/v1/bygone/"]["get"]["deprecated"] is True


def test_nothing_goes_sooner_than_the_policy_promises():
    with pytest.raises(ValueError, match="180 days"):
        deprecated(since=date(2026, 12, 1), sunset=date(2027, 1, 1), instead="/")
