"""Signing up, signing in, and finding one's orders again."""

import uuid

from playwright.sync_api import expect

from tests.journeys.shopper import Shopper


def test_a_new_customer_signs_up_buys_and_finds_the_order_in_the_history(new_page, shop):
    page, email = new_page(), f"new-{uuid.uuid4().hex[:8]}@example.com"
    shopper = Shopper(page)
    shopper.sign_up(email, shop)
    page.goto("/search/?q=clock&in_stock=true")
    shopper.open_first_result()
    number = shopper.buy(email)
    page.goto("/account/orders/")
    expect(page.locator("main")).to_contain_text(number)


def test_another_browser_cannot_open_a_guests_order(new_page):
    page = new_page()
    shopper = Shopper(page)
    page.goto("/search/?q=stool&in_stock=true")
    shopper.open_first_result()
    number = shopper.buy("private@example.com")
    assert new_page().goto(f"/orders/{number}/").status == 404
    assert page.goto(f"/orders/{number}/").status == 200
