from catalog.domain import Kind, Status
from catalog.importing.importer import read_file
from catalog.importing.text import plain_text, slug_of, stable_id, stable_sku

from .conftest import NOW


def by_slug(parsed, slug):
    return next(product for product in parsed.products.values() if product.slug == slug)


def test_the_rows_of_a_handle_are_the_variants_of_one_product(shopify):
    jumper = by_slug(shopify, "wool-jumper")
    assert [(v.sku, v.label, v.prices["USD"], v.weight_grams) for v in jumper.variants] == [
        ("wool-jumper-small-sea-blue", "Small / Sea blue", 8000, 350),
        ("WJ-L", "Large / Sea blue", 8250, 380),
    ]
    assert jumper.variants[1].barcode == "4006381333931"
    assert [v.in_stock for v in jumper.variants] == [True, False]
    assert (jumper.brand, jumper.category, jumper.attributes["Tags"]) == ("Fjell", "apparel/jumpers", "women, winter")


def test_html_becomes_plain_text_without_scripts(shopify):
    assert by_slug(shopify, "wool-jumper").description == "Soft wool.\nWarm & light"
    assert plain_text("a<br>b<style>x{}</style><img src=x onerror=y> &lt;c&gt;") == "a\nb <c>"
    assert plain_text("<p>open <b>never closed") == "open never closed"


def test_what_is_not_published_is_a_draft_and_negative_stock_is_none(shopify):
    shirt = by_slug(shopify, "linen-shirt")
    assert (shirt.status, shirt.variants[0].options, shopify.stock["linen-shirt"]) == (Status.DRAFT, {}, 0)


def test_what_is_not_shipped_is_digital_and_has_no_stock(shopify):
    book = by_slug(shopify, "pattern-book")
    assert (book.kind, book.status) == (Kind.DIGITAL, Status.DRAFT)
    assert book.variants[0].sku not in shopify.stock


def test_what_cannot_be_taken_is_told_with_its_line(shopify):
    assert sorted((r.line, r.field) for r in shopify.rejected) == [
        (4, "Variant Price"),
        (8, "Gift Card"),
        (9, "Title"),
        (10, "Handle"),
        (11, "sku"),
        (13, "Variant Price"),
    ]
    # Of a product with a refused row nothing is taken: the variant of that row would be gone.
    assert not {"huge-jumper", "rain-coat"} & {product.slug for product in shopify.products.values()}
    assert [(p.source[-5:], p.line) for p in shopify.pictures[by_slug(shopify, "wool-jumper").product_id]] == [
        ("1.jpg", 2),
        ("2.jpg", 5),
    ]


def test_ids_and_skus_are_the_same_every_time():
    assert stable_id("70000001", prefix="ikea") == "ikea70000001"
    assert stable_id("Ünï/code", prefix="x") == stable_id("Ünï/code", prefix="x")
    assert stable_sku("a" * 90, "Red") != stable_sku("a" * 90, "Blue")
    assert len(stable_sku("a" * 90, "Red")) <= 64
    assert stable_sku("日本") == stable_sku("日本")


def test_skus_made_of_words_that_a_slug_does_not_tell_apart_differ(file_of):
    options = ["赤", "青", "1.5", "15", "C", "C#", "Красный", "Синий", "Sea blue"]
    lines = [f"tee,{'' if n else 'Tee'},Shirts,Colour,{value},10.00" for n, value in enumerate(options)]
    lines += ["classic-tee,Classic tee,Shirts,Colour,Red,10.00", "classic-tee-red,Red tee,Shirts,Title,Default Title,9"]
    content = "\n".join(["Handle,Title,Type,Option1 Name,Option1 Value,Variant Price", *lines]).encode()
    parsed = read_file(file_of(content), now=NOW)
    assert (len(parsed.products), parsed.rejected) == (3, [])
    skus = [variant.sku for product in parsed.products.values() for variant in product.variants]
    assert len(set(skus)) == len(skus) == len(options) + 2
    assert {"tee-15", "tee-c", "tee-sea-blue", "classic-tee-red"} <= set(skus)
    again = read_file(file_of(content), now=NOW)
    assert [v.sku for product in again.products.values() for v in product.variants] == skus


def test_what_looks_like_a_declaration_stops_no_file():
    assert plain_text("<p>Soft <![foo]> wool</p><!-- a note --><p>warm") == "Soft wool\nwarm"
    assert plain_text("a <![foo[ b") == "a"


def test_slugs_are_cut_at_a_word():
    assert slug_of("Café  & Bar_table", limit=8) == "cafe-bar"
    assert slug_of("日本") == "item"


def test_the_public_apparel_export_is_read_without_a_rejection(shared_file):
    parsed = read_file(shared_file("shopify-apparel.csv"), now=NOW)
    assert (len(parsed.products), parsed.rejected) == (20, [])
    assert len(by_slug(parsed, "classic-varsity-top").variants) == 3
