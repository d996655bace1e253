"""What delivery costs: by zone, weight, subtotal and day."""

from datetime import date

import pytest

from orders import tariffs
from orders.models import ShippingMethod, ShippingRate
from orders.pricing.destination import Destination
from orders.pricing.shipping import (
    CannotShip,
    Parcel,
    Rate,
    TooHeavy,
    UnknownShippingMethod,
    Way,
    Zone,
    choose,
    shipping_methods,
)
from shopcloud.lib.money import Money
from shopcloud.markets import FRANCE, GERMANY, MARKETS, US

TODAY = date(2026, 11, 20)
LONG_AGO = date(2024, 1, 1)


@pytest.fixture
def zones(db):
    return tariffs.read_zones()


def price(zones, subtotal: int, method: str, market=US, country="US", **parcel) -> int:
    wanted = Parcel(Money(subtotal, market.currency), **parcel)
    methods = shipping_methods(zones, market, Destination(country=country), wanted, on=TODAY)
    return choose(methods, method).price.amount


def test_standard_delivery_is_free_from_the_threshold_on(zones):
    assert price(zones, 4999, "standard") == 595
    assert price(zones, 5000, "standard") == 0


def test_express_delivery_always_costs(zones):
    assert price(zones, 100_000, "express") == 1495


def test_far_states_cost_more_than_neighbours(zones):
    assert price(zones, 1000, "standard", GERMANY, "AT") == 490
    assert price(zones, 1000, "standard", GERMANY, "FI") == 1290
    assert price(zones, 1000, "standard", FRANCE, "FR") == 490


def test_downloads_cost_nothing_and_go_anywhere():
    parcel = Parcel(Money(100, "EUR"), physical=False)
    (method,) = shipping_methods((), GERMANY, Destination(country=""), parcel, on=TODAY)
    assert (method.code, method.price) == ("download", Money(0, "EUR"))


@pytest.mark.parametrize("country", ["GB", "", "XX"])
def test_a_country_outside_the_market_is_refused_by_name(zones, country):
    with pytest.raises(CannotShip):
        price(zones, 100, "standard", country=country)


def test_an_unknown_method_is_refused(zones):
    with pytest.raises(UnknownShippingMethod, match="delivery methods"):
        price(zones, 100, "drone")


@pytest.mark.parametrize("market", MARKETS, ids=lambda m: m.code)
def test_every_market_delivers_to_each_of_its_countries(zones, market):
    for country in market.countries:
        for method in ("standard", "express"):
            assert price(zones, 0, method, market, country) > 0


def test_what_lies_behind_a_customs_border_is_refused_by_its_postal_code(zones):
    to = Destination(country="DE", postal_code="78266")
    with pytest.raises(CannotShip, match="78266"):
        shipping_methods(zones, GERMANY, to, Parcel(Money(0, "EUR")), on=TODAY)


def way(*rates: Rate, code="standard") -> Way:
    return Way(code, (("en", "Parcel"), ("de", "Paket"), ("fr", "")), (1, 2), rates)


def rate(price: int, *, since=LONG_AGO, grams=(0, None), subtotal=0, currency="USD") -> Rate:
    return Rate(currency, since, *grams, subtotal, price)


def zone(*ways: Way, prefixes=()) -> Zone:
    return Zone("us", frozenset(["US"]), prefixes, ways)


def offered(one: Zone, *more: Zone, grams=0, subtotal=0, postal_code="", on=TODAY):
    to = Destination(country="US", postal_code=postal_code)
    return shipping_methods((one, *more), US, to, Parcel(Money(subtotal, "USD"), grams), on=on)


def test_weights_part_at_their_limit():
    bands = zone(way(rate(500, grams=(0, 2000)), rate(900, grams=(2000, 31_500))))
    assert [offered(bands, grams=g)[0].price.amount for g in (0, 1999, 2000, 31_499)] == [500, 500, 900, 900]
    with pytest.raises(TooHeavy, match="too heavy"):
        offered(bands, grams=31_500)


def test_each_weight_has_thresholds_of_its_own():
    bands = zone(
        way(rate(500, grams=(0, 2000)), rate(0, grams=(0, 2000), subtotal=5000), rate(900, grams=(2000, None)))
    )
    light, heavy = offered(bands, grams=100)[0], offered(bands, grams=5000, subtotal=9000)[0]
    assert (light.price.amount, light.free_from.amount) == (500, 5000)
    assert (heavy.price.amount, heavy.free_from) == (900, None)


def test_a_new_price_list_replaces_the_old_one_whole_on_its_day():
    lists = zone(way(rate(500), rate(0, subtotal=5000), rate(600, since=date(2027, 1, 1))))
    assert offered(lists, subtotal=9000, on=date(2026, 12, 31))[0].price.amount == 0
    assert offered(lists, subtotal=9000, on=date(2027, 1, 1))[0].price.amount == 600


def test_a_method_without_a_price_in_the_currency_is_not_offered():
    ways = zone(way(rate(500, currency="EUR"), code="a"), way(rate(700), code="b"))
    assert [method.code for method in offered(ways)] == ["b"]


def test_the_zone_that_names_the_address_most_exactly_counts():
    country, west, town = zone(way(rate(1))), zone(way(rate(2)), prefixes=("9",)), zone(way(rate(3)), prefixes=("941",))
    zones = (country, west, town)
    assert [offered(*zones, postal_code=code)[0].price.amount for code in ("10001", "90210", "94105")] == [1, 2, 3]


@pytest.mark.django_db
def test_a_method_that_was_taken_off_offer_is_gone():
    ShippingMethod.objects.filter(code="express", zone__market="us").update(active=False)
    codes = {w.code for z in tariffs.read_zones() if z.market == "us" for w in z.ways}
    assert codes == {"standard"}


@pytest.mark.django_db
def test_the_zones_cost_three_statements(django_assert_num_queries):
    with django_assert_num_queries(3):
        tariffs.read_zones()


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ((0, 1000), (1000, None), False),
        ((0, 1001), (1000, None), True),
        ((0, None), (5, 6), True),
        ((10, 20), (0, 10), False),
    ],
)
def test_rates_overlap_where_a_weight_fits_both(first, second, overlap):
    rates = [ShippingRate(currency="USD", since=LONG_AGO, from_grams=a, to_grams=b) for a, b in (first, second)]
    assert rates[0].overlaps(rates[1]) is rates[1].overlaps(rates[0]) is overlap
    rates[0].from_subtotal = 5000
    assert not rates[0].overlaps(rates[1])
