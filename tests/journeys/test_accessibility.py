"""Every kind of page, as a screen reader meets it: nothing serious is found, and nothing is wider than the screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from shopcloud.wiring.demo.people import BUYER, PASSWORD
from tests.journeys.shopper import Shopper

BEFORE = ["account/login/", "account/signup/", "account/login/code/", "account/password/reset/", "account/guest-data/"]
ACCOUNT = [
    "account/",
    "account/profile/",
    "account/addresses/",
    "account/addresses/new/",
    "account/email/",
    "account/password/change/",
    "account/2fa/",
    "account/2fa/totp/activate/",
    "account/2fa/webauthn/",
    "account/2fa/webauthn/add/",
    "account/sessions/",
    "account/privacy/",
    "account/erasure/",
    "account/orders/",
]
SHOP = ["", "c/lighting/", "search/?q=lamp", "cart/", "checkout/"]


def serious(page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{page.url}: {one['id']} {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


def test_no_page_has_a_serious_problem(new_page):
    page, found = new_page(width=360, color_scheme="dark"), []

    def look(path: str) -> None:
        page.goto("/" + path)
        found.extend(serious(page))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{page.url}: wider than the screen")

    for path in BEFORE:
        look(path)
    page.goto("/search/?q=clock&in_stock=true")
    shopper = Shopper(page)
    shopper.open_first_result()
    found.extend(serious(page))
    shopper.add_to_cart()
    for path in SHOP:
        look(path)
    page.goto("/account/login/")
    page.locator("[name=login]").fill(BUYER)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("account")
    look("account/reauthenticate/?next=/account/")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("account")
    for path in ACCOUNT:
        look(path)
    assert found == []
