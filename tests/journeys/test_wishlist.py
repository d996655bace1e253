"""Hearts, and what was looked at: pages come from caches, and still each shopper sees their own."""

import re
import uuid

from playwright.sync_api import expect

from tests.journeys.shopper import Shopper


def test_hearts_stay_pressed_on_every_page_and_come_along_into_a_new_account(new_page, shop):
    page = new_page(width=360)
    page.goto("/c/lighting/")
    heart = page.locator(".card [data-heart]").first
    product = heart.get_attribute("data-heart")
    heart.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("On your wishlist")
    # The card's link lies under the heart, and was not followed.
    expect(page).to_have_url(re.compile(r"/c/lighting/$"))
    expect(heart).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(heart).to_have_attribute("aria-pressed", "true")
    page.goto(page.locator(".card .card-title a").first.get_attribute("href"))
    expect(page.locator(f"#product [data-heart={product}]")).to_have_attribute("aria-pressed", "true")
    Shopper(page).sign_up(f"wishes-{uuid.uuid4().hex[:8]}@example.com", shop)
    page.goto("/wishlist/")
    expect(page.locator(".wish")).to_have_count(1)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Your wishlist is empty")).to_be_visible()
    expect(page.locator("#undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".wish")).to_have_count(1)


def test_what_was_looked_at_shows_after_a_yes_and_goes_with_a_no(new_page):
    page = new_page()
    page.goto("/c/lighting/")
    Shopper(page).allow_counting()
    first, second = (page.locator(".card .card-title a").nth(n).get_attribute("href") for n in (0, 1))
    page.goto(first)
    page.goto(second)
    shelf = page.locator("#recently-viewed")
    shelf.scroll_into_view_if_needed()
    page.mouse.wheel(0, 20_000)
    expect(shelf.locator(".card-title a")).to_have_attribute("href", first)
    page.get_by_role("button", name="Privacy choices").click()
    page.get_by_role("button", name="Decline").click()
    expect(shelf.locator(".card")).to_have_count(0)
    page.get_by_role("button", name="Privacy choices").click()
    Shopper(page).allow_counting()
    page.reload()
    page.mouse.wheel(0, 20_000)
    page.wait_for_load_state("networkidle")
    expect(shelf.locator(".card")).to_have_count(0)
