from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.models.payment import Refund


class InvoiceSeries(models.Model):
    """The last number given out in a series such as `INV-2026`. Moved in the transaction that issues: no gaps."""

    name = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "invoice series"

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"


class Invoice(models.Model):
    """An invoice for an order, or a credit note for one of its refunds. Never changed, never deleted.

    `contents` is everything the document says, as it was when it was issued (`orders.invoices.contents`): what the
    seller or the buyer are called later does not change it. Tax law wants it kept, also after a person is forgotten.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField(max_length=12, choices=Kind)
    refund = models.OneToOneField(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_note")
    series = models.ForeignKey(InvoiceSeries, on_delete=models.PROTECT, related_name="invoices")
    sequence = models.PositiveIntegerField()
    total = models.BigIntegerField()
    tax = models.BigIntegerField()
    contents = models.JSONField()
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["issued_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["series", "sequence"], name="invoice_number_once"),
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(kind="invoice"), name="invoice_once_per_order"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="invoice", refund__isnull=True)
                | models.Q(kind="credit_note", refund__isnull=False),
                name="credit_note_has_a_refund",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("order-document", args=[self.order.number, self.number])

    @property
    def number(self) -> str:
        """`INV-2026-000123`: what people call it."""
        return f"{self.series_id}-{self.sequence:06d}"

    @property
    def filename(self) -> str:
        return f"{self.number}.pdf"
