from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.pricing.promotions import rules


class Promotion(models.Model):
    """An offer that makes baskets cheaper: for everybody (`automatic`), or for who enters one of its codes.

    `amounts` and `minimums` map a currency to minor units. `uses` is counted while there is a `limit`; an automatic
    promotion without limits writes nothing to this row, because every order would queue up for it.
    """

    class Kind(models.TextChoices):
        PERCENT = "percent", _("Percent off")
        FIXED = "fixed", _("Amount off")
        FREE_SHIPPING = "free_shipping", _("Free delivery")
        BUY_X_GET_Y = "buy_x_get_y", _("Buy X, get Y reduced")

    class Scope(models.TextChoices):
        ALL = "all", _("Everything")
        CATEGORIES = "categories", _("Categories")
        PRODUCTS = "products", _("Products")

    class Stacking(models.TextChoices):
        STACKS = "stacks", _("Stacks with others")
        EXCLUSIVE = "exclusive", _("Applies alone")

    name = models.CharField(_("name"), max_length=120, help_text=_("Shown to buyers."))
    active = models.BooleanField(_("active"), default=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.PERCENT)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2, default=0)
    amounts = models.JSONField(_("amounts"), default=dict, blank=True)
    buy = models.PositiveSmallIntegerField(_("buy"), default=0)
    get = models.PositiveSmallIntegerField(_("get"), default=0)
    scope = models.CharField(_("applies to"), max_length=12, choices=Scope, default=Scope.ALL)
    targets = models.JSONField(_("targets"), default=list, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    minimums = models.JSONField(_("minimum basket"), default=dict, blank=True)
    markets = models.JSONField(_("markets"), default=list, blank=True)
    priority = models.IntegerField(_("priority"), default=0, help_text=_("The higher one is taken off first."))
    stacking = models.CharField(_("stacking"), max_length=12, choices=Stacking, default=Stacking.STACKS)
    automatic = models.BooleanField(_("automatic"), default=True)
    limit = models.PositiveIntegerField(_("uses in all"), null=True, blank=True)
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    per_customer = models.PositiveSmallIntegerField(_("uses per customer"), null=True, blank=True)
    first_order_only = models.BooleanField(_("first order only"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("promotion"), _("promotions")
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(uses__lte=F("limit")), name="promotion_within_limit"
            ),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="promotion_percent_is_a_share"),
        ]
        indexes = [models.Index(fields=["automatic"], name="promotion_automatic", condition=Q(active=True))]

    def __str__(self) -> str:
        return self.name

    def rule(self) -> rules.Rule:
        """What the sums need of it."""
        return rules.Rule(
            rule_id=self.pk or 0,
            name=self.name,
            kind=rules.Kind(self.kind),
            percent=self.percent,
            amounts=tuple(sorted(self.amounts.items())),
            buy=self.buy,
            get=self.get,
            scope=rules.Scope(self.scope),
            targets=tuple(self.targets),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            minimums=tuple(sorted(self.minimums.items())),
            markets=tuple(self.markets),
            priority=self.priority,
            is_exclusive=self.stacking == self.Stacking.EXCLUSIVE,
            is_automatic=self.automatic,
            is_used_up=self.limit is not None and self.uses >= self.limit,
            is_limited=self.limit is not None,
            per_customer=self.per_customer,
            first_order_only=self.first_order_only,
        )


class Coupon(models.Model):
    """A code that opens a promotion, stored in capitals. `uses` is counted while there is a `limit`."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    promotion = models.ForeignKey(
        Promotion, on_delete=models.PROTECT, related_name="coupons", verbose_name=_("promotion")
    )
    limit = models.PositiveIntegerField(_("uses in all"), null=True, blank=True)
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    batch = models.CharField(_("batch"), max_length=60, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("coupon"), _("coupons")
        constraints = [
            # With its uniqueness: no two codes differ by case alone.
            models.CheckConstraint(condition=Q(code=Upper("code")), name="coupon_code_in_capitals"),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(uses__lte=F("limit")), name="coupon_within_limit"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PromotionUse(models.Model):
    """That an order used a promotion whose uses matter: it came by a code, or is limited.

    `customer` is a keyed hash that names nobody. `ordinal` counts the customer's uses, where they are limited: no two
    live uses have the same. A cancelled order gives its use back: `released_at`.
    """

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="used")
    coupon = models.ForeignKey(Coupon, null=True, blank=True, on_delete=models.PROTECT, related_name="used")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="promotion_uses")
    customer = models.CharField(max_length=64)
    ordinal = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("use of a promotion"), _("uses of promotions")
        constraints = [
            models.UniqueConstraint(fields=["order", "promotion"], name="promotion_used_once_per_order"),
            models.UniqueConstraint(
                fields=["promotion", "customer", "ordinal"],
                condition=Q(released_at__isnull=True),
                name="promotion_within_customers_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} by {self.order_id}"


class OrderDiscount(models.Model):
    """A promotion as an order got it: name and code are copies. `amount` is off the goods, `shipping` off delivery.

    An order's amounts sum to its `discount`; what is off delivery is left out of its `shipping` already.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="discounts")
    # No key of the database: a promotion that every order gets must not be locked by every order.
    promotion = models.ForeignKey(
        Promotion, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=40, blank=True)
    amount = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0, shipping__gte=0), name="discount_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}".strip()
