"""A form of another site can change nothing here; ours need no token, so that pages stay public."""

import pytest
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test import RequestFactory

from shopcloud.csrf import FetchMetadataCsrfMiddleware


def is_let_in(**headers: str) -> bool:
    request = RequestFactory(enforce_csrf_checks=True, HTTP_HOST="localhost").post(
        "/cart/lines/", {"sku": "X"}, **headers
    )
    middleware = FetchMetadataCsrfMiddleware(lambda r: HttpResponse("in"))
    middleware.process_request(request)
    return middleware.process_view(request, lambda r: HttpResponse(), (), {}) is None


@pytest.mark.parametrize(
    ("headers", "let_in"),
    [
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, True),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, False),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, False),
        ({"HTTP_SEC_FETCH_SITE": "none"}, False),
        ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://localhost"}, False),
        ({"HTTP_ORIGIN": "http://localhost"}, True),
        ({"HTTP_ORIGIN": "https://localhost"}, False),
        ({"HTTP_ORIGIN": "http://localhost.evil.example"}, False),
        ({"HTTP_ORIGIN": "null"}, False),
        ({}, False),
    ],
)
def test_a_post_is_let_in_only_from_our_own_pages(headers, let_in):
    assert is_let_in(**headers) is let_in


def test_djangos_token_still_opens_the_door_for_old_browsers():
    assert issubclass(FetchMetadataCsrfMiddleware, CsrfViewMiddleware)
