"""Many buyers, few units: over HTTP, against the running shop, counted in the stores at rest."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.journeys.client import Phone
from tests.journeys.running_shop import RunningShop

BUYERS, UNITS = 200, 20


def stock_only(shop: RunningShop, sku: str, units: int) -> None:
    shop.sql("UPDATE orders_stocklevel SET on_hand = %s, reserved = 0 WHERE sku = %s", units, sku)


def test_200_buyers_of_20_units_get_20_orders_and_180_clean_refusals(shop):
    phone = Phone(shop.url)
    product = phone.a_product("planter")
    sku = product["variants"][0]["sku"]
    stock_only(shop, sku, BUYERS)
    with ThreadPoolExecutor(40) as pool:
        phones = [Phone(shop.url) for _ in range(BUYERS)]
        carts = list(pool.map(lambda p: p.a_cart_with(product, sku=sku), phones))
    stock_only(shop, sku, UNITS)
    start = Barrier(BUYERS, timeout=60)

    def buy(number: int) -> int:
        start.wait()
        return phones[number].order(carts[number], email=f"buyer{number}@example.com").status_code

    with ThreadPoolExecutor(BUYERS) as pool:
        answers = Counter(pool.map(buy, range(BUYERS)))
    print(f"\n{BUYERS} buyers, {UNITS} units: {dict(answers)}")
    assert answers == {201: UNITS, 409: BUYERS - UNITS}
    sold = shop.sql("SELECT coalesce(sum(quantity), 0) FROM orders_orderline WHERE sku = %s", sku)[0][0]
    assert sold == UNITS
    assert shop.sql("SELECT on_hand, reserved FROM orders_stocklevel WHERE sku = %s", sku) == [(0, 0)]
