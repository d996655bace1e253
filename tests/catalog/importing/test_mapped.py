import pytest

from catalog.domain import Status, TaxClass
from catalog.importing.building import place_in, tax_class_of
from catalog.importing.mapping import CategoryRule
from catalog.importing.report import Parsed, RejectedRow


def test_a_row_becomes_a_product(furniture):
    product = furniture.products["ikea70000001"]
    assert product.title == "NORRVIK Bar table, 51x51 cm"
    assert product.category == "furniture/bar-furniture"
    assert product.status is Status.ACTIVE
    assert product.variants[0].sku == "IKEA-70000001"
    assert product.variants[0].prices == {"USD": 7068, "EUR": 6493, "GBP": 5671}
    assert dict(product.attributes) == {
        "Look": "norrvik bar table black",
        "Designer": "Mara Lind",
        "Width": "51 cm",
        "Height": "99 cm",
        "Other colours": "No",
        "Also in": "Tables & desks",
    }


def test_categories_keep_their_names_and_their_parents(furniture):
    assert {c.path: c.name for c in furniture.categories.values()} == {
        "furniture": "Furniture",
        "furniture/bar-furniture": "Bar furniture",
        "furniture/tables-desks": "Tables & desks",
        "furniture/bookcases-shelving-units": "Bookcases & shelving units",
        "furniture/beds": "Beds",
    }


@pytest.mark.parametrize(
    ("name", "path", "spoken"),
    [
        ("Table lamps", "home/table-lamps", "Table lamps"),
        ("Lamps/Tables", "home/lampstables", "Lamps/Tables"),
        ("lighting/table-lamps", "lighting/table-lamps", "Table lamps"),
        ("", "outdoor/table-lamps", "Table lamps"),
    ],
)
def test_a_path_of_the_shop_is_that_category_and_anything_else_a_name(name, path, spoken):
    parsed = Parsed()
    rule = CategoryRule(prefix="home", default="outdoor/table-lamps")
    assert place_in(parsed, rule, name) == path
    assert parsed.categories[path].name == spoken
    assert path.partition("/")[0] in parsed.categories


def test_stock_is_a_number_or_what_the_mapping_says_for_a_word(furniture):
    assert furniture.stock == {"IKEA-70000001": 25, "IKEA-70000002": 0, "IKEA-70000009": 12}
    assert not furniture.products["ikea70000002"].in_stock


def test_a_missing_size_is_no_attribute_and_a_paragraph_is_no_designer(furniture):
    bookcase = furniture.products["ikea70000002"]
    assert "Designer" not in bookcase.attributes
    assert "Depth" not in furniture.products["ikea70000001"].attributes


def test_each_rejected_row_has_its_line_field_and_reason(furniture):
    assert [(r.line, r.field) for r in furniture.rejected] == [
        (5, "category"),
        (6, "price"),
        (7, "id"),
        (8, "price"),
        (9, "sellable_online"),
        (10, "row"),
    ]
    assert all(r.reason for r in furniture.rejected)


def test_quotes_and_line_breaks_inside_a_cell_survive(furniture):
    assert furniture.products["ikea70000009"].title == 'KLOK "A" Bed; with slats'


def test_json_lines_are_read_by_the_same_mapping(lamps):
    arc = lamps.products["lampa1"]
    assert (arc.variants[0].prices, arc.variants[0].weight_grams) == ({"USD": 12000, "EUR": 10800}, 4200)
    assert arc.attributes == {"Light": "800 lm"}
    assert lamps.stock == {"A1": 3, "A2": 0}
    assert [(r.line, r.field) for r in lamps.rejected] == [(3, "row"), (4, "row"), (5, "usd")]


@pytest.mark.parametrize(("name", "mapping", "rows", "products"), [("ikea.csv", "ikea", 3694, 2962)])
def test_the_large_furniture_table_is_read_without_a_rejection(shared_file, name, mapping, rows, products):
    from catalog.importing.importer import read_file

    from .conftest import NOW

    parsed = read_file(shared_file(name), mapping=mapping, now=NOW)
    assert (parsed.rows, len(parsed.products), parsed.rejected) == (rows, products, [])
    assert sum(parsed.notes.values()) == rows - products


def test_a_tax_class_is_one_of_ours_or_the_row_is_rejected():
    assert tax_class_of("Books", "vat") is TaxClass.BOOKS
    assert tax_class_of("", "vat") is TaxClass.STANDARD
    with pytest.raises(RejectedRow, match="standard, books"):
        tax_class_of("luxury", "vat")
