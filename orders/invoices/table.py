"""The rows of an invoice: as many pages as they need, the headings on each."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from orders.invoices.contents import GOODWILL, SHIPPING
from orders.invoices.sheet import INK, MARGIN, SOFT, TINT, Sheet
from shopcloud.lib.money import Money, format_rate

LINE, SMALL, PADDING = 4.8, 3.8, 2.6


@dataclass(frozen=True, slots=True)
class Column:
    """`share` of the width; everything but the first stands on the right of its column."""

    title: str
    share: float
    align: str = "R"


def draw(sheet: Sheet, says: dict[str, Any], y: float) -> float:
    """Write the rows from `y` on; returns where they end on the last page."""
    columns = _columns(says)
    y = _headings(sheet, columns, y)
    for position in says["positions"]:
        cells = _cells(says, position)
        height = _height(sheet, columns, cells)
        if y + height > sheet.bottom:
            sheet.add_page()
            y = _headings(sheet, columns, MARGIN)
        _row(sheet, columns, cells, y)
        y += height
        sheet.rule(y)
    return y


def _columns(says: dict[str, Any]) -> list[Column]:
    tax = _("VAT") if says["country"] != "US" else _("Tax")
    return [
        Column(_("Item"), 0.36, "L"),
        Column(_("Qty"), 0.06),
        Column(_("Unit price"), 0.14),
        Column(_("Net"), 0.13),
        Column(f"{tax} %", 0.08),
        Column(tax, 0.11),
        Column(_("Total"), 0.12),
    ]


def _headings(sheet: Sheet, columns: list[Column], y: float) -> float:
    sheet.set_fill_color(*TINT)
    sheet.rect(MARGIN, y, sheet.epw, 7.5, style="F")
    sheet.type(7.5, SOFT, "B")
    x = MARGIN
    for column in columns:
        width = sheet.epw * column.share
        sheet.text_at(x, y + 1.7, column.title, width=width, align=column.align, height=4)
        x += width
    return y + 7.5


def _cells(says: dict[str, Any], position: dict[str, Any]) -> list[str]:
    """The row's texts; the first has its title, then small lines below it."""

    def money(amount: int) -> str:
        return Money(amount, says["currency"]).format(says["language"])

    below = [position["details"]] if position["details"] else []
    if position["discount"]:
        below.append(_("Discount: −%(amount)s") % {"amount": money(position["discount"])})
    return [
        "\n".join([_title(position), *below]),
        str(position["quantity"]),
        money(position["unit_price"]),
        money(position["net"]),
        format_rate(Decimal(position["rate"]), says["language"]),
        money(position["tax"]),
        money(position["gross"]),
    ]


def _title(position: dict[str, Any]) -> str:
    names = {SHIPPING: _("Delivery"), GOODWILL: _("Price reduction")}
    return names.get(position["kind"]) or str(position["title"])


def _first(sheet: Sheet, columns: list[Column], text: str) -> tuple[list[str], list[str]]:
    width = sheet.epw * columns[0].share - 3
    title, *details = text.split("\n")
    sheet.type(9, INK)
    titles = sheet.wrapped(title, width)
    sheet.type(7.5, SOFT)
    return titles, [line for detail in details for line in sheet.wrapped(detail, width)]


def _height(sheet: Sheet, columns: list[Column], cells: list[str]) -> float:
    titles, details = _first(sheet, columns, cells[0])
    return len(titles) * LINE + len(details) * SMALL + 2 * PADDING


def _row(sheet: Sheet, columns: list[Column], cells: list[str], y: float) -> None:
    titles, details = _first(sheet, columns, cells[0])
    width = sheet.epw * columns[0].share - 3
    sheet.type(9, INK)
    end = sheet.lines_at(MARGIN, y + PADDING, titles, width=width, height=LINE)
    sheet.type(7.5, SOFT)
    sheet.lines_at(MARGIN, end, details, width=width, height=SMALL)
    x = MARGIN + sheet.epw * columns[0].share
    sheet.type(8.5, INK)
    for column, text in zip(columns[1:], cells[1:], strict=True):
        width = sheet.epw * column.share
        sheet.text_at(x, y + PADDING, text, width=width, align=column.align, height=LINE)
        x += width
