"""News for the signed-in person, as it comes and as it is read."""

import re
import uuid

from playwright.sync_api import expect

from tests.journeys.shopper import Shopper


def test_news_of_an_order_comes_to_another_open_page_and_stands_in_the_inbox(new_page, shop):
    page = new_page(width=360)
    email = f"inbox-{uuid.uuid4().hex[:8]}@example.com"
    shopper = Shopper(page)
    shopper.sign_up(email, shop)
    other = page.context.new_page()
    # A realtime process that is just being exchanged: the page asks again.
    other.route(re.compile(r"/events/me/"), lambda route: route.fulfill(status=503), times=1)
    with other.expect_response(lambda answer: "/events/me/" in answer.url and answer.ok):
        other.goto("/c/lighting/")
    shopper.search("lamp")
    shopper.open_first_result()
    number = shopper.buy(email)
    expect(other.locator("#toasts")).to_contain_text(f"Order {number} is paid")
    expect(other.locator("#unread-count")).to_have_text("1")
    other.locator("#toasts").get_by_role("link", name="Open your inbox").press("Enter")
    expect(other.locator(".notification h2")).to_contain_text(f"Order {number} is paid")
    other.get_by_role("button", name="Mark all as read").press("Enter")
    expect(other.locator(".notification.is-new")).to_have_count(0)
    expect(other.locator("#unread-count")).to_have_count(0)
