import json
import tracemalloc
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import Workbook

from catalog.importing import rows
from catalog.importing.mapping import parse_mapping
from catalog.importing.rows import UnreadableFile, read_table, stream_table


def test_a_byte_order_mark_is_no_part_of_the_first_column(file_of):
    assert read_table(file_of(b"\xef\xbb\xbfid;name\n1;x\n")).columns == ("id", "name")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(file_of, mark):
    table = read_table(file_of(f'id{mark}"a,b;c"{mark}name\n1{mark}2{mark}x\n'.encode()))
    assert table.rows[0].values["name"] == "x"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_spreadsheets_write_is_read(file_of, encoding):
    assert read_table(file_of("id,name\n1,Café\n".encode(encoding))).rows[0].values["name"] == "Café"


def test_rows_know_their_line_even_after_cells_of_several_lines(file_of):
    table = read_table(file_of(b'id,name\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n'))
    assert [row.line for row in table.rows] == [2, 5]


def test_a_row_of_another_width_is_a_problem_of_that_row_alone(file_of):
    table = read_table(file_of(b"id,name\n1\n2,x\n3,x,y\n"))
    assert [bool(row.problem) for row in table.rows] == [True, False, True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"id,name\n", "no rows"),
        (b"PK\x03\x04\x00\x00\x00", "binary"),
        (b"id name\n1 x\n", "delimiter"),
        (b"id,id,name\n1,2,3\n", "more than once"),
        (b'id,name\n1,"never closed\n2,x\n', "never closed"),
        (b'id,name\n1,"closed" badly\n', "broken CSV"),
        (b"id,name\n1," + b"x" * 1_000_000 + b"\n", "characters"),
    ],
)
def test_a_broken_file_says_what_is_wrong(file_of, content, said):
    with pytest.raises(UnreadableFile, match=said):
        read_table(file_of(content))


def test_a_missing_file_and_a_folder_are_no_files(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UnreadableFile, match="cannot be read"):
            read_table(path)


def test_files_and_tables_have_limits(file_of, monkeypatch):
    monkeypatch.setattr(rows, "MAX_ROWS", 2)
    with pytest.raises(UnreadableFile, match="rows"):
        read_table(file_of(b"id,name\n1,x\n2,x\n3,x\n"))
    monkeypatch.setattr(rows, "MAX_BYTES", 5)
    with pytest.raises(UnreadableFile, match="split"):
        read_table(file_of(b"id,name\n1,x\n"))


def test_a_stated_encoding_that_does_not_fit_is_told(file_of):
    with pytest.raises(UnreadableFile, match="not text in utf-8"):
        read_table(file_of("id,name\n1,Café\n".encode("cp1252")), encoding="utf-8")


@pytest.mark.parametrize("content", [b"[[[[", b'"text"\n17\n', b"id,name\n1,x\n", b"[" * 100_000])
def test_what_is_no_json_lines_file_says_so(file_of, content):
    with pytest.raises(UnreadableFile, match="JSON"):
        read_table(file_of(content, "goods.jsonl"))


def workbook(*rows, formats=()) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, shown_as in formats:
        book.active[place].number_format = shown_as
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_workbook_is_read_as_it_was_typed(file_of):
    content = workbook(
        ["sku", "price", "barcode", "day", "noise", "flag", "code", "late", None],
        ["00123", 12.5, 4006381333931, date(2026, 3, 1), 0.1 + 0.2, True, 42, datetime(2026, 3, 1, 9, 30)],
        [None] * 8,
        ["'=A1", 1200, "0400", None, 1e-05, False, "7"],
        formats=[("G2", "00000")],
    )
    table = read_table(file_of(content, "goods.xlsx"))
    assert table.columns == ("sku", "price", "barcode", "day", "noise", "flag", "code", "late")
    assert [list(row.values.values()) for row in table.rows] == [
        ["00123", "12.5", "4006381333931", "2026-03-01", "0.3", "TRUE", "00042", "2026-03-01 09:30:00"],
        ["'=A1", "1200", "0400", "", "0.00001", "FALSE", "7", ""],
    ]
    assert ([row.line for row in table.rows], {row.problem for row in table.rows}) == ([2, 4], {""})


def test_a_cell_that_holds_a_number_is_that_number_however_the_file_writes_numbers(file_of):
    price = {"price": {"column": "price", "currency": "EUR"}}
    mapping = parse_mapping({**price, "file": {"decimal": ","}, "product": {"weight_grams": "{weight}"}})
    content = workbook(["price", "weight"], [19.992, 1250.0], ["19,99", "1.250"])
    lines = json.dumps({"price": 19.992, "weight": 1250}), json.dumps({"price": "19,99", "weight": "1.250"})
    for path in (file_of(content, "goods.xlsx"), file_of("\n".join(lines).encode(), "goods.jsonl")):
        rows = [row.values for row in read_table(path).rows]
        prices = [mapping.number(row["price"]) for row in rows]
        weights = [mapping.number(mapping.text("weight_grams", row)) for row in rows]
        assert (prices, weights) == ([Decimal("19.992"), Decimal("19.99")], [1250, 1250])


def test_a_workbook_that_is_broken_or_would_fill_the_memory_is_refused(file_of):
    whole = workbook(["id", "name"], ["1", "Lamp"])
    bomb = BytesIO(whole)
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * 40_000_000)
    other = BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "no sheet")
    for content, said in (
        (bomb.getvalue(), "unpacks to far more"),
        (other.getvalue(), "no XLSX workbook"),
        (whole[:-200], "broken"),
        (whole.replace(b"xl/workbook.xml", b"xl/workbooq.xml"), "broken"),
    ):
        with pytest.raises(UnreadableFile, match=said):
            read_table(file_of(content, "goods.xlsx"))


def test_a_row_with_cells_beyond_the_header_is_refused_alone(file_of):
    table = read_table(file_of(workbook(["id", "name"], ["1", "Lamp", None, "?"], ["2"]), "goods.xlsx"))
    assert [row.problem for row in table.rows] == ["has 3 cells where the header has 2", ""]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_a_file_that_is_gone_through_is_never_in_memory_as_a_whole(kind, tmp_path):
    path, text, many = tmp_path / f"goods.{kind}", "x" * 2_000, 4_000
    if kind == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(["id", "name"])
        for number in range(many):
            sheet.append([str(number), f"{number}{text}"])
        book.save(path)
    else:
        line = '{{"id": "{0}", "name": "{0}{1}"}}\n' if kind == "jsonl" else "{0},{0}{1}\n"
        header = "" if kind == "jsonl" else "id,name\n"
        path.write_text(header + "".join(line.format(number, text) for number in range(many)))
    tracemalloc.start()
    try:
        table = stream_table(path)
        for _row in table.rows:
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (table.columns, table.count) == (("id", "name"), many)
    assert peak < 6_000_000 < many * len(text)
