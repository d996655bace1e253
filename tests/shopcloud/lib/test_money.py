from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcloud.lib.money import BadMoney, Money, decimals, round_half_up


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [("12.99", "USD", 1299), ("1299", "JPY", 1299), ("1.5", "KWD", 1500), ("-3", "EUR", -300)],
)
def test_an_amount_is_read_in_the_minor_units_of_its_currency(text, currency, amount):
    assert Money.parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.999", "USD"),
        ("1.5", "JPY"),
        ("abc", "USD"),
        ("", "USD"),
        ("NaN", "USD"),
        ("Infinity", "USD"),
        ("1", "DOGE"),
        # A number of a million digits, one that no computer writes, and their like.
        ("1e999990", "USD"),
        ("1e9999999", "USD"),
        ("-1e-999999", "USD"),
        ("0e999999999", "USD"),
        ("9" * 5000, "USD"),
    ],
)
def test_what_is_not_an_amount_is_refused(text, currency):
    with pytest.raises(BadMoney):
        Money.parse(text, currency)


def test_two_currencies_never_add_up():
    with pytest.raises(BadMoney):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize(
    ("money", "language", "written"),
    [
        (Money(1299, "USD"), "en", "$12.99"),
        (Money(1299, "GBP"), "en-gb", "£12.99"),
        (Money(129900, "EUR"), "de", "1.299,00\xa0€"),
        (Money(1299, "JPY"), "en", "¥1,299"),
        (Money(5, "USD"), "xx-yy", "$0.05"),
    ],
)
def test_an_amount_is_written_as_its_readers_write_it(money, language, written):
    assert money.format(language) == written


def test_a_half_cent_is_rounded_up():
    assert [round_half_up(Decimal(x)) for x in ("0.5", "1.5", "2.4", "2.5")] == [1, 2, 2, 3]


@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "EUR", "GBP", "JPY", "KWD"]))
def test_what_is_written_in_major_units_reads_back_the_same(amount, currency):
    assert Money.parse(str(Money(amount, currency).major), currency) == Money(amount, currency)
    assert decimals(currency) in {0, 2, 3}
