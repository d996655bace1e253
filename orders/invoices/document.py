"""An invoice or credit note as a PDF, in the buyer's language: the same bytes for the same document."""

from datetime import date
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orders.invoices import sums, table
from orders.invoices.sheet import ACCENT, INK, MARGIN, SOFT, Sheet
from orders.models import Invoice
from shopcloud.lib.money import Money

LETTER = frozenset({"US", "CA"})
BRAND = "ShopCloud"


def pdf(invoice: Invoice) -> bytes:
    """The document: US letter for buyers there, A4 for all others."""
    says = invoice.contents
    with translation.override(says["language"]):
        sheet = Sheet(
            letter=says["country"] in LETTER,
            language=says["language"],
            title=f"{_title(says)} {invoice.number}",
            author=says["seller"]["name"],
            at=invoice.issued_at,
            foot=_foot(says["seller"]),
        )
        _head(sheet, invoice)
        y = _parties(sheet, invoice)
        y = table.draw(sheet, says, y)
        sums.draw(sheet, says, y)
        return bytes(sheet.output())


def _title(says: dict[str, Any]) -> str:
    return _("Credit note") if says["kind"] == Invoice.Kind.CREDIT_NOTE else _("Invoice")


def _head(sheet: Sheet, invoice: Invoice) -> None:
    """Who sells on the left; what this is, which number it has and how much it is about on the right."""
    says = invoice.contents
    sheet.type(17, ACCENT, "B")
    sheet.text_at(MARGIN, 18, BRAND, height=8)
    sheet.type(7.5, SOFT)
    seller = says["seller"]
    sheet.text_at(MARGIN, 26.5, " · ".join([seller["name"], *seller["address"]]), width=sheet.epw * 0.62, height=4)
    sheet.type(17, INK, "B")
    sheet.text_at(MARGIN, 18, _title(says), align="R", height=8)
    sheet.type(9, SOFT)
    sheet.text_at(MARGIN, 26.2, invoice.number, align="R", height=4.5)
    sheet.rule(34)


def _parties(sheet: Sheet, invoice: Invoice) -> float:
    """The buyer's address where a window envelope shows it, the dates beside it; returns where they end."""
    says = invoice.contents
    half = sheet.epw * 0.52
    sheet.type(7.5, SOFT)
    sheet.text_at(MARGIN, 42, _("Billed to"), height=4)
    buyer = says["buyer"]
    sheet.type(10)
    left = sheet.lines_at(MARGIN, 47, buyer["lines"] or [buyer["email"]], width=half - 6, height=5)
    sheet.type(8, SOFT)
    below = [buyer["email"]] if buyer["lines"] else []
    if buyer["vat_id"]:
        below.append(_("VAT ID: %(id)s") % {"id": buyer["vat_id"]})
    left = sheet.lines_at(MARGIN, left + 1, below, width=half - 6, height=4.2)
    right = 42.0
    for label, value in _facts(invoice):
        sheet.type(8, SOFT)
        sheet.text_at(MARGIN + half, right, label, width=sheet.epw * 0.22, height=4.6)
        sheet.type(8.5, INK)
        sheet.text_at(MARGIN + half + sheet.epw * 0.22, right, value, width=sheet.epw * 0.26, align="R", height=4.6)
        right += 5.6
    return max(left, right) + 9


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    says = invoice.contents
    facts = [(_("Date of issue"), _day(says["issued_on"]))]
    if invoice.kind == Invoice.Kind.CREDIT_NOTE:
        facts += [
            (_("For invoice"), says["invoice_number"]),
            (_("Invoice date"), _day(says["invoiced_on"])),
            (_("Refunded on"), _day(says["paid_on"])),
        ]
    else:
        facts += [(_("Paid on"), _day(says["paid_on"])), (_("Date of supply"), _supply(says))]
    facts += [(_("Order number"), says["order_number"]), (_("Order date"), _day(says["ordered_on"]))]
    sign = -1 if invoice.kind == Invoice.Kind.CREDIT_NOTE else 1
    return [*facts, (_("Amount"), Money(sign * says["total"], says["currency"]).format(says["language"]))]


def _supply(says: dict[str, Any]) -> str:
    """Downloads are supplied when they are paid; a parcel's own note tells the day it left."""
    return _("with the delivery") if says["buyer"]["lines"] else _day(says["paid_on"])


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "DATE_FORMAT")


def _foot(seller: dict[str, Any]) -> list[list[str]]:
    second = [_("VAT ID: %(id)s") % {"id": seller["vat_id"]}] if seller["vat_id"] else []
    second += [part for part in (seller["registration"], seller["email"]) if part]
    return [[seller["name"], ", ".join(seller["address"])], second]
