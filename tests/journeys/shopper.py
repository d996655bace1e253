"""What a shopper does in the browser, in the words of the page."""

import re

from playwright.sync_api import Page, expect

from tests.conftest import code_in
from tests.journeys.running_shop import RunningShop, eventually

ADDRESS = {
    "Full name": "Ada Example",
    "Address": "1 Market Street",
    "City": "San Francisco",
    "ZIP": "94105",
}


class Shopper:
    def __init__(self, page: Page) -> None:
        self.page = page

    def sign_up(self, email: str, shop: RunningShop) -> None:
        """A new account, its address proved with the code from the mail."""
        self.page.goto("/account/signup/")
        self.page.locator("[name=email]").fill(email)
        self.page.locator("[name=password1]").fill("a long enough pass phrase")
        self.page.locator("main form button[type=submit]").first.click()
        mail = eventually(lambda: next((mail for mail in shop.mails() if f"To: {email}" in mail), None))
        self.page.locator("[name=code]").fill(code_in(mail))
        self.page.get_by_role("button", name="Confirm").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("account")

    def allow_counting(self) -> None:
        self.page.get_by_role("button", name="Allow").click()

    def search(self, words: str) -> None:
        box = self.page.locator("input[name=q]:visible").first
        box.fill(words)
        box.press("Enter")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)

    def open_first_result(self) -> str:
        """Opens the first product found; returns its title."""
        self.page.locator("main a[href*='/p/']").first.click()
        expect(self.page.locator("#product-title")).to_be_visible()
        # Until its scripts run, a form answers with a whole page, as it does for a shopper without scripts.
        self.page.wait_for_load_state("load")
        return self.page.locator("#product-title").inner_text()

    def add_to_cart(self) -> None:
        self.page.get_by_role("button", name="Add to cart").click()
        expect(self.page.locator("#toasts")).to_contain_text("In your cart")

    def go_to_checkout(self) -> None:
        self.page.locator("#toasts").get_by_role("link", name="Checkout").click()
        expect(self.page.get_by_role("heading", name="Checkout")).to_be_visible()

    def fill_in(self, email: str, *, physical: bool = True) -> None:
        self.page.locator("[name=email]").fill(email)
        if physical:
            for name, value in {"name": "Ada Example", "line1": "1 Market Street", "city": "San Francisco"}.items():
                self.page.locator(f"[name={name}]").fill(value)
            self.page.locator("[name=postal_code]").fill("94105")
        self.page.locator("[name=region]").select_option("CA")

    def place(self) -> None:
        # The summary follows the address; who is faster than it is asked to look the total over once more.
        expect(self.page.get_by_text("after you choose a state")).to_have_count(0)
        self.page.wait_for_load_state("networkidle")
        self.page.get_by_role("button", name=re.compile(r"^(Pay|Order|Place)")).click()
        expect(self.page.get_by_text("Sandbox payment provider").first).to_be_visible()

    def pay_with(self, card: str) -> None:
        """At the provider: `visa`, `challenge` or `declined`."""
        self.page.locator(f"input[name=card][value={card}]").check()
        self.page.get_by_role("button", name=re.compile(r"^Pay")).click()

    def order_number(self) -> str:
        expect(self.page).to_have_url(re.compile(r"/orders/SC-[0-9A-Z]{8}/"))
        return re.search(r"SC-[0-9A-Z]{8}", self.page.url).group()

    def buy(self, email: str, *, physical: bool = True, card: str = "visa") -> str:
        """From the product's page to the paid order; returns its number."""
        self.add_to_cart()
        self.go_to_checkout()
        self.fill_in(email, physical=physical)
        self.place()
        self.pay_with(card)
        expect(self.page.get_by_role("heading", name="Your order is paid")).to_be_visible()
        return self.order_number()
