"""Every kind of page, as a screen reader meets it: nothing serious is found, and nothing is wider than the screen."""

import json

import pytest
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
SHOP = ["", "c/lighting/", "search/?q=lamp", "collections/", "cart/", "checkout/", "stock-alerts/", "wishlist/"]
GERMAN = ["de/", "de/c/lighting/", "de/search/?q=lampe"]
# A review with words longer than a phone is wide; an order of the demo's buyer that was sent, and a list they share.
KNOWN = """
import json
from accounts.models import User
from catalog import queries, services
from catalog.reviews import Review
from orders.models import Order
from orders.services import wishlist
from orders.wishes import person
from orders.wishes.wish import Holder
from shopcloud.lib import clock, ids
from shopcloud.markets import US
from tests.orders.payments import sale

product = queries.product(queries.category_page("lighting").cards[0].product_id)
long = "https://example.com/" + "lovely" * 30
review = Review(
    review_id=ids.product_id(), product_id=product.product_id, author="A" * 80, rating=4,
    title="Wonderful" * 13, body=long, reply=long, verified=True, created_at=clock.now(),
)
services.add_review(review=review)
buyer = User.objects.get(email={buyer!r})
wishlist.add_wish(holder=Holder(buyer.pk), product_id=product.product_id, sku="", market=US, now=clock.now())
sale._LINES["pattern"] |= {{"product_id": product.product_id, "slug": product.slug}}
order = sale.place(
    number=ids.order_number(), physical=False, digital=True, user=buyer, email=buyer.email, placed_at=clock.now()
)
order.lines.update(fulfilled=1)
Order.objects.filter(pk=order.pk).update(paid_at=clock.now(), status=Order.Status.FULFILLED)
told = {{
    "reviews": f"{{product.path}}reviews/", "order": f"/orders/{{order.number}}/",
    "review": f"/orders/{{order.number}}/reviews/{{product.product_id}}/",
    "shared": f"/wishlist/shared/{{person.share(buyer.pk)}}/",
}}
print("KNOWN", json.dumps(told))
"""


def serious(page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{page.url}: {one['id']} {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.fixture(scope="module")
def known(shop) -> dict[str, str]:
    """The addresses of what has to be made before it can be looked at, without their first slash."""
    printed = shop.manage("shell", "-v", "0", "-c", KNOWN.format(buyer=BUYER))
    told = next(line for line in printed.splitlines() if line.startswith("KNOWN "))
    return {name: path.lstrip("/") for name, path in json.loads(told.removeprefix("KNOWN ")).items()}


def test_a_vote_leaves_the_focus_where_it_was(new_page, known):
    page = new_page(width=360)
    page.goto("/" + known["reviews"])
    page.wait_for_load_state("load")
    page.get_by_role("button", name="Helpful").first.focus()
    page.keyboard.press("Enter")
    back = page.get_by_role("button", name="Take it back")
    expect(back).to_be_focused()
    expect(back).to_have_accessible_description("Thank you. You found this review helpful.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Helpful").first).to_be_focused()


def test_no_page_has_a_serious_problem(new_page, known):
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
    reviews = known["reviews"]
    for path in (*SHOP, known["shared"], reviews, *GERMAN, f"de/{reviews}"):
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
    for path in (*ACCOUNT, "wishlist/", known["order"], known["review"]):
        look(path)
    assert found == []
