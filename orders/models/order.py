from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.domain import PostalAddress
from catalog.domain import Image
from orders.pricing.promotions.reduction import Reduction
from orders.pricing.tax.labels import tax_label
from shopcloud.lib import ids, prepared
from shopcloud.lib.money import Money


class Order(models.Model):
    """One sale. Amounts are minor units of `currency`.

    `total` = subtotal - discount + shipping + the tax that is not already in the prices.

    `gift_card` is the part of the total that gift cards paid; the rest is `due` by a payment.

    `tax` holds the lines' tax and `shipping_tax`; where `tax_included` it is the part of the prices that is tax.
    `tax_country` and `tax_region` are where the buyer is taxed: the delivery address, or of downloads what the buyer
    declared. With `reverse_charge` the buyer (`company`, `vat_id`) owes the tax: prices are stored without it.

    The address is a copy: what was promised does not change when a person moves. `access_token` opens the order
    page for a guest. (`cart_id`, `cart_version`) is unique, so one cart becomes one order.

    A DRAFT is staff's own: it holds no stock, and its buyer knows nothing of it (`shown`).
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        AWAITING_PAYMENT = "awaiting_payment", _("Awaiting payment")
        PAID = "paid", _("Paid")
        FULFILLED = "fulfilled", _("Fulfilled")
        CANCELLED = "cancelled", _("Cancelled")

    class PaymentStatus(models.TextChoices):
        """How the money stands, beside how the order stands; changed by the transactions of the payment alone."""

        UNPAID = "unpaid", _("Unpaid")
        AUTHORISED = "authorised", _("Authorised")
        PAID = "paid", _("Paid")
        PARTIALLY_REFUNDED = "partially_refunded", _("Partially refunded")
        REFUNDED = "refunded", _("Refunded")

    # Which states may follow which; every change is an UPDATE guarded by the states it may come from.
    TRANSITIONS = {
        Status.DRAFT: (Status.AWAITING_PAYMENT, Status.CANCELLED),
        Status.AWAITING_PAYMENT: (Status.PAID, Status.CANCELLED),
        Status.PAID: (Status.FULFILLED, Status.CANCELLED),
        Status.FULFILLED: (),
        Status.CANCELLED: (),
    }

    # The reason of a draft that staff gave up before it was sent: it stays as much their own.
    DISCARDED = "discarded"

    class FulfilmentStatus(models.TextChoices):
        UNFULFILLED = "unfulfilled", _("Not sent")
        PARTIALLY_FULFILLED = "partially_fulfilled", _("Partly sent")
        FULFILLED = "fulfilled", _("Sent")
        PARTIALLY_RETURNED = "partially_returned", _("Partly returned")
        RETURNED = "returned", _("Returned")

    # How far the goods are, beside the order's own progress. Where things stand follows from the lines' counters.
    FULFILMENT_TRANSITIONS = {
        FulfilmentStatus.UNFULFILLED: (FulfilmentStatus.PARTIALLY_FULFILLED, FulfilmentStatus.FULFILLED),
        FulfilmentStatus.PARTIALLY_FULFILLED: (
            FulfilmentStatus.FULFILLED,
            FulfilmentStatus.PARTIALLY_RETURNED,
            FulfilmentStatus.RETURNED,
        ),
        FulfilmentStatus.FULFILLED: (FulfilmentStatus.PARTIALLY_RETURNED, FulfilmentStatus.RETURNED),
        FulfilmentStatus.PARTIALLY_RETURNED: (FulfilmentStatus.RETURNED,),
        FulfilmentStatus.RETURNED: (),
    }

    number = models.CharField(max_length=20, unique=True, default=ids.order_number, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders"
    )
    email = models.EmailField()
    status = models.CharField(max_length=20, choices=Status, default=Status.AWAITING_PAYMENT)
    payment_status = models.CharField(
        max_length=20, choices=PaymentStatus, default=PaymentStatus.UNPAID, db_default=PaymentStatus.UNPAID
    )
    fulfilment_status = models.CharField(
        max_length=20,
        choices=FulfilmentStatus,
        default=FulfilmentStatus.UNFULFILLED,
        db_default=FulfilmentStatus.UNFULFILLED,
    )
    market = models.CharField(max_length=8)
    language = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    subtotal = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    shipping_tax = models.BigIntegerField(default=0)
    shipping_refunded = models.BooleanField(default=False, db_default=False)
    shipping_tax_rate = models.DecimalField(max_digits=7, decimal_places=6, default=0)
    shipping_base = models.BigIntegerField(null=True)
    tax_included = models.BooleanField(default=False)
    tax_country = models.CharField(max_length=2, blank=True, db_default="")
    tax_region = models.CharField(max_length=40, blank=True, db_default="")
    company = models.CharField(max_length=120, blank=True, db_default="")
    vat_id = models.CharField(max_length=20, blank=True, db_default="")
    vat_id_check = models.CharField(max_length=12, blank=True, db_default="")
    reverse_charge = models.BooleanField(default=False, db_default=False)
    total = models.BigIntegerField()
    gift_card = models.BigIntegerField(default=0, db_default=0)
    shipping_method = models.CharField(max_length=40, blank=True)
    shipping_address = models.JSONField(default=dict)
    access_token = models.CharField(max_length=64, unique=True, default=ids.secret_token, editable=False)
    cart_id = models.CharField(max_length=64)
    cart_version = models.BigIntegerField()
    cancel_reason = models.CharField(max_length=40, blank=True)
    tracking = models.CharField(max_length=120, blank=True)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    fulfilled_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart_id", "cart_version"], name="order_once_per_cart_version"),
            models.CheckConstraint(
                condition=models.Q(subtotal__gte=0, discount__gte=0, shipping__gte=0, tax__gte=0, total__gte=0),
                name="order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    tax_included=True, total=models.F("subtotal") - models.F("discount") + models.F("shipping")
                )
                | models.Q(
                    tax_included=False,
                    total=models.F("subtotal") - models.F("discount") + models.F("shipping") + models.F("tax"),
                ),
                name="order_sums_are_exact",
            ),
            models.CheckConstraint(
                condition=models.Q(tax_included=True, shipping_base=models.F("shipping") - models.F("shipping_tax"))
                | models.Q(tax_included=False, shipping_base=models.F("shipping")),
                name="order_shipping_tax_is_exact",
            ),
            models.CheckConstraint(
                condition=models.Q(reverse_charge=False) | models.Q(tax=0) & ~models.Q(vat_id=""),
                name="order_reverse_charge_bears_no_tax",
            ),
            models.CheckConstraint(
                condition=models.Q(gift_card__gte=0, gift_card__lte=models.F("total")),
                name="order_gift_card_within_total",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-placed_at"], name="order_history"),
            models.Index(fields=["-placed_at"], name="order_newest"),
            models.Index(fields=["email", "-placed_at"], name="order_by_email"),
            models.Index(Lower("email"), name="order_of_guest", condition=models.Q(user__isnull=True)),
            models.Index(fields=["placed_at"], name="order_unpaid", condition=models.Q(status="awaiting_payment")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.number])

    @classmethod
    def shown(cls) -> "models.QuerySet[Order]":
        """The orders their buyers may know of."""
        return cls.objects.exclude(status=cls.Status.DRAFT).exclude(cancel_reason=cls.DISCARDED)

    @property
    def is_shown(self) -> bool:
        """Whether `shown` has it."""
        return self.status != self.Status.DRAFT and self.cancel_reason != self.DISCARDED

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)

    @property
    def due(self) -> int:
        """What a payment has to bring: the total without what gift cards paid."""
        return self.total - self.gift_card

    @property
    def reductions(self) -> list[Reduction]:
        """The promotions it got, by name."""
        return [
            Reduction(one.name, one.code, self.money(one.amount), self.money(one.shipping))
            for one in self.discounts.all()
        ]

    @property
    def total_money(self) -> Money:
        return self.money(self.total)

    @property
    def address_lines(self) -> list[str]:
        """The address as it is written on a parcel; empty for an order of downloads."""
        # A draft's may be begun only.
        begun = {"name": "", "line1": "", "city": "", "country": ""}
        return PostalAddress(**{**begun, **self.shipping_address}).lines() if self.shipping_address else []

    @property
    def has_sent(self) -> bool:
        """Whether a unit was sent, or a download given."""
        return self.fulfilment_status != self.FulfilmentStatus.UNFULFILLED

    @property
    def can_be_called_off(self) -> bool:
        """Whether the order as a whole may be cancelled: unpaid, or paid with no parcel on its way."""
        if self.status == self.Status.PAID:
            return not any(line.fulfilled for line in self.lines.all() if not line.is_digital)
        return self.status == self.Status.AWAITING_PAYMENT

    @property
    def refunds_shown(self) -> list[Any]:
        """The refunds a buyer sees, oldest first: those the provider refused are the shop's own trouble."""
        if not self.paid_at:
            return []
        every = [refund for payment in self.payments.all() for refund in payment.refunds.all()]
        return sorted((refund for refund in every if refund.status != "failed"), key=lambda refund: refund.pk)

    def move_fulfilment(self, status: "Order.FulfilmentStatus") -> bool:
        """As `move_to`, for how far the goods are."""
        origins = [s for s, targets in self.FULFILMENT_TRANSITIONS.items() if status in targets]
        return prepared.move(self, "fulfilment_status", origins=origins, changes={"fulfilment_status": status})

    def move_to(self, status: "Order.Status", **changes: Any) -> bool:
        """Change the status if the table allows it from where the row stands now; False if the race was lost."""
        origins = [s for s, targets in self.TRANSITIONS.items() if status in targets]
        return prepared.move(self, "status", origins=origins, changes={"status": status, **changes})


class OrderLine(models.Model):
    """A SKU as it was sold: title, options and price are copies. `options`: the values by their names, said, as the
    title is, in the language of the order; `label`: the values in the order in which the buyer chose them, which
    `options` does not keep. Lines of earlier releases have no `label`.

    `total` = quantity x unit_price. `tax` is `tax_rate` of `tax_base`, which is total - discount, less the tax where
    prices hold it; it is due in `tax_jurisdiction` ("DE", "US-CA").

    The counters tell what became of the units: `fulfilled` were sent, `cancelled` called off before; of those sent
    `return_asked` are on their way back or were, and `returned` came. `refunded` units were paid back, together
    `refunded_amount` minor units of which `refunded_tax` is tax. Each is moved by a conditional update.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    sku = models.CharField(max_length=64)
    product_id = models.CharField(max_length=40)
    slug = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    options = models.JSONField(default=dict)
    label = models.TextField(blank=True, db_default="")
    image = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10)
    download = models.CharField(max_length=300, blank=True)
    quantity = models.PositiveIntegerField()
    unit_price = models.BigIntegerField()
    total = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6, default=0)
    tax_jurisdiction = models.CharField(max_length=20, blank=True, db_default="")
    tax_base = models.BigIntegerField(null=True)
    tax = models.BigIntegerField(default=0)
    fulfilled, cancelled, return_asked, returned, refunded = (
        models.PositiveIntegerField(default=0, db_default=0) for _counter in range(5)
    )
    refunded_amount, refunded_tax = (models.BigIntegerField(default=0, db_default=0) for _counter in range(2))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=models.F("fulfilled") + models.F("cancelled")),
                name="order_line_sent_within_bought",
            ),
            models.CheckConstraint(
                condition=models.Q(fulfilled__gte=models.F("return_asked"), return_asked__gte=models.F("returned")),
                name="order_line_returned_within_sent",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    quantity__gte=models.F("refunded"),
                    refunded_amount__gte=0,
                    refunded_amount__lte=models.F("total") - models.F("discount") + models.F("tax"),
                    refunded_tax__gte=0,
                    refunded_tax__lte=models.F("tax"),
                ),
                name="order_line_refunded_within_paid",
            ),
            models.UniqueConstraint(fields=["order", "sku"], name="order_line_once_per_sku"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="order_line_has_quantity"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("quantity") * models.F("unit_price")), name="order_line_sum_is_exact"
            ),
            models.CheckConstraint(
                condition=models.Q(tax_base=models.F("total") - models.F("discount"))
                | models.Q(tax_base=models.F("total") - models.F("discount") - models.F("tax")),
                name="order_line_tax_base_is_exact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"

    @property
    def picture(self) -> Image:
        """The line's picture for a template; shown cropped to a square, whatever its own shape."""
        return Image(self.image, 640, 640, self.title)

    @property
    def variant_label(self) -> str:
        """Which variant it is: "Eiche / Groß"; empty where there is one."""
        return self.label or " / ".join(map(str, self.options.values()))

    def money(self, amount: int) -> Money:
        return self.order.money(amount)

    @property
    def unit_price_money(self) -> Money:
        return self.money(self.unit_price)

    @property
    def total_money(self) -> Money:
        return self.money(self.total)

    @property
    def tax_label(self) -> str:
        """The tax as a buyer reads it, "VAT 19 % DE"; empty where none is collected."""
        return tax_label(self.tax_jurisdiction, self.tax_rate)

    @property
    def is_digital(self) -> bool:
        return self.kind == "digital"

    @property
    def waiting(self) -> int:
        """Units that are still to be sent."""
        return self.quantity - self.fulfilled - self.cancelled

    @property
    def path(self) -> str:
        return f"/p/{self.slug}-{self.product_id}/"


class OrderNote(models.Model):
    """The order's timeline: what happened, when, and by whom where a person did it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    text = models.CharField(max_length=500)
    for_customer = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def write(cls, *, order: Order, text: str, at: datetime, author: Any = None, for_customer: bool = False) -> None:
        prepared.insert(cls(order=order, text=text, at=at, author=author, for_customer=for_customer))
