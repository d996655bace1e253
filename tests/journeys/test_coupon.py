"""Offers in the shop: three mugs for two, a code, and a gift card that pays a part; to the paid order."""

import re

from playwright.sync_api import expect

from tests.journeys.shopper import Shopper
from tests.journeys.test_buying import STAFF


def cents(text: str) -> int:
    return int(re.sub(r"\D", "", re.search(r"[\d,]+\.\d\d", text).group()))


def sums_of(page) -> dict[str, int]:
    """The rows of the page's sums, by name; what is free is 0."""
    found = {}
    for row in page.locator(".totals > div").all():
        name, amount = row.locator("dt").inner_text(), row.locator("dd").inner_text()
        found[name.strip()] = cents(amount) if "$" in amount else 0
    return found


def a_gift_card_of_ten_dollars(page) -> str:
    page.goto("/admin/")
    for name, value in STAFF.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[type=submit]").first.click()
    page.goto("/admin/orders/giftcard/add/")
    page.locator("[name=value]").fill("10.00")
    page.locator("[name=_save]").click()
    told = page.get_by_text("Note it now").first
    expect(told).to_be_visible()
    return re.search(r"GIFT(-[0-9A-Z]{4}){4}", told.inner_text()).group()


def enter(page, code: str) -> None:
    field = page.locator("#code")
    if not field.is_visible():
        page.get_by_text("Coupon or gift card").click()
    field.fill(code)
    page.get_by_role("button", name="Use", exact=True).click()


def test_a_shopper_saves_with_an_offer_a_code_and_a_gift_card(new_page):
    card = a_gift_card_of_ten_dollars(new_page())
    page = new_page()
    shopper = Shopper(page)
    page.goto("/search/?q=mug&in_stock=true")
    shopper.open_first_result()
    for _mug in range(3):
        shopper.add_to_cart()
    page.goto("/cart/")
    expect(page.locator(".totals")).to_contain_text("3 for 2 on tableware")

    enter(page, "nosuchcode")
    expect(page.get_by_role("alert")).to_contain_text("We do not know the code NOSUCHCODE")
    enter(page, "welcome10")
    expect(page.get_by_role("button", name="Remove WELCOME10")).to_be_visible()
    expect(page.locator(".totals")).to_contain_text("10 % off your first order")

    page.get_by_role("link", name="Go to checkout").click()
    shopper.fill_in("coupon-journey@example.com")
    enter(page, card)
    expect(page.locator("#summary")).to_contain_text(f"Gift card •••• {card[-4:]}")
    expect(page.locator("[name=line1]")).to_have_value("1 Market Street")
    shown = sums_of(page)
    gift, welcome = (next(shown[name] for name in shown if name.startswith(row)) for row in ("Gift card", "Welcome"))
    delivery = next(shown[name] for name in shown if "delivery" in name.lower())
    goods = shown["Subtotal"] - shown["3 for 2 on tableware"]
    assert welcome == round(goods / 10)
    assert shown["Total"] == goods - welcome + delivery + shown["Sales tax"]
    assert (gift, shown["To pay"]) == (1000, shown["Total"] - 1000)

    shopper.place()
    assert cents(page.locator(".amount").inner_text()) == shown["To pay"]
    shopper.pay_with("visa")
    expect(page.get_by_role("heading", name="Your order is paid")).to_be_visible()
    paid = sums_of(page)
    assert (paid["Total"], paid["Paid"]) == (shown["Total"], shown["To pay"])
    assert next(paid[name] for name in paid if name.endswith("WELCOME10")) == welcome


def test_without_scripts_a_code_is_entered_and_removed(new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/search/?q=lamp&in_stock=true")
    page.locator("main a[href*='/p/']").first.click()
    page.get_by_role("button", name="Add to cart").click()
    page.goto("/cart/")
    enter(page, "FREESHIP")
    expect(page.get_by_role("button", name="Remove FREESHIP")).to_be_visible()
    page.get_by_role("button", name="Remove FREESHIP").click()
    expect(page.get_by_role("button", name="Remove FREESHIP")).to_have_count(0)
