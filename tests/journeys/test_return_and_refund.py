"""Bought, sent, sent back and paid back: the buyer in the storefront, staff in the admin, the mails between them."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.running_shop import RunningShop, eventually
from tests.journeys.shopper import Shopper
from tests.journeys.test_buying import STAFF

EMAIL = "sends-back@example.com"


class Desk:
    """A member of staff at the admin."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto("/admin/")
        for name, value in STAFF.items():
            page.locator(f"[name={name}]").fill(value)
        page.locator("[type=submit]").first.click()

    def open(self, what: str, number: str) -> None:
        self.page.goto(f"/admin/orders/{what}/?q={number}")
        self.page.locator("#result_list a[href*='/change/']").first.click()

    def press(self, button: str, submit: str, **fields: str) -> None:
        """Press a button of the page, fill its dialog (a field by the beginning of its name), and confirm."""
        # The button's icon is a word of its own before the name.
        self.page.get_by_role("link", name=re.compile(rf"{button}$")).locator("visible=true").last.click()
        dialog = self.page.locator("#dialog")
        expect(dialog).to_be_visible()
        for name, value in fields.items():
            field = dialog.locator(f"[name^={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        with self.page.expect_navigation():
            dialog.get_by_role("button", name=re.compile(rf"{submit}$")).click()


def mail_about(shop: RunningShop, number: str, words: str) -> str:
    return eventually(lambda: next((m for m in shop.mails() if number in m and words in m), None))


def test_a_buyer_gets_a_parcel_sends_a_part_back_and_is_paid_back(shop, new_page):
    page = new_page(width=360, height=780)
    shopper = Shopper(page)
    page.goto("/search/?q=mug&in_stock=true")
    shopper.open_first_result()
    number = shopper.buy(EMAIL)
    expect(page.get_by_role("link", name="Return items")).to_have_count(0)

    desk = Desk(new_page())
    desk.open("order", number)
    desk.press("Send items", "Send", carrier="ups", tracking="1Z999AA1")
    expect(desk.page.locator("body")).to_contain_text("Sent: 1")
    assert "https://www.ups.com/track?tracknum=1Z999AA1" in mail_about(shop, number, "1Z999AA1")

    ask_for_the_return(page, number)
    staff_take_it_back(desk, number)
    assert "1 Market St" in mail_about(shop, number, "You can send your items back")

    page.reload()
    refund = page.locator("section", has=page.get_by_role("heading", name="Refunds"))
    paid_back = re.search(r"\$[\d.]+", refund.inner_text()).group()
    assert paid_back in mail_about(shop, number, "Your refund is on its way")
    expect(page.get_by_role("heading", level=1)).to_contain_text("came back to us")
    expect(page.get_by_role("link", name="Return items")).to_have_count(0)
    assert the_ledgers_agree(shop, number)


def ask_for_the_return(page: Page, number: str) -> None:
    page.goto(f"/orders/{number}/")
    expect(page.get_by_role("link", name="Follow this parcel")).to_be_visible()
    page.get_by_role("link", name="Return items").click()
    page.get_by_label("How many?").select_option("1")
    page.get_by_role("button", name="Ask for the return").click()
    expect(page.locator(".field-error")).to_contain_text("Please choose a reason")
    page.get_by_label("Why?").select_option("changed_mind")
    page.get_by_role("button", name="Ask for the return").click()
    expect(page.get_by_text("We have your request")).to_be_visible()
    expect(page.locator("#returns")).to_contain_text("Requested")


def staff_take_it_back(desk: Desk, number: str) -> None:
    desk.open("returnrequest", number)
    desk.press("Approve", "Approve")
    desk.press("Receive", "Receive", condition="opened")
    desk.press("Refund", "Refund")
    expect(desk.page.locator("body")).to_contain_text(re.compile(r"Refunded \$[\d.]+"))


def the_ledgers_agree(shop: RunningShop, number: str) -> bool:
    """What the lines say was paid back, what the payment promised, and what the provider gave."""
    (lines, promised, given) = shop.sql(
        "SELECT (SELECT sum(refunded_amount) FROM orders_orderline WHERE order_id = o.id), p.refunded,"
        " (SELECT c.refunded FROM orders_sandboxcharge c WHERE c.charge_id = p.provider_reference)"
        " FROM orders_order o JOIN orders_payment p ON p.order_id = o.id AND p.captured > 0 WHERE o.number = %s",
        number,
    )[0]
    return lines == promised == given > 0
