"""The last unit sold in one browser shows "sold out" in another within two seconds."""

import re
import time

from playwright.sync_api import expect

from tests.journeys.client import Phone
from tests.journeys.shopper import Shopper


def test_the_last_unit_sold_elsewhere_shows_as_sold_out_at_once(shop, new_page):
    phone = Phone(shop.url)
    product = phone.a_product("chair")
    sku = next(v["sku"] for v in product["variants"] if v["available"])
    path = f"/p/{product['slug']}-{product['product_id']}/?sku={sku}"
    shop.sql("UPDATE orders_stocklevel SET on_hand = reserved + 1 WHERE sku = %s", sku)
    watching, buying = new_page(), new_page(width=360, height=780)
    # A realtime process that is just being exchanged: the page asks again.
    watching.route(re.compile(r"/events/stock/"), lambda route: route.fulfill(status=503), times=1)
    with watching.expect_response(lambda answer: "/events/stock/" in answer.url and answer.ok):
        watching.goto(path)
    expect(watching.locator("[data-add]")).to_be_enabled()

    buying.goto(path)
    shopper = Shopper(buying)
    shopper.add_to_cart()
    shopper.go_to_checkout()
    shopper.fill_in("last-one@example.com")
    buying.get_by_role("button", name="Pay").click()
    buying.wait_for_url("**/sandbox-pay/**")
    sold = time.monotonic()
    expect(watching.locator("[data-availability]")).to_contain_text("Sold out", timeout=6000)
    print(f"\nsold out shown {time.monotonic() - sold:.2f} s after the buyer reached the provider")
    expect(watching.locator("[data-add]")).to_be_disabled()
