"""Files made to break the import, or broken by what wrote them: refused with a reason or read, never fatal."""

import json
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from catalog import services
from catalog.domain import LIMITS
from catalog.exporting import files
from catalog.importing import imports
from catalog.importing.rows import UnreadableFile, read_table
from catalog.models import ProductImport
from shopcloud.lib import clock
from shopcloud.wiring.product_imports import go_on
from tests.catalog.factories import a_product
from tests.catalog.importing.conftest import diff_made_for

pytestmark = pytest.mark.django_db
MAPPING = {
    "product": {"id": "{id}", "title": "{name}", "sku": "{sku}"},
    "category": {"default": "lighting"},
    "price": {"column": "price", "currency": "EUR"},
}
HEADER = b"id,name,sku,price\n"


def looked_over(content: bytes, name: str = "goods.csv"):
    row = imports.upload(file=BytesIO(content), name=name, author_id=None, now=clock.now())
    imports.set_mapping(import_id=row.pk, mapping=MAPPING)
    row.refresh_from_db()
    return row, diff_made_for(row)


def imported(row: ProductImport) -> ProductImport:
    imports.confirm(import_id=row.pk, now=clock.now())
    assert go_on(row.pk)
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id":"h1","name":"La\\ud800mp","sku":"H-1","price":"1"}', "half a character"),
        (b'{"id":"h\\udfff1","name":"Lamp","sku":"H-1","price":"1"}', "half a character"),
        (b'{"id":"h1","name":"Lamp","sku":"H-1","price":"1","co\\ud800lour":"x"}', "half a character"),
        (b'{"id":"h1","name":"La\\u0000mp","sku":"H-1","price":"1"}', "zero character"),
        (b'{"id":"h1","name":"Lamp","sku":"H-1","price":' + b"9" * 5000 + b"}", "not valid JSON"),
        (b'{"id":"h1","name":' + b"[" * 50_000 + b"]" * 50_000 + b"}", "not valid JSON"),
        (b'{"id":"h1","name":"Lamp","sku":"H-1","price":NaN}', "not a number"),
        (b'{"id":"h1","name":"Lamp","sku":"H\\u00011","price":"1"}', "must be 1 to 64 letters"),
    ],
)
def test_a_line_that_no_store_takes_is_refused_alone_and_reported(line, said):
    row, diff = looked_over(line + b'\n{"id":"h2","name":"Lamp","sku":"H-2","price":"1"}\n', "goods.jsonl")
    assert [(r.line, said in r.reason) for r in diff.refused] == [(1, True)]
    assert [c.product.product_id for c in diff.changes] == ["h2"]
    row = imported(row)
    assert (row.state, row.failed) == ("finished", 1)
    assert all(text.isprintable() for text in row.problems.values_list("reason", flat=True))


def test_a_name_that_no_store_takes_is_refused_even_in_our_own_format(file_of):
    named, said = b'{"shopcloud_product":"h1","ti\\u0000tle":"x"}', b'{"shopcloud_product":"h2","title":"La\\u0000mp"}'
    table = read_table(file_of(named + b"\n" + said, "goods.jsonl"))
    assert table.columns == ("shopcloud_product", "title")
    assert [row.problem for row in table.rows] == ["holds a zero character, which is no text", ""]


@pytest.mark.parametrize(
    "content",
    [
        b"sep=;\r\nid;name;sku;price\r\nx1;a,b;X-1;1\r\n",
        b'\xef\xbb\xbfsep=;\nid;name;sku;price\nx1;"a,b";X-1;1\n',
        b"\r\n  \r\nid;name;sku;price\r\nx1;a,b;X-1;1\r\n",
        b"\xef\xbb\xbfid;name;sku;price\nx1;a,b;X-1;1\n",
        b"id;name;sku;price\rx1;a,b;X-1;1\r",
        "sep=;\nid;name;sku;price\nx1;a,b;X-1;1\n".encode("utf-16"),
    ],
)
def test_what_programs_put_before_the_header_is_no_part_of_it(file_of, content):
    table = read_table(file_of(content))
    assert table.columns == ("id", "name", "sku", "price")
    assert [row.values["name"] for row in table.rows] == ["a,b"]


def test_lines_count_from_the_top_of_the_file_whatever_is_before_the_header(file_of):
    table = read_table(file_of(b'sep=,\n\nid,name\n1,x\n2,"two\nlines"\n3,x\n'))
    assert [row.line for row in table.rows] == [4, 5, 7]
    with pytest.raises(UnreadableFile, match="Line 4"):
        read_table(file_of(b'sep=,\n\nid,name\n1,"x"y\n'))


def test_an_item_that_comes_again_with_another_sku_or_price_is_refused():
    rows = b"d1,Lamp,D-1,1\nd1,Lamp,D-1,1\nd1,Lamp,D-9,1\nd1,Lamp,D-1,2\nd2,Shade,D-1,1\n"
    _row, diff = looked_over(HEADER + rows)
    assert [(r.line, r.field) for r in diff.refused] == [(4, "id"), (5, "price"), (6, "sku")]
    assert diff.products == 1


def with_sheet(change) -> bytes:
    book, whole, made = Workbook(), BytesIO(), BytesIO()
    book.active.append(["id", "name", "sku", "price"])
    book.active.append(["w1", "Lamp", "W-1", 1])
    book.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            target.writestr(part.filename, change(content) if part.filename.endswith("sheet1.xml") else content)
    return made.getvalue()


def entities(content: bytes) -> bytes:
    """Eight steps of ten: five thousand million letters."""
    steps = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<!DOCTYPE w [<!ENTITY a0 "{"x" * 50}">{steps}]><worksheet'.encode()
    row = b'<sheetData><row r="9"><c r="A9" t="inlineStr"><is><t>&a8;</t></is></c></row>'
    return content.replace(b"<worksheet", head, 1).replace(b"<sheetData>", row, 1)


def far_row(content: bytes) -> bytes:
    row = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return content.replace(b"</sheetData>", row)


def far_column(content: bytes) -> bytes:
    row = b'<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return content.replace(b"</sheetData>", row)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("change", "said"), [(entities, "broken"), (far_row, "rows are empty")])
def test_a_small_workbook_that_would_take_hours_or_all_memory_is_refused(change, said):
    with pytest.raises(UnreadableFile, match=said):
        looked_over(with_sheet(change), "goods.xlsx")


@pytest.mark.timeout(20)
def test_a_cell_far_to_the_right_is_not_read():
    _row, diff = looked_over(with_sheet(far_column), "goods.xlsx")
    assert (diff.products, diff.rejected) == (1, 0)


def test_hundreds_of_columns_and_formulas_are_text(file_of):
    columns = ",".join(f"c{n}" for n in range(300))
    content = f"id,name,sku,price,{columns}\nf1,=1+1,F-1,1" + ",=cmd|'/c calc'!A1" * 300 + "\n"
    row, diff = looked_over(content.encode())
    assert (diff.changes[0].product.title, diff.rejected) == ("=1+1", 0)
    assert imported(row).failed == 0


def test_what_nobody_expected_is_told_to_staff_while_it_is_tried_again(monkeypatch):
    row, _diff = looked_over(HEADER + b"e1,Lamp,E-1,1\n")
    imports.confirm(import_id=row.pk, now=clock.now())

    def breaks(**_):
        raise ValueError("the store says\0no")

    monkeypatch.setattr(services, "save_products", breaks)
    with pytest.raises(ValueError, match="store says"):
        go_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("confirmed", "ValueError: the store says no")


def own_product(product_id: str, letters: str) -> dict:
    file = BytesIO()
    files.write("jsonl", [a_product(product_id=product_id, images=())], file)
    said = json.loads(file.getvalue())
    most = LIMITS["attribute"]
    said["attributes"] = {f"care {at}": letters[at : at + most] for at in range(0, len(letters), most)}
    said["variants"] = [said["variants"][0] | {"sku": product_id.upper()}]
    return said


def test_a_product_larger_than_the_store_takes_is_refused_alone():
    texts = {"huge1": "x" * 500_000, "huge2": "\U0001f4a1" * 120_000, "fits1": "x" * 390_000}
    made = [own_product(product_id, text) for product_id, text in texts.items()]
    content = "\n".join(json.dumps(product, ensure_ascii=False) for product in made).encode()
    row = imports.upload(file=BytesIO(content), name="goods.jsonl", author_id=None, now=clock.now())
    row = imported(row)
    assert [(p.line, "larger than 400 KB" in p.reason) for p in row.problems.all()] == [(1, True), (2, True)]
    assert (row.state, row.created + row.updated + row.unchanged, row.failed) == ("finished", 1, 2)
