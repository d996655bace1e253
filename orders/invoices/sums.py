"""What stands below the rows: sums by rate of tax, the total, how it was paid, and what the law wants said."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from orders.invoices.sheet import ACCENT, INK, MARGIN, SOFT, Sheet
from orders.models import Invoice
from shopcloud.lib.money import Money, format_rate

LINE = 5.6
Row = tuple[str, str]


def draw(sheet: Sheet, says: dict[str, Any], y: float) -> None:
    """Write the block whole: on a page of its own where it does not fit below the rows."""
    rows, paid, notes = _sums(says), _paid(says), _notes(says)
    sheet.type(8, SOFT)
    height = 6 + (len(rows) + len(paid)) * LINE + 14 + sum(len(sheet.wrapped(n, sheet.epw)) for n in notes) * 4.4 + 4
    if y + height > sheet.bottom:
        sheet.add_page()
        y = MARGIN
    y += 5
    left = MARGIN + sheet.epw * 0.5
    y = _rows(sheet, rows, left, y)
    sheet.rule(y + 1, colour=ACCENT, thickness=0.5, left=left)
    y = _grand(sheet, says, left, y + 3)
    y = _rows(sheet, paid, left, y + 1)
    sheet.type(8, SOFT)
    sheet.lines_at(MARGIN, y + 7, notes, width=sheet.epw, height=4.4)


def _money(says: dict[str, Any], amount: int) -> str:
    return Money(amount, says["currency"]).format(says["language"])


def _sums(says: dict[str, Any]) -> list[Row]:
    rows = [(_("Net"), _money(says, says["net"]))]
    for rate in says["rates"]:
        if rate["tax"] or len(says["rates"]) > 1:
            shown = {"rate": format_rate(Decimal(rate["rate"]), says["language"]), "net": _money(says, rate["net"])}
            text = _("Sales tax %(rate)s on %(net)s") if says["country"] == "US" else _("VAT %(rate)s on %(net)s")
            rows.append((text % shown, _money(says, rate["tax"])))
    return rows


def _paid(says: dict[str, Any]) -> list[Row]:
    names = {"gift_card": _("Paid by gift card"), "free": _("Nothing to pay")}
    return [(names.get(p["by"], _("Amount paid")), _money(says, p["amount"])) for p in says["payments"] if p["amount"]]


def _rows(sheet: Sheet, rows: list[Row], left: float, y: float) -> float:
    width = sheet.w - MARGIN - left
    for label, value in rows:
        sheet.type(8.5, SOFT)
        sheet.text_at(left, y, label, width=width * 0.7, height=LINE)
        sheet.type(8.5, INK)
        sheet.text_at(left + width * 0.7, y, value, width=width * 0.3, align="R", height=LINE)
        y += LINE
    return y


def _grand(sheet: Sheet, says: dict[str, Any], left: float, y: float) -> float:
    width = sheet.w - MARGIN - left
    label = _("Credited to you") if says["kind"] == Invoice.Kind.CREDIT_NOTE else _("Total")
    sheet.type(11.5, INK, "B")
    sheet.text_at(left, y, label, width=width * 0.6, height=7)
    sheet.type(11.5, ACCENT, "B")
    sheet.text_at(left + width * 0.6, y, _money(says, says["total"]), width=width * 0.4, align="R", height=7)
    return y + 8


def _notes(says: dict[str, Any]) -> list[str]:
    notes = []
    if says["kind"] == Invoice.Kind.CREDIT_NOTE:
        text = _("This credit note corrects invoice %(number)s. The amount goes back the way it was paid.")
        notes.append(text % {"number": says["invoice_number"]})
    elif says["payments"]:
        notes.append(_("Thank you. This invoice is paid."))
    if says["discount"]:
        notes.append(_("Discounts of %(amount)s are deducted.") % {"amount": _money(says, says["discount"])})
    if says["reverse_charge"]:
        notes.append(_("Reverse charge: the recipient owes the VAT (Article 196 of Directive 2006/112/EC)."))
    elif says["tax_included"]:
        notes.append(_("Unit prices include VAT."))
    return notes
