from datetime import date

import pytest

from orders.pricing.destination import Destination
from orders.pricing.shipping import CannotShip, UnknownShippingMethod, choose, shipping_methods
from shopcloud.lib.money import Money
from shopcloud.markets import GERMANY, MARKETS, US

TODAY = date(2026, 11, 20)


def price(subtotal: int, method: str, market=US, country="US") -> int:
    methods = shipping_methods(market, Destination(country=country), Money(subtotal, market.currency), True, on=TODAY)
    return choose(methods, method).price.amount


def test_standard_delivery_is_free_from_the_threshold_on():
    assert price(4999, "standard") == 595
    assert price(5000, "standard") == 0


def test_express_delivery_always_costs():
    assert price(100_000, "express") == 1495


def test_downloads_cost_nothing_and_go_anywhere():
    (method,) = shipping_methods(GERMANY, Destination(country=""), Money(100, "EUR"), False, on=TODAY)
    assert (method.code, method.price) == ("download", Money(0, "EUR"))


@pytest.mark.parametrize("country", ["GB", "", "XX"])
def test_a_country_outside_the_market_is_refused_by_name(country):
    with pytest.raises(CannotShip):
        shipping_methods(US, Destination(country=country), Money(100, "USD"), True, on=TODAY)


def test_an_unknown_method_is_refused():
    with pytest.raises(UnknownShippingMethod, match="delivery methods"):
        price(100, "drone")


@pytest.mark.parametrize("market", MARKETS, ids=lambda m: m.code)
def test_every_market_delivers_to_each_of_its_countries(market):
    for country in market.countries:
        assert (
            len(shipping_methods(market, Destination(country=country), Money(0, market.currency), True, on=TODAY)) == 2
        )


def test_what_lies_behind_a_customs_border_is_refused_by_its_postal_code():
    with pytest.raises(CannotShip, match="78266"):
        shipping_methods(GERMANY, Destination(country="DE", postal_code="78266"), Money(0, "EUR"), True, on=TODAY)
