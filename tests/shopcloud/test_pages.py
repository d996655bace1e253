"""Public pages are kept under the one spelling of their address that they depend on."""

import gzip

import pytest
from django.test import RequestFactory

from shopcloud import pages
from shopcloud.lib import redis


def kept_under(path: str) -> bytes:
    """What a second visitor to `path` gets when the first was answered with the path's own spelling."""
    request = RequestFactory().get(path)

    def answer(_request):
        return pages.HttpResponse(path, headers={"Cache-Control": "public, s-maxage=60"})

    return pages.PublicPageMiddleware(answer)(request).content


@pytest.mark.parametrize("made_up", ["/?cursor=x", "/?sort=x", "/c/lamps/?sort=x", "/p/lamp-1/?cursor=x", "/?q=x"])
def test_parameters_a_page_does_not_read_are_never_kept(made_up):
    kept_under(made_up)
    assert not list(redis.store().scan_iter(match=redis.key("page", "*")))


@pytest.mark.parametrize("same", ["/c/lamps/?cursor=", "/c/lamps/?cursor=&cursor=", "/c/lamps/?cursor=x&cursor="])
def test_the_first_page_has_one_address(same):
    assert kept_under("/c/lamps/") == b"/c/lamps/"
    assert kept_under(same) == b"/c/lamps/"


@pytest.mark.parametrize(
    "same", ["stars=5&sort=helpful", "sort=helpful&cursor=&stars=5", "sort=highest&sort=helpful&stars=5"]
)
def test_an_order_of_reviews_has_one_address(same):
    assert kept_under("/p/lamp-1/reviews/?sort=helpful&stars=5") == b"/p/lamp-1/reviews/?sort=helpful&stars=5"
    assert kept_under(f"/p/lamp-1/reviews/?{same}") == b"/p/lamp-1/reviews/?sort=helpful&stars=5"
    assert kept_under("/p/lamp-1/reviews/") == kept_under("/p/lamp-1/reviews/?sort=newest&stars=")


def test_each_cursor_market_and_host_has_a_page_of_its_own():
    addresses = [
        "/c/lamps/",
        "/c/lamps/?cursor=x",
        "/de/c/lamps/",
        "/de/c/lamps/?cursor=x",
        "/p/lamp-1/reviews/?cursor=x",
    ]
    assert [kept_under(address) for address in addresses * 2] == [address.encode() for address in addresses * 2]


def test_the_last_of_two_cursors_counts_as_it_does_for_the_page():
    assert kept_under("/c/lamps/?cursor=x") == kept_under("/c/lamps/?cursor=y&cursor=x") == b"/c/lamps/?cursor=x"


def test_a_kept_page_travels_compressed_to_whoever_can_read_that():
    kept_under("/c/lamps/")
    middleware = pages.PublicPageMiddleware(lambda request: pages.HttpResponse(status=500))
    plain = middleware(RequestFactory().get("/c/lamps/"))
    small = middleware(RequestFactory().get("/c/lamps/", headers={"Accept-Encoding": "gzip, br"}))
    assert (plain.content, plain.get("Content-Encoding")) == (b"/c/lamps/", None)
    assert (gzip.decompress(small.content), small["Content-Encoding"]) == (b"/c/lamps/", "gzip")
    assert plain["Vary"] == small["Vary"] == "Accept-Encoding"
    assert small["Cache-Control"] == "public, s-maxage=60"
