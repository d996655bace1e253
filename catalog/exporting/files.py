"""Files in the shop's own format, written product by product: a large catalog is never in memory."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from typing import BinaryIO

from catalog.domain import Product
from catalog.exporting.columns import header
from catalog.exporting.rows import Cell, object_of, rows_of

FORMATS = {"csv": "CSV", "xlsx": "XLSX", "jsonl": "JSON Lines"}
MAX_SHEET_ROWS = 1_048_576
MAX_SHEET_CELL = 32_767
TOLD_EVERY = 200
Told = Callable[[int, int], None]


class DoesNotFit(ValueError):
    """The products cannot be written in this format; the message says which can."""


def write(
    kind: str, products: Iterable[Product], file: BinaryIO, *, told: Told = lambda _products, _rows: None
) -> None:
    """Write a file of one of FORMATS. `told` hears how many products and rows are written, now and then and at the
    end. Raises DoesNotFit, and whatever reading the products raises.
    """
    {"csv": _csv, "xlsx": _xlsx, "jsonl": _jsonl}[kind](products, file, told)


def _csv(products: Iterable[Product], file: BinaryIO, told: Told) -> None:
    # With the mark by which spreadsheet programs know UTF-8.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header())
    rows = done = 0
    for done, product in enumerate(products, start=1):
        for cells in rows_of(product):
            writer.writerow(cells)
            rows += 1
        _tell(told, done, rows)
    text.flush()
    text.detach()
    told(done, rows)


def _jsonl(products: Iterable[Product], file: BinaryIO, told: Told) -> None:
    done = 0
    for done, product in enumerate(products, start=1):
        file.write(json.dumps(object_of(product), ensure_ascii=False).encode() + b"\n")
        _tell(told, done, done)
    told(done, done)


def _xlsx(products: Iterable[Product], file: BinaryIO, told: Told) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Products")
    sheet.freeze_panes = "B2"
    sheet.append(header())
    rows = done = 0
    try:
        for done, product in enumerate(products, start=1):
            for cells in rows_of(product):
                rows += 1
                _demand_room(product, cells, rows)
                sheet.append(cells)
            _tell(told, done, rows)
    except BaseException:
        # The rows wait in a file of their own, which only a saved workbook lets go of.
        sheet.close()
        sheet._writer.cleanup()
        raise
    book.save(file)
    told(done, rows)


def _demand_room(product: Product, cells: list[Cell], rows: int) -> None:
    if rows >= MAX_SHEET_ROWS:
        raise DoesNotFit(f"A sheet of XLSX holds {MAX_SHEET_ROWS:,} rows. Export fewer products, or as CSV.")
    if any(isinstance(cell, str) and len(cell) > MAX_SHEET_CELL for cell in cells):
        raise DoesNotFit(
            f"Product {product.product_id} has a text that no cell of XLSX holds. Export as CSV or JSON Lines."
        )


def _tell(told: Told, products: int, rows: int) -> None:
    if products % TOLD_EVERY == 0:
        told(products, rows)
