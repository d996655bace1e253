"""One engine down at a time: its line turns red, what does not need it goes on, nothing hangs, everything heals."""

import re
import time
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from shopcloud.lib.resilience import REST_SECONDS
from tests.journeys.client import Phone
from tests.journeys.running_shop import eventually

NO_LONGER_THAN = 5.0
PUBLIC = ("/", "/c/lighting/", "/search/?q=lamp")


@pytest.fixture
def product_path(shop) -> str:
    """A product's page that somebody has looked at before the trouble starts."""
    product = Phone(shop.url).a_product("lamp")
    path = f"/p/{product['slug']}-{product['product_id']}/"
    for known in (*PUBLIC, path):
        assert timed(shop, known).status_code == 200
    return path


@pytest.fixture
def down(shop):
    """Stops an engine for the test, and afterwards waits until the shop has healed."""
    stopped = []

    def stop(name: str) -> None:
        stopped.append(name)
        shop.stack.engine(name).stop()

    yield stop
    for name in stopped:
        shop.stack.engine(name).start()
    # Each web process leaves a tier alone for a while after it failed; the next outage must find none still resting.
    time.sleep(REST_SECONDS + 1)
    eventually(lambda: all(tier["ok"] for tier in shop.tiers().values()), seconds=30 - REST_SECONDS - 1)
    eventually(lambda: timed(shop, "/cart/").status_code == 200, seconds=30)


def timed(shop, path: str, **options) -> requests.Response:
    started = time.monotonic()
    response = requests.get(shop.url + path, timeout=NO_LONGER_THAN + 2, **options)
    took = time.monotonic() - started
    assert took < NO_LONGER_THAN, f"{path} took {took:.1f} s"
    return response


def red_tiers(shop) -> set[str]:
    return {name for name, tier in shop.tiers().items() if not tier["ok"]}


def assert_public_pages_go_on(shop, *paths: str) -> None:
    for path in paths:
        assert timed(shop, path).status_code == 200, path


def test_without_postgresql_people_browse_search_and_fill_carts_and_checkout_says_so(shop, product_path, down):
    phone = Phone(shop.url)
    cart = phone.a_cart_with(phone.a_product("lamp"))
    down("postgres")
    assert red_tiers(shop) == {"postgres"}
    assert_public_pages_go_on(shop, *PUBLIC, product_path, "/cart/")
    assert phone.get(f"/carts/{cart}/").status_code == 200
    refused = phone.order(cart)
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    assert timed(shop, "/healthz").status_code == 200


def test_without_redis_people_browse_signed_out_and_the_cart_says_so(shop, product_path, down):
    down("valkey")
    assert red_tiers(shop) == {"redis", "broker"}
    assert_public_pages_go_on(shop, *PUBLIC, product_path)
    assert timed(shop, "/cart/", cookies={"cart": "x"}).status_code in {200, 503}
    assert timed(shop, "/healthz").status_code == 200


def test_without_dynamodb_known_pages_go_on_and_the_rest_is_refused_politely(shop, product_path, down):
    phone = Phone(shop.url)
    cart = phone.a_cart_with(phone.a_product("lamp"))
    down("dynoxide")
    assert red_tiers(shop) == {"dynamodb"}
    time.sleep(61)  # longer than a page or an item is kept fresh: what answers now is a last-known copy
    assert_public_pages_go_on(shop, *PUBLIC, product_path, "/cart/")
    for remembered in ("/c/lighting/", product_path):
        assert "as we last knew it" in timed(shop, remembered).text, remembered
    for refused in (timed(shop, "/p/some-thing-neverlooked/"), phone.order(cart)):
        assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    assert shop.sql("SELECT 1 FROM orders_order WHERE cart_id = %s", cart) == []


def test_without_s3_pages_go_on(shop, product_path, down):
    down("s3")
    assert red_tiers(shop) == {"s3"}
    assert_public_pages_go_on(shop, *PUBLIC, product_path, "/cart/")


@pytest.fixture
def search_away(shop):
    """Takes search away for the test, in a way that the shop cannot heal by itself."""
    pointer = Path(shop.environment["SEARCH_URL"].removeprefix("tantivy://")) / "current"
    aside = pointer.with_name("aside")

    def take() -> None:
        pointer.rename(aside)
        pointer.mkdir()
        eventually(lambda: not shop.tiers()["search"]["ok"])

    yield take
    if aside.exists():
        pointer.rmdir()
        aside.rename(pointer)
        eventually(lambda: shop.tiers()["search"]["ok"])


def test_a_filter_that_meets_an_outage_of_search_leads_to_the_page_that_says_so(new_page, search_away):
    page = new_page(width=360)
    page.goto("/search/?q=lamp")
    search_away()
    page.locator("input[name=in_stock]").evaluate("box => box.click()")
    expect(page.get_by_role("heading", name="Search is having a short break")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/search/\?q=lamp&in_stock="))
    expect(page.locator("main").get_by_role("link", name="Lighting")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/search/\?q=lamp$"))


def test_a_list_that_cannot_be_read_another_way_says_that_it_did_not_work(new_page, product_path, down):
    page = new_page(width=360)
    page.goto(f"{product_path}reviews/")
    lowest = page.locator(".review-ways").get_by_role("link", name="Lowest rated")
    toasts = page.locator("#toasts")
    # As of any list: "Show more" of a shelf, a filter by stars, a choice of a variant.
    page.route("**/reviews/?*", lambda route: route.fulfill(status=429, body="Too many tries"))
    lowest.click()
    expect(toasts).to_have_text("That did not work. Please try again.")
    page.unroute_all()
    page.keyboard.press("Escape")
    expect(toasts).to_be_empty()
    down("dynoxide")
    lowest.click()
    expect(toasts).to_have_text("That did not work. Please try again.")
    lowest.click()
    expect(page).to_have_url(re.compile(r"/reviews/$"))
