"""Who owes which rate: by place, class of goods and day."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from accounts.domain import US_STATES as STATE_NAMES
from catalog.domain import Kind, TaxClass
from orders.pricing.destination import Destination
from orders.pricing.tax import sales_tax, vat
from orders.pricing.tax.labels import tax_label
from orders.pricing.tax.port import BasketRates, Goods
from orders.pricing.tax.table import TaxTables
from orders.pricing.tax.territories import EUROPEAN_UNION, is_outside, jurisdiction
from shopcloud.lib.money import Money
from shopcloud.markets import MARKETS

TODAY = date(2026, 11, 20)


def basket(*classes: str, country="DE", region="", postal_code="", on=TODAY, kind=Kind.PHYSICAL, price=20_00):
    goods = [Goods(TaxClass(name), kind, Money(price, "EUR")) for name in classes]
    to = Destination(country=country, region=region, postal_code=postal_code)
    rates: BasketRates = TaxTables().rates(goods, to, on=on)
    return [line.rate * 100 for line in rates.goods], rates.shipping.rate * 100


def rate(tax_class="standard", **where) -> Decimal:
    return basket(tax_class, **where)[0][0]


@pytest.mark.parametrize(
    ("country", "region", "percent"),
    [("DE", "", "19"), ("FR", "", "20"), ("MC", "", "20"), ("GB", "", "20"), ("HU", "", "27"), ("US", "CA", "7.25")],
)
def test_goods_are_taxed_where_they_are_delivered(country, region, percent):
    assert rate(country=country, region=region) == Decimal(percent)


@pytest.mark.parametrize(
    ("country", "tax_class", "percent"),
    [
        ("DE", "books", "7"),
        ("DE", "childrens_clothing", "19"),
        ("AT", "events", "13"),
        ("FR", "books", "5.5"),
        ("IE", "childrens_clothing", "0"),
        ("SE", "food", "6"),
        ("LT", "books", "5"),
        ("FI", "medical", "13.5"),
        ("DK", "books", "25"),
        ("GB", "books", "0"),
        ("GB", "childrens_clothing", "0"),
        ("GB", "medical", "20"),
    ],
)
def test_reduced_classes_bear_their_countrys_reduced_rate(country, tax_class, percent):
    assert rate(tax_class, country=country) == Decimal(percent)


@pytest.mark.parametrize(
    ("place", "day", "percent"),
    [
        ("DE", date(2020, 10, 1), "16"),
        ("EE", date(2025, 6, 30), "22"),
        ("EE", date(2025, 7, 1), "24"),
        ("RO", date(2025, 7, 31), "19"),
        ("RO", date(2025, 8, 1), "21"),
        ("FI", date(2024, 8, 31), "24"),
    ],
)
def test_a_rate_is_that_of_its_day(place, day, percent):
    assert rate(country=place, on=day) == Decimal(percent)


def test_swedish_food_is_cheap_for_a_while():
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2027, 12, 31), date(2028, 1, 1))
    assert [rate("food", country="SE", on=day) for day in days] == [12, 6, 6, 12]


@pytest.mark.parametrize(
    ("state", "tax_class", "price", "percent"),
    [
        ("NY", "childrens_clothing", 109_99, "0"),
        ("NY", "childrens_clothing", 110_00, "4"),
        ("PA", "childrens_clothing", 900_00, "0"),
        ("CA", "childrens_clothing", 10_00, "7.25"),
        ("CA", "food", 10_00, "0"),
        ("TN", "food", 10_00, "4"),
        ("AR", "food", 10_00, "0"),
        ("TX", "medical", 10_00, "0"),
        ("IL", "medical", 10_00, "1"),
        ("TX", "books", 10_00, "6.25"),
        ("DC", "standard", 10_00, "7"),
    ],
)
def test_states_exempt_some_goods(state, tax_class, price, percent):
    assert rate(tax_class, country="US", region=state, price=price) == Decimal(percent)


def test_downloads_are_taxed_where_the_buyer_is():
    digital = {"kind": Kind.DIGITAL}
    assert rate(country="FR", **digital) == 20
    assert rate("books", country="FR", **digital) == Decimal("5.5")
    assert rate("food", country="FR", **digital) == 20
    assert rate(country="US", region="CA", **digital) == 0
    assert rate(country="US", region="TX", **digital) == Decimal("6.25")
    assert rate(country="US", region="GA", on=date(2023, 12, 31), **digital) == 0
    assert rate(country="US", region="GA", on=date(2024, 1, 1), **digital) == 4


@pytest.mark.parametrize(
    ("classes", "where", "percent"),
    [
        (["standard"], {"country": "DE"}, "19"),
        (["books"], {"country": "DE"}, "7"),
        (["books", "standard"], {"country": "DE"}, "19"),
        (["books"], {"country": "GB"}, "0"),
        (["standard"], {"country": "US", "region": "CA"}, "0"),
        (["standard"], {"country": "US", "region": "NY"}, "4"),
        (["food"], {"country": "US", "region": "NY"}, "0"),
    ],
)
def test_delivery_is_taxed_like_what_is_delivered_where_it_is_taxed_at_all(classes, where, percent):
    assert basket(*classes, **where)[1] == Decimal(percent)


def test_nothing_is_collected_where_we_know_no_rate():
    assert basket("standard", country="US") == ([0], 0)
    assert basket("standard", country="CH") == ([0], 0)


@pytest.mark.parametrize(
    ("country", "postal_code"),
    [("ES", "35001"), ("ES", "38 400"), ("ES", "51001"), ("DE", "27498"), ("DE", "78266"), ("IT", "23041"),
     ("FI", "22100"), ("FR", "97400"), ("GB", "JE2 3AB"), ("GR", "63086")],
)  # fmt: skip
def test_some_places_lie_outside_their_countrys_vat(country, postal_code):
    assert is_outside(country, postal_code)
    assert rate(country=country, postal_code=postal_code) == 0


@pytest.mark.parametrize(
    ("country", "postal_code"), [("ES", "07001"), ("DE", "10115"), ("IT", "23040"), ("FR", "20000")]
)
def test_their_neighbours_do_not(country, postal_code):
    assert not is_outside(country, postal_code)


def test_some_regions_have_rates_of_their_own():
    assert rate(country="AT", postal_code="6991") == 19
    assert rate(country="PT", postal_code="9500-150") == 16
    assert rate("books", country="PT", postal_code="9000-060") == 4
    assert jurisdiction("AT", "1010") == "AT"


def test_every_country_and_state_we_deliver_to_has_a_rate():
    assert set(sales_tax.STATES) == set(STATE_NAMES)
    assert EUROPEAN_UNION | {"GB"} <= set(vat.RATES)
    assert {jurisdiction(c, "") for m in MARKETS for c in m.countries} - {"US"} <= set(vat.RATES)
    states = {*sales_tax.TAXED_DELIVERY, *sales_tax.UNTAXED_DOWNLOADS, *sales_tax.GROCERIES, *sales_tax.MEDICINE}
    assert states | set(sales_tax.CLOTHING_EXEMPT_TO) <= set(sales_tax.STATES)


def test_the_rates_of_a_place_are_listed_newest_first():
    tables = [*vat.RATES.values(), sales_tax.STATES, sales_tax.GROCERIES, sales_tax.MEDICINE]
    for dated in (rates for table in tables for rates in table.values()):
        days = [since for since, _percent in dated]
        assert days == sorted(days, reverse=True)
        assert days[-1] == vat.START


@pytest.mark.parametrize(
    ("language", "jurisdiction", "rate", "label"),
    [
        ("en", "DE", "0.19", "VAT 19 % DE"),
        ("en", "US-CA", "0.0725", "CA sales tax 7.25 %"),
        ("en", "GB", "0", "VAT 0 % GB"),
        ("en", "PT-AZORES", "0.160000", "VAT 16 % PT"),
        ("en", "FR", "0.20", "VAT 20 % FR"),
        ("en", "", "0", ""),
    ],
)
def test_a_tax_is_named_with_its_rate_and_place(language, jurisdiction, rate, label):
    with translation.override(language):
        assert tax_label(jurisdiction, Decimal(rate)) == label
