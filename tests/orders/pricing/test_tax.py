from datetime import date
from decimal import Decimal

import pytest

from accounts.domain import US_STATES as STATE_NAMES
from catalog.domain import Kind
from orders.pricing import rates
from orders.pricing.tax import tax_rate
from shopcloud.markets import MARKETS

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("country", "region", "percent"),
    [
        ("DE", "", "19"),
        ("FR", "", "20"),
        ("GB", "", "20"),
        ("US", "CA", "7.25"),
        ("US", "OR", "0"),
        ("US", "TX", "6.25"),
    ],
)
def test_goods_are_taxed_where_they_are_delivered(country, region, percent):
    assert tax_rate(country, region, Kind.PHYSICAL, TODAY) == Decimal(percent) / 100


def test_a_rate_is_that_of_its_day():
    assert tax_rate("DE", "", Kind.PHYSICAL, date(2020, 10, 1)) == Decimal("0.16")
    assert tax_rate("EE", "", Kind.PHYSICAL, date(2025, 6, 30)) == Decimal("0.22")
    assert tax_rate("EE", "", Kind.PHYSICAL, date(2025, 7, 1)) == Decimal("0.24")


def test_downloads_are_taxed_in_europe_and_free_of_sales_tax_in_california():
    assert tax_rate("FR", "", Kind.DIGITAL, TODAY) == Decimal("0.20")
    assert tax_rate("US", "CA", Kind.DIGITAL, TODAY) == 0
    assert tax_rate("US", "TX", Kind.DIGITAL, TODAY) == Decimal("0.0625")


def test_nothing_is_collected_where_we_know_no_rate():
    assert tax_rate("US", "", Kind.PHYSICAL, TODAY) == 0
    assert tax_rate("CH", "", Kind.PHYSICAL, TODAY) == 0


def test_every_country_and_state_we_deliver_to_has_a_rate():
    assert set(rates.US_STATES) == set(STATE_NAMES)
    assert {c for m in MARKETS for c in m.countries} - {"US"} <= set(rates.VAT)


@pytest.mark.parametrize("table", [rates.VAT, rates.US_STATES])
def test_the_rates_of_a_place_are_listed_newest_first(table):
    for dated in table.values():
        days = [since for since, _percent in dated]
        assert days == sorted(days, reverse=True)
