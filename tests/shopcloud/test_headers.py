"""What every answer tells the browser about its limits, and bodies that are larger than any page takes."""

import pytest
from django.test import Client

PAGES = ("/", "/search/", "/cart/", "/account/login/", "/no/such/page/")
DATA = ("/api/v1/products/", "/api/v1/products/none/", "/readyz")
SHOP = (*PAGES, *DATA)
GIB = 1024**3


def directives(answer) -> dict[str, list[str]]:
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_shop_runs_what_is_written_into_it(path, client):
    policy = directives(client.get(path))
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & {value for values in policy.values() for value in values}
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", DATA)
def test_data_is_no_page(path, client):
    answer = client.get(path)
    assert "json" in answer["Content-Type"]
    assert directives(answer) == {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}


@pytest.mark.django_db
def test_staff_s_pages_take_nothing_from_elsewhere_and_are_framed_by_nobody(client):
    answer = client.get("/admin/login/")
    policy = directives(answer)
    assert policy["default-src"] == ["'self'"]
    assert {"'self'", "'unsafe-inline'", "'unsafe-eval'"} == set(policy["script-src"])
    assert policy["frame-ancestors"] == ["'none'"]
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
@pytest.mark.parametrize("path", SHOP)
def test_a_page_shares_no_window_sensor_or_guess_with_others(path, client):
    answer = client.get(path)
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize(
    ("path", "announced"),
    [("/cart/lines/", 2 * GIB), ("/admin/catalog/productimport/add/", 2 * GIB), ("/", 3 * 1024**2)],
)
def test_a_body_larger_than_any_page_takes_is_refused_unread(path, announced):
    unread = Unread()
    answer = Client().generic("POST", path, b"", **{"CONTENT_LENGTH": str(announced), "wsgi.input": unread})
    assert (answer.status_code, answer["Connection"], unread.asked) == (413, "close", 0)
    assert "larger than we take" in answer.content.decode()


def test_the_api_refuses_it_with_a_problem_document():
    answer = Client().generic("POST", "/api/v1/carts/", b"", **{"CONTENT_LENGTH": str(2 * GIB), "wsgi.input": Unread()})
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["code"] == "payload_too_large"


class Unread:
    """A body that counts how often it was asked for bytes."""

    asked = 0

    def read(self, *_size: int) -> bytes:
        self.asked += 1
        return b""

    readline = read
