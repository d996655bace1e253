"""Imports as staff do them in the admin: upload, name columns, look over, start, follow, stop, go on."""

import tracemalloc
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from catalog import queries, services
from catalog.domain import Freshness
from catalog.importing import background, imports, looks, rows
from catalog.importing.foreign import FOREIGN
from catalog.importing.kept_files import kept_table
from catalog.importing.rows import MAX_BYTES
from catalog.look_models import ImportLook
from catalog.models import ImportProblem, ProductImport
from orders.models import StockItem
from shopcloud.lib import clock
from shopcloud.wiring.product_imports import go_on
from tests.catalog.admin.conftest import LIST

PAGES = "/admin/catalog/productimport/"
GOODS = b"id,name,price,units,colour\na1,Lamp,10.00,3,red\na2,Shade,7.50,0,blue\na3,Bulb,much,1,\n"
CHOICE = {
    "id": "id",
    "title": "name",
    "price": "price",
    "stock": "units",
    "currency": "EUR",
    "decimal": ".",
    "default_category": "lighting",
    "attributes": ["colour"],
}


@pytest.fixture
def importer(staff):
    return staff("catalog.view_productimport", "catalog.add_productimport", "catalog.view_catalogproduct")


def upload(browser, content=GOODS, name="goods.csv"):
    return browser.post(f"{PAGES}add/", {"file": SimpleUploadedFile(name, content)})


def newest() -> ProductImport:
    return ProductImport.objects.latest("pk")


def draft(browser) -> str:
    upload(browser)
    page = f"{PAGES}{newest().pk}/"
    assert browser.post(f"{page}mapping/", CHOICE | {"keep": ""}).status_code == 302
    return page


def looked_over(browser, page: str):
    """The changes, once a worker has read the file."""
    browser.get(f"{page}change/")
    looks.make(import_id=newest().pk, now=clock.now())
    return browser.get(f"{page}change/")


def test_a_file_is_uploaded_mapped_looked_over_and_imported(importer):
    answer = upload(importer)
    page = f"{PAGES}{newest().pk}/"
    assert answer.url == f"{page}change/"
    assert importer.get(answer.url).url == f"{page}mapping/"
    mapping = importer.get(f"{page}mapping/")
    assert mapping.context["form"].initial == {
        "id": "id",
        "title": "name",
        "price": "price",
        "stock": "units",
        "images": [],
    }
    shown = importer.post(f"{page}mapping/", CHOICE | {"show": ""})
    assert [p.title for p in shown.context["parsed"].products.values()] == ["Lamp", "Shade"]
    assert newest().mapping == {}
    importer.post(f"{page}mapping/", CHOICE | {"keep": ""})
    diff = looked_over(importer, page).context["diff"]
    assert ([c.is_new for c in diff.changes], [r.line for r in diff.refused]) == ([True, True], [4])
    assert queries.products_by_id(["a1"], freshness=Freshness.STRONG) == {}
    importer.post(f"{page}do/", {"do": "start"})
    assert importer.get(f"{page}change/").context["progress"].running
    go_on(newest().pk)
    run = importer.get(f"{page}change/")
    assert (run.context["progress"].percent, newest().created, newest().failed) == (100, 2, 1)
    assert not run.context["progress"].running
    assert "every 2s" not in run.content.decode()
    lamp = queries.product("a1", freshness=Freshness.STRONG)
    assert (lamp.attributes, lamp.variants[0].prices) == ({"colour": "red"}, {"EUR": 1000})


def test_the_changes_say_what_was_and_what_will_be(importer):
    page = draft(importer)
    importer.post(f"{page}do/", {"do": "start"})
    go_on(newest().pk)
    upload(importer, GOODS.replace(b"10.00", b"12.00"))
    again = f"{PAGES}{newest().pk}/"
    importer.post(f"{again}mapping/", CHOICE | {"keep": ""})
    answer = looked_over(importer, again)
    lamp, shade = answer.context["diff"].changes
    (field,) = lamp.fields
    assert ("EUR: 1000" in field.before, "EUR: 1200" in field.after, shade.fields) == (True, True, ())
    assert "Unchanged" in answer.content.decode()


def test_the_changes_are_paged_and_only_the_shown_ones_are_read(importer, monkeypatch):
    rows = "\n".join(f"b{n},Lamp {n},1.00,1,red" for n in range(60))
    upload(importer, f"id,name,price,units,colour\n{rows}".encode())
    page = f"{PAGES}{newest().pk}/"
    importer.post(f"{page}mapping/", CHOICE | {"keep": ""})
    looked_over(importer, page)
    asked = []
    read = queries.products_by_id
    monkeypatch.setattr(queries, "products_by_id", lambda ids, **k: asked.append(list(ids)) or read(asked[-1], **k))
    sizes = [len(importer.get(f"{page}change/?page={n}").context["diff"].changes) for n in (1, 3, 99, "x")]
    assert sizes == [25, 10, 10, 25]
    assert [len(ids) for ids in asked] == sizes


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"PK\x03\x04zip", "goods.csv", "no ZIP archive"),
        (b"[{}]", "goods.jsonl", "JSON Lines"),
        (b"\0\1\2", "goods.csv", "binary"),
        (b"id,name\n", "goods.csv", "no rows"),
        (b"", "goods.csv", "empty"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_to_do(importer, content, name, said):
    answer = upload(importer, content, name)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ProductImport.objects.exists()


def test_a_file_too_large_for_the_page_is_refused(importer, monkeypatch):
    monkeypatch.setattr("catalog.admin.import_forms.MAX_BYTES", 10)
    answer = upload(importer)
    assert (answer.status_code, "split it" in answer.content.decode()) == (422, True)


def test_the_content_says_what_a_file_is_whatever_its_name(importer):
    upload(importer, b'{"id": "a1", "name": "Lamp"}\n', "goods.csv")
    assert newest().rows == 1
    assert importer.get(f"{PAGES}{newest().pk}/mapping/").context["columns"] == ("id", "name")


def test_a_workbook_is_imported_with_its_prices_and_leading_zeros(importer):
    book, written = Workbook(), BytesIO()
    for cells in (["id", "name", "price", "units", "sku", "colour"], ["007", "Lamp", 12.5, 3, "00123", "red"]):
        book.active.append(cells)
    book.save(written)
    upload(importer, written.getvalue(), "goods.xlsx")
    page = f"{PAGES}{newest().pk}/"
    importer.post(f"{page}mapping/", CHOICE | {"sku": "sku", "keep": ""})
    importer.post(f"{page}do/", {"do": "start"})
    go_on(newest().pk)
    lamp = queries.product("007", freshness=Freshness.STRONG)
    assert (lamp.variants[0].sku, dict(lamp.variants[0].prices)) == ("00123", {"EUR": 1250})


def test_a_large_workbook_is_not_read_to_its_end_while_somebody_waits(importer, monkeypatch):
    read, whole = [], rows.sheet_rows

    def counted(path):
        for cells in whole(path):
            read.append(cells)
            yield cells

    monkeypatch.setattr(rows, "sheet_rows", counted)
    book, written = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet()
    for cells in (["id", "name"], *([str(n), "Lamp"] for n in range(1_000))):
        sheet.append(cells)
    book.save(written)
    upload(importer, written.getvalue(), "goods.xlsx")
    assert (ImportLook.objects.get(pk=newest().pk).columns, len(read) < 200) == (["id", "name"], True)


def test_a_mapping_without_its_needed_columns_says_which(importer):
    upload(importer)
    answer = importer.post(f"{PAGES}{newest().pk}/mapping/", CHOICE | {"price": "", "default_category": "", "keep": ""})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"price", "default_category"}


def test_a_cancelled_import_is_left_by_its_worker_and_goes_on_when_asked(importer, monkeypatch):
    page = draft(importer)
    importer.post(f"{page}do/", {"do": "start"})
    save = services.save_products

    def cancelled_first(**given):
        monkeypatch.setattr(services, "save_products", save)
        importer.post(f"{page}do/", {"do": "cancel"})
        return save(**given)

    monkeypatch.setattr(services, "save_products", cancelled_first)
    assert not go_on(newest().pk)
    assert (newest().state, newest().products_done) == ("cancelled", 0)
    assert not go_on(newest().pk)
    importer.post(f"{page}do/", {"do": "again"})
    assert go_on(newest().pk)
    assert (newest().state, newest().created) == ("finished", 2)
    importer.post(f"{page}do/", {"do": "cancel"})
    assert newest().state == "finished"


def test_a_dropped_draft_cannot_be_gone_on_with(importer):
    page = draft(importer)
    importer.post(f"{page}do/", {"do": "cancel"})
    importer.post(f"{page}do/", {"do": "again"})
    importer.post(f"{page}do/", {"do": "start"})
    assert newest().state == "cancelled"


def test_an_import_whose_workers_died_says_so_and_goes_on_when_asked(importer):
    page = draft(importer)
    importer.post(f"{page}do/", {"do": "start"})
    ProductImport.objects.update(attempts=background.MAX_ATTEMPTS)
    assert "died again and again" in importer.get(f"{page}change/").content.decode()
    importer.post(f"{page}do/", {"do": "again"})
    assert go_on(newest().pk)


def test_refused_rows_are_downloaded_without_formulas(importer):
    page = draft(importer)
    importer.post(f"{page}do/", {"do": "start"})
    go_on(newest().pk)
    ImportProblem.objects.create(product_import=newest(), line=9, field="=cmd", reason="+1")
    answer = importer.get(f"{page}problems/")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert (lines[0], lines[1].split(",")[:2], lines[2]) == ("line,field,reason", ["4", "price"], "9,'=cmd,'+1")


def test_progress_polls_while_it_runs_and_costs_few_statements(importer, django_assert_max_num_queries):
    page = draft(importer)
    importer.post(f"{page}do/", {"do": "start"})
    with django_assert_max_num_queries(6):
        answer = importer.get(f"{page}progress/")
    assert "every 2s" in answer.content.decode()


def test_the_list_shows_the_newest_first_by_pages(importer):
    for number in range(27):
        imports.upload(file=BytesIO(GOODS), name=f"{number}.csv", author_id=None, now=clock.now())
    first = importer.get(PAGES)
    assert [row.name for row in first.context["cl"].result_list][:2] == ["26.csv", "25.csv"]
    assert len(first.context["cl"].result_list) == 25


def test_only_those_who_may_see_and_start_imports(importer, staff):
    page = draft(importer)
    looker = staff("catalog.view_productimport")
    assert looker.get(f"{page}change/").status_code == 200
    refused = [looker.get(f"{PAGES}add/"), looker.get(f"{page}mapping/"), looker.post(f"{page}do/", {"do": "start"})]
    nobody = staff()
    refused += [nobody.get(f"{page}{part}/") for part in ("change", "progress", "problems")] + [nobody.get(PAGES)]
    assert {answer.status_code for answer in refused} == {403}
    assert newest().state == "draft"
    assert b"productimport" in importer.get(LIST).content


def test_an_import_that_is_not_there_is_not_found(importer):
    assert {importer.get(f"{PAGES}{n}/{p}/").status_code for n in ("99", "x") for p in ("change", "mapping")} == {404}


def test_a_sku_of_another_product_is_an_error_before_the_run(importer):
    StockItem.objects.create(sku="a2", product_id="another")
    upload(importer, GOODS + b"a4,Lamp 4,1.00,1,\n")
    page = f"{PAGES}{newest().pk}/"
    importer.post(f"{page}mapping/", CHOICE | {"sku": "id", "keep": ""})
    answer = looked_over(importer, page)
    diff = answer.context["diff"]
    assert ([c.product.product_id for c in diff.changes], diff.foreign) == (["a1", "a4"], 1)
    assert [(r.line, r.field, FOREIGN in r.reason) for r in diff.refused] == [(3, "sku", True), (4, "price", False)]
    assert "has a SKU that belongs to another product" in answer.content.decode()
    importer.post(f"{page}do/", {"do": "start"})
    go_on(newest().pk)
    assert (newest().created + newest().updated, newest().failed) == (2, 2)


def test_a_large_file_goes_to_the_store_and_is_never_in_memory(importer, tmp_path):
    path = tmp_path / "goods.csv"
    with path.open("wb") as file:
        file.write(b"id,name,price,units,colour\n")
        for number in range(4000):
            file.write(b"%d,Lamp,1.00,1,%s\n" % (number, b"x" * 10_000))
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            row = imports.upload(file=file, name="goods.csv", author_id=None, now=clock.now())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (row.rows, path.stat().st_size > 40_000_000, peak < 30_000_000) == (4000, True, True)
    assert kept_table(row.file, row.name).count == 4000


def test_the_page_takes_files_as_large_as_workers_do(importer):
    assert MAX_BYTES == 200 * 1024 * 1024
    assert "200 MB" in importer.get(f"{PAGES}add/").content.decode()
