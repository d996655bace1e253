"""The shop's own format: what is exported and imported again is the same product in every field."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from catalog.domain import Image, Kind, Model3D, Status, TaxClass, Variant
from catalog.exporting import cells, files
from catalog.exporting.columns import header
from catalog.importing.importer import read_file
from catalog.importing.mapping import BadMapping
from catalog.importing.rows import UnreadableFile, read_table
from catalog.records import editorial_record
from shopcloud.lib.sheets import csv_text
from shopcloud.wiring.demo.goods import product_of, read_goods
from tests.catalog.factories import a_product
from tests.catalog.importing.conftest import NOW

DEMO = Path(__file__).resolve().parents[3] / "deploy" / "demo"
KINDS = tuple(files.FORMATS)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NASTY = (
    "=1+1", "+49 30", "-5 %", "@here", "\tafter a tab", "\rafter a return", "'quoted'", "'=quoted", "''", '"',
    'a "b", c;d|e',
    "two\nlines", "three\r\nlines\r\n", " blanks around ", "\u00a0", "ends\n", "a\\b\\n\\",
    "#N/A", "TRUE", "00123",
    "1e5",
    "Grüße 茶 🫖 \u200f\u202b", "\u2028line\u2029\x85\x0b\x0c\x1c", "\x01\x00\ufffe\uffff\ufeff",
    "_x000D_ x005F_",
    'json:"x"', "json:",
    "a: b: c", ":", "{}", "null",
    "x;=HYPERLINK(A1);y", 'Oak; "@home";+1 ', "wash cold; dry flat",
)  # fmt: skip


def whole_product(text: str = "Text"):
    """Every field is set, texts to `text` where anything goes."""
    languages = {
        language: dict.fromkeys(("title", "description", "seo_title", "seo_description"), f"{language}{text}{language}")
        for language in ("de", "fr")
    }
    options = {text: text, "size": "S"}
    return a_product(
        product_id="whole1",
        title=f"{text}x",
        brand=text,
        description=text,
        kind=Kind.DIGITAL,
        status=Status.DRAFT,
        tax_class=TaxClass.BOOKS,
        seo_title=text,
        seo_description=text,
        translations=languages,
        product_type="lamp_type-2",
        rank=123,
        featured=True,
        download=f"files/a/{text}",
        attributes={text: text, "material": "Oak", f"{text}2": "", "  ": "   "},
        images=(Image("images/a/960.webp", 960, 640, text), Image("images/b/960.webp", 1, 2)),
        model=Model3D("models/a.glb", 4321),
        variants=(
            Variant("007", options, {"USD": 1, "EUR": 100, "GBP": 999999999, "JPY": 5, "KWD": 12345}, 0, text, 1),
            Variant("0-0/7", {"size": "L"}, {"USD": 0}, 2100, "0000012345670", 0),
            Variant("1.50", {}, {}),
        ),
    )  # fmt: skip


class NamedFiles:
    """The demo's files by their names alone: nothing is stored."""

    def image(self, path: str, alt: str) -> Image:
        return Image(path, 1600, 1200, alt)

    def model(self, path: str) -> Model3D:
        return Model3D(path, 12345)

    def download(self, path: str) -> str:
        return path


def written(kind: str, products, folder):
    path = folder / f"goods.{kind}"
    with path.open("w+b") as file:
        files.write(kind, iter(products), file)
    return path


def assert_same(kind: str, products, folder) -> None:
    products = list(products)
    parsed = read_file(written(kind, products, folder), now=NOW)
    assert parsed.rejected == []
    assert parsed.told is None
    for product in products:
        assert editorial_record(parsed.products[product.product_id]) == editorial_record(product)
    assert list(parsed.products) == [product.product_id for product in products]


@pytest.mark.parametrize("kind", KINDS)
def test_the_demo_catalog_is_the_same_after_export_and_import(kind, tmp_path):
    products = [product_of(p, rank, NamedFiles(), NOW) for rank, p in enumerate(read_goods(DEMO).products)]
    assert len(products) > 100
    assert_same(kind, products, tmp_path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "mapping"), [("ikea.csv", "ikea"), ("shopify-apparel.csv", "")])
def test_imported_catalogs_are_the_same_after_export_and_import(kind, name, mapping, shared_file, tmp_path):
    assert_same(kind, read_file(shared_file(name), mapping=mapping, now=NOW).products.values(), tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_samples_are_the_same_after_export_and_import(kind, furniture, shopify, lamps, tmp_path):
    for parsed in (furniture, shopify, lamps):
        assert_same(kind, parsed.products.values(), tmp_path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", NASTY)
def test_a_product_with_every_field_keeps_every_letter(kind, text, tmp_path):
    assert_same(kind, [whole_product(text), a_product()], tmp_path)


@given(ANY_TEXT)
def test_any_text_comes_back_out_of_its_cell(text):
    cell = cells.cell_of(text)
    assert cells.text_of(cell.strip()) == text
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.dictionaries(ANY_TEXT, ANY_TEXT))
def test_any_pairs_come_back_out_of_their_lines(pairs):
    assert list(cells.pairs_of(cells.lines_of(pairs.items())).items()) == list(pairs.items())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula_and_numbers_stay_numbers(kind, tmp_path):
    for text in NASTY:
        path = written(kind, [whole_product(text)], tmp_path)
        if kind == "xlsx":
            rows = list(load_workbook(path)["Products"].iter_rows())
            assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "e"}
            named = dict(zip(header(), rows[1], strict=True))
            numbers = [named[name].value for name in ("price_USD", "rank", "weight_grams")]
            assert (numbers, named["sku"].value) == ([0.01, 123, 0], "007")
        else:
            for row in read_table(path).rows:
                assert not [v for v in row.values.values() if v.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("text", ["x;=HYPERLINK(A1);y", 'Oak; "@home" ;+1;\t-1;\n=2', "'=1;=2"])
def test_no_cell_is_a_formula_where_the_list_separator_is_a_semicolon(text, tmp_path):
    export = written("csv", [whole_product(text)], tmp_path).read_text("utf-8-sig")
    refusals = csv_text([("line", "reason"), (2, text)])
    for content in (export, refusals):
        pieces = [piece.lstrip(' \t\n"') for piece in content.split(";")[1:]]
        assert not [piece for piece in pieces if piece.startswith(("=", "+", "-", "@"))]


def test_staff_read_prices_pairs_and_yes_in_a_table(tmp_path):
    first, second = read_table(written("csv", [a_product(product_id="lamp1")], tmp_path)).rows
    assert (first.values["price_EUR"], first.values["featured"], second.values["title"]) == ("119.00", "no", "")
    assert first.values["attributes"] == "material: Oak\nheight_cm: 42"
    assert first.values["options"] == "size: Small\nfinish: Oak"


def edited(folder, change, kind="csv"):
    """The file of one product with two variants, after `change` had its text."""
    path = written(kind, [a_product(product_id="lamp1"), a_product(product_id="lamp2")], folder)
    path.write_bytes(change(path.read_bytes()))
    return read_file(path, now=NOW)


def test_a_missing_column_is_refused_rather_than_emptied(tmp_path):
    with pytest.raises(UnreadableFile, match="lacks the columns seo_title_de"):
        edited(tmp_path, lambda content: content.replace(b",seo_title_de", b",notes"))
    with pytest.raises(UnreadableFile, match="lacks the columns price_EUR"):
        edited(tmp_path, lambda content: content.replace(b"price_EUR", b"price_XXX"))


@pytest.mark.parametrize(
    ("was", "is_now", "field"),
    [
        (b"129.00", b"129.005", "price_USD"),
        (b"129.00", b"12x", "price_USD"),
        (b",no,", b",maybe,", "featured"),
        (b"physical", b"liquid", "kind"),
        (b"size: Small", b"Small", "options"),
        (b"2100", b"-1", "weight_grams"),
        (b"LAMP1-L", b"LAMP1-S", "variants"),
        (b"LAMP1-L", b"", "sku"),
        (b'""height""', b'""high""', "images"),
    ],
)
def test_a_bad_cell_refuses_its_whole_product_and_no_other(was, is_now, field, tmp_path):
    parsed = edited(tmp_path, lambda content: content.replace(was, is_now, 1))
    assert ([r.field for r in parsed.rejected], list(parsed.products)) == ([field], ["lamp2"])


def test_a_later_row_that_contradicts_the_first_is_refused(tmp_path):
    def contradict(content: bytes) -> bytes:
        lines = content.split(b"\r\n")
        lines[2] = lines[2].replace(b"lamp1,,,", b"lamp1,Another title,,")
        return b"\r\n".join(lines)

    [refused] = edited(tmp_path, contradict).rejected
    assert (refused.field, "differs from line 2" in refused.reason) == ("title", True)


@pytest.mark.parametrize("name", ["seo_title_de", "attributes", "variants"])
def test_an_object_without_a_field_is_refused_rather_than_emptied(name, tmp_path):
    def lose(content: bytes) -> bytes:
        objects = [json.loads(line) for line in content.splitlines()]
        del objects[0][name]
        return "\n".join(map(json.dumps, objects)).encode()

    parsed = edited(tmp_path, lose, "jsonl")
    assert (len(parsed.rejected), list(parsed.products)) == (1, ["lamp2"])
    assert name in parsed.rejected[0].reason


def test_what_is_emptied_in_the_file_is_empty_in_the_product(tmp_path):
    parsed = edited(tmp_path, lambda content: content.replace(b"Nordlys", b"").replace(b"119.00", b""))
    assert (parsed.products["lamp1"].brand, parsed.products["lamp1"].variants[0].prices) == ("", {"USD": 12900})


def test_an_active_product_without_any_price_is_refused(tmp_path):
    product = replace(a_product(product_id="lamp1"), variants=(Variant("LAMP1", {}, {}),))
    parsed = read_file(written("csv", [product], tmp_path), now=NOW)
    assert [r.field for r in parsed.rejected] == ["price"]


def test_a_text_that_no_cell_of_a_workbook_holds_is_not_cut(tmp_path):
    product = a_product(attributes={f"a{n}": "x" * 200 for n in range(200)})
    with pytest.raises(files.DoesNotFit, match="CSV or JSON Lines"):
        written("xlsx", [product], tmp_path)
    assert_same("csv", [product], tmp_path)


def test_other_tables_are_not_taken_for_our_own(file_of):
    with pytest.raises(BadMapping):
        read_file(file_of(b"id,title\n1,x\n"), now=NOW)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("brand", {"brand": "b" * 121}),
        ("barcode", {"variants": (Variant("A-1", {}, {"USD": 1}, barcode="9" * 65),)}),
        ("alt", {"images": (Image("a/b.webp", 9, 9, "t" * 201),)}),
        ("attribute", {"attributes": {"Weave": "x" * 10_001}}),
        ("attribute", {"variants": (Variant("A-1", {"Weave": "x" * 10_001}, {"USD": 1}),)}),
    ],
)
def test_a_text_that_no_form_would_take_is_refused_with_its_field(field, change, tmp_path):
    parsed = read_file(written("jsonl", [a_product(**change)], tmp_path), now=NOW)
    assert [refused.field for refused in parsed.rejected] == [field]
    assert not parsed.products
