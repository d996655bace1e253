import json
from decimal import Decimal

import pytest

from catalog.importing.importer import read_file
from catalog.importing.mapping import SHIPPED, BadMapping, load_mapping, parse_mapping
from catalog.importing.rows import UnreadableFile

from .conftest import NOW, SAMPLES

PRICE = {"price": {"column": "price", "currency": "USD"}}


@pytest.mark.parametrize("name", [path.stem for path in SHIPPED.glob("*.toml")])
def test_every_shipped_mapping_loads(name):
    assert load_mapping(name).price.rates


@pytest.mark.parametrize(
    ("decimal", "text", "number"),
    [
        (",", "265,0", "265.0"),
        (",", "1.395,50", "1395.50"),
        (",", "1 395", "1395"),
        (".", "1,395.50", "1395.50"),
        (".", "12", "12"),
        (".", "12.", "12"),
    ],
)
def test_numbers_are_read_as_the_file_writes_them(decimal, text, number):
    mapping = parse_mapping({**PRICE, "file": {"decimal": decimal}})
    assert mapping.number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "free", "1e99", "NaN", "1.2.3", "٣", "9" * 40, "0x10", "--1"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="number"):
        parse_mapping(PRICE).number(text)


def test_foreign_prices_are_converted_at_the_stated_rates_and_rounded_half_up():
    rule = parse_mapping({"price": {"column": "p", "currency": "SAR", "rates": {"USD": "0.5", "JPY": "40.5"}}}).price
    assert rule.prices(Decimal("0.01")) == {"USD": 1, "JPY": 0}
    assert rule.prices(Decimal("1")) == {"USD": 50, "JPY": 41}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"products": {}}, "no part"),
        ({"product": {"titel": "x"}}, "titel"),
        ({**PRICE, "product": {"title": 3}}, "texts"),
        ({"price": {"column": "p"}}, "currency"),
        ({"price": {"column": "p", "currency": "XQX"}}, "XQX"),
        ({"price": {"column": "p", "currency": "USD", "rates": {"USD": "many"}}}, "rates"),
        ({"price": {"column": "p", "currency": "USD", "rates": {"USD": -1}}}, "positive"),
        ({**PRICE, "category": {"prefix": "No Slug"}}, "prefix"),
        ({**PRICE, "attributes": [{"name": "x"}]}, "column"),
        ({**PRICE, "attributes": [{"name": "x", "column": "y", "pattern": "("}]}, "pattern"),
        ({**PRICE, "attributes": [{"name": "x", "column": "y", "pattern": "a"}]}, "one group"),
        ({**PRICE, "attributes": ["x"]}, "form"),
        ({**PRICE, "file": {"decimal": "x"}}, "decimal"),
        ({**PRICE, "stock": {}}, "form"),
    ],
)
def test_a_wrong_entry_is_named(broken, said):
    with pytest.raises(BadMapping, match=said):
        parse_mapping(broken)


def test_an_unknown_mapping_names_the_shipped_ones():
    with pytest.raises(BadMapping, match="ikea"):
        load_mapping("nobody")


def test_a_mapping_may_be_json(tmp_path):
    path = tmp_path / "m.json"
    path.write_text(json.dumps(PRICE))
    assert load_mapping(str(path)).price.currency == "USD"
    path.write_text("{")
    with pytest.raises(BadMapping, match="not valid"):
        load_mapping(str(path))


def test_a_table_that_lacks_a_mapped_column_is_refused_as_a_whole(file_of):
    with pytest.raises(UnreadableFile, match="category"):
        read_file(file_of(b"item_id;name\n1;x\n"), mapping="ikea", now=NOW)


def test_a_mapping_without_an_id_is_refused(tmp_path):
    path = tmp_path / "m.json"
    path.write_text(json.dumps(PRICE))
    with pytest.raises(UnreadableFile, match="id"):
        read_file(SAMPLES / "furniture.csv", mapping=str(path), now=NOW)


def test_an_unknown_table_asks_for_a_mapping():
    with pytest.raises(BadMapping, match="item_id"):
        read_file(SAMPLES / "furniture.csv", now=NOW)
